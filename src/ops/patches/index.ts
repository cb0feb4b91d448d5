// Patch features: how vectors are taken from maps, and what is asked of sets of them.
export * from './coreset.ts';
export * from './eigen.ts';
export * from './gaussians.ts';
export * from './k-centre.ts';
export * from './nearest.ts';
export * from './pca.ts';
export * from './random-projection.ts';
export * from './rows.ts';
export * from './unfold.ts';
