// Vectors along an axis: brought to unit length, and the cosine of the angle between two of them.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mul } from './elementwise.ts';
import { keptShape, sum } from './reduce.ts';

const l2NormalizeRaw = defineOp('l2Normalize', {
  save: ['x'],
  backward: ({ x }, dy, { axis, epsilon }) => ({ x: () => l2NormalizeGrad(x, dy, { axis, epsilon }) }),
});
const l2NormalizeGrad: OpFunction<'l2NormalizeGrad'> = defineOp('l2NormalizeGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, v, { axis, epsilon }) => ({
    x: () => l2NormalizeGradGrad(x, dy, v, { axis, epsilon }),
    dy: () => l2NormalizeGrad(x, v, { axis, epsilon }),
  }),
});
const l2NormalizeGradGrad = defineOp('l2NormalizeGradGrad');

const cosineSimilarityRaw = defineOp('cosineSimilarity', {
  save: ['a', 'b'],
  backward: ({ a, b }, dy, { axis, epsilon }) => ({
    a: () => cosineSimilarityGrad(a, b, dy, { axis, epsilon }),
    b: () => cosineSimilarityGrad(b, a, dy, { axis, epsilon }),
  }),
});
// It is l2NormalizeGrad(a, dy · l2Normalize(b)), of which the parts are known.
const cosineSimilarityGrad = defineOp('cosineSimilarityGrad', {
  save: ['a', 'b', 'dy'],
  backward: ({ a, b, dy }, v, { axis, epsilon }) => {
    const spread = () => reshape(dy, keptShape(a.shape, [axis]));
    const unit = () => l2NormalizeRaw(b, { axis, epsilon });
    const back = () => l2NormalizeGrad(a, v, { axis, epsilon });
    return {
      a: () => l2NormalizeGradGrad(a, mul(unit(), spread()), v, { axis, epsilon }),
      b: () => l2NormalizeGrad(b, mul(back(), spread()), { axis, epsilon }),
      dy: () => reshape(sum(mul(back(), unit()), axis), dy.shape),
    };
  },
});

/** x / max(|x|, epsilon), with the Euclidean length along an axis (default 1, the channels of an image). */
export function l2Normalize(x: Tensor, axis = 1, epsilon = 1e-12): Tensor {
  return l2NormalizeRaw(x, { axis, epsilon });
}

/**
 * Cosine of the angle between vectors of a and b along an axis (default 1): a·b / (max(|a|, epsilon) max(|b|, epsilon)).
 *
 * @returns the extents of a without the axis
 */
export function cosineSimilarity(a: Tensor, b: Tensor, axis = 1, epsilon = 1e-8): Tensor {
  return cosineSimilarityRaw(a, b, { axis, epsilon });
}
