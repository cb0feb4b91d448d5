// Maps of how far a reconstruction differs from its picture, and what makes them smooth.
export * from './gradient-magnitude.ts';
export * from './pixel.ts';
export * from './smooth.ts';
export * from './ssim.ts';
