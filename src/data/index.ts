// Data: what a set is, where it lies, and the way from its pictures to batches.
export { type Batch, type BatchOptions, type BatchState, batches } from './batches.ts';
export { inFlight } from './in-flight.ts';
export { type Frame, frameOf, type InputSpec, toFrame, toInput } from './input.ts';
export { type Layout, type LayoutOptions, layouts, type OpenOptions, openData } from './layouts/index.ts';
export { readMask } from './mask.ts';
export type { Category, DataSet, Label, Sample } from './sample.ts';
export { type Item, type Pictures, pictures } from './sources.ts';
export { split } from './split.ts';
export { type PictureFailure, PictureStore, type StoreOptions } from './store.ts';
