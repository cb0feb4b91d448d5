// The room's barrel: every operation under its own name.
export * from './broadcast.ts';
export * from './conv2d.ts';
export * from './elementwise.ts';
export * from './gather.ts';
export * from './grid-sample.ts';
export * from './layout.ts';
export * from './matmul.ts';
export * from './pad.ts';
export * from './resize2d.ts';
export * from './upsample-conv2d.ts';
