// The room's barrel: every operation under its own name.
export * from './broadcast.ts';
export * from './elementwise.ts';
export * from './layout.ts';
export * from './optimizer.ts';
