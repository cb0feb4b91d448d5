// The room's barrel: every operation under its own name.

export * from './components.ts';
export * from './pimo.ts';
export * from './ranking.ts';
export * from './resampling.ts';
export * from './roc.ts';
