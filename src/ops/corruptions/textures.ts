// Fields of made texture. A frame [N 2 3] maps a pixel (column, row, 1) to the plane of the pattern, whose unit is one cell.
import { defineOp } from '../../autograd/define-op.ts';

/** Gradient noise in octaves, of mean 0 and variance 1: f32[N 1 H W]. */
export const perlinNoise = defineOp('perlinNoise', 'constant');
/** Cellular noise: distance to the nearest random point, or how much farther the second is. f32[N 1 H W]. */
export const worleyNoise = defineOp('worleyNoise', 'constant');
/** Sinusoidal lines, or the product of two across one another: f32[N 1 H W] within -1 … 1. */
export const gratings = defineOp('gratings', 'constant');
