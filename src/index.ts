// The public API and nothing else.
export type { NativeCode } from '../bindings/native.gen.ts';
export { Gradients, noGrad, record, Tape } from './autograd/tape.ts';
export { BlemishError, type OwnCode } from './errors.ts';
export * as metrics from './metrics/index.ts';
export * as nn from './nn/index.ts';
export * as ops from './ops/index.ts';
export { type Build, build, type Memory, memory, setThreads, sync } from './tensor/device.ts';
export { type DecodeOptions, decodePicture, encodePng, type Picture } from './tensor/pictures.ts';
export { Random, type RandomKey, type RandomState } from './tensor/random.ts';
export { keep, scope } from './tensor/scope.ts';
export { type Dtype, type Shape, Tensor, type TensorOptions, type TypedArray, tensor } from './tensor/tensor.ts';
