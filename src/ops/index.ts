// Every differentiable function of tensors, under the name that its C++ file gives it.
export * from './corruptions/index.ts';
export * from './entropy/index.ts';
export * from './error-maps/index.ts';
export * from './metrics/index.ts';
export * from './nn/index.ts';
export * from './patches/index.ts';
