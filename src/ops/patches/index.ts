// Patch features: how vectors are taken from maps, and what is asked of sets of them.
export * from './nearest.ts';
