// The three kernel families on plain typed arrays, for people who want nothing of tensors, scopes or networks.
//
// Names and options are those of the tensor functions. Operands are copied, computed on beside the event loop, and freed again; none may be
// changed before its promise is settled. A NaN is seen in what comes out or refused with NUMERICAL_FAILURE, never swallowed.
export { BlemishError } from '../errors.ts';
export { build, setThreads } from '../tensor/device.ts';
export { Random, type RandomKey, type RandomState } from '../tensor/random.ts';
export type { Batches, Beside, EachOf, Float, FloatMaps, Maps, MapsLike, NdArray, Picture, Pixels, Stoppable } from './compute.ts';
export * from './entropy.ts';
export * from './error-maps.ts';
export * from './patches.ts';
