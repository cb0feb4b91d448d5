// The room's barrel: every operation under its own name.
export * from './broadcast.ts';
export * from './conv2d.ts';
export * from './elementwise.ts';
export * from './layout.ts';
export * from './matmul.ts';
export * from './upsample-conv2d.ts';
