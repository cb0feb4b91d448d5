// The mean of the k largest numbers over axes.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mul } from './elementwise.ts';
import { type Axes, axesOf, type ReduceOptions, sum } from './reduce.ts';

const topKMeanRaw = defineOp('topKMean', {
  save: ['x', 'threshold'],
  backward: ({ x, threshold }, dy, { axes, k, fraction }) => ({ x: () => topKMeanGrad(x, threshold, dy, { axes, k, fraction }) }),
});
// Constant in x and threshold wherever it is smooth, so it has a gradient by dy alone.
const topKMeanGrad: OpFunction<'topKMeanGrad'> = defineOp('topKMeanGrad', {
  save: ['x', 'threshold'],
  backward: ({ x, threshold }, v, { axes, k, fraction }) => ({
    dy: () => reshape(sum(mul(v, topKMeanGrad(x, threshold, null, { axes, k, fraction })), axes), threshold.shape),
  }),
});

/**
 * Mean of the k largest numbers over axes; NaN where any is NaN. Among numbers equal to the k-th the gradient is split evenly.
 *
 * @param options.k how many numbers; or
 * @param options.fraction which part of the numbers, above 0 and at most 1, rounded to at least one number
 */
export function topKMean(
  x: Tensor,
  axes: Axes | undefined,
  options: ReduceOptions & ({ k: number; fraction?: undefined } | { fraction: number; k?: undefined }),
): Tensor {
  const { keepDims = false, k = 0, fraction = 0 } = options;
  const [mean, threshold] = topKMeanRaw(x, { axes: axesOf(axes), keepDims, k, fraction });
  threshold.dispose();
  return mean;
}
