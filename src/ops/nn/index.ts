// The room's barrel: every operation under its own name.
export * from './activation.ts';
export * from './broadcast.ts';
export * from './compare.ts';
export * from './conv2d.ts';
export * from './convert.ts';
export * from './elementwise.ts';
export * from './exponentials.ts';
export * from './layout.ts';
export * from './matmul.ts';
export * from './powers.ts';
export * from './random.ts';
