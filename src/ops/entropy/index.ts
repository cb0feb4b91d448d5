// Estimates of entropy, information and divergence, and bounds of them that can be trained.
export * from './bounds.ts';
export * from './density.ts';
export * from './discrete.ts';
export * from './matrix-renyi.ts';
export * from './nearest-neighbors.ts';
export * from './patch-entropy.ts';
