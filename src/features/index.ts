// From pictures to maps of vectors, and what methods on them share.
export { aligned, type Grid, pixelGrid, regrid, toPixels } from './align.ts';
export { type BankOptions, MemoryBank } from './bank.ts';
export { Gaussians } from './gaussians.ts';
export { inLight, type Light, type Lit } from './light.ts';
export { PatchFeatures, type PatchFeaturesOptions, type VectorValues, vectorHypers } from './patch-features.ts';
export { LevelScale } from './scale.ts';
export { type FeatureLevel, FeatureSource, type SourceLearning, type SourceOptions, within } from './source.ts';
export { buildSource, type SourceName, type SourceValues, sourceHypers, sources, weightsWanted } from './sources.ts';
export { UsualLevel } from './usual.ts';
export { Whitening } from './whitening.ts';
