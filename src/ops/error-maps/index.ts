// Maps of how far a reconstruction differs from its picture, what makes them smooth, and how surprising they are.
export * from './a-contrario.ts';
export * from './feature.ts';
export * from './gradient-magnitude.ts';
export * from './median.ts';
export * from './pixel.ts';
export * from './smooth.ts';
export * from './ssim.ts';
