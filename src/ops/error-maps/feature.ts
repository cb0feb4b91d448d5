// Distances of feature vectors, pixel by pixel.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const featureDistanceMap: OpFunction<'featureDistanceMap'> = defineOp('featureDistanceMap', {
  save: ['x', 'y'],
  // Distances are symmetric, so that one gradient serves both operands.
  backward: ({ x, y }, dy, attributes) => ({
    x: () => featureDistanceMapGrad(x, y, dy, attributes),
    y: () => featureDistanceMapGrad(y, x, dy, attributes),
  }),
});
const featureDistanceMapGrad = defineOp('featureDistanceMapGrad');

/**
 * 1 − the cosine of the angle between the channel vectors of each pixel: from 0, where they point the same way, to 2.
 *
 * @param x `[N C H W]`, f32 or f64
 * @param y the same extents
 * @param epsilon the least length that counts; default 1e-8
 * @returns `[N 1 H W]`
 */
export const cosineDistanceMap = (x: Tensor, y: Tensor, epsilon = 1e-8): Tensor => featureDistanceMap(x, y, { kind: 'cosine', epsilon });

/** The Euclidean distance of the channel vectors of each pixel: `[N C H W]` twice → `[N 1 H W]`; slope 0 where both are equal. */
export const l2DistanceMap = (x: Tensor, y: Tensor): Tensor => featureDistanceMap(x, y, { kind: 'l2' });
