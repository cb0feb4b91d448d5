// Norms over axes.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import { BlemishError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mul } from './elementwise.ts';
import { type Axes, axesOf, type ReduceOptions, sum } from './reduce.ts';

const normRaw = defineOp('norm', {
  save: ['x', 'out'],
  backward: ({ x, out }, dy, { axes, kind, exponent }) => ({ x: () => normGrad(x, out, dy, { axes, kind, exponent }) }),
});
const normGrad: OpFunction<'normGrad'> = defineOp('normGrad', {
  save: ['x', 'y', 'dy'],
  backward: ({ x, y, dy }, v, { axes, kind, exponent }) => ({
    x: () => mul(v, normGradSlopes(x, y, dy, { axes, kind, exponent })[0]),
    y: () => reshape(sum(mul(v, normGradSlopes(x, y, dy, { axes, kind, exponent })[1]), axes), y.shape),
    dy: () => reshape(sum(mul(v, normGrad(x, y, null, { axes, kind, exponent })), axes), y.shape),
  }),
});
const normGradSlopes = defineOp('normGradSlopes');

/**
 * Norm over axes, accumulated in float64.
 *
 * @param options.order 2 (default): sqrt(Σ x²); 1: Σ |x|; Infinity: max |x|; any other p > 0: (Σ |x|^p)^(1/p), slower. The gradient is
 *   0 where the norm is; that of order Infinity is split evenly among the largest
 */
export function norm(x: Tensor, axes?: Axes, options: ReduceOptions & { order?: number } = {}): Tensor {
  const { order = 2, keepDims = false } = options;
  if (!(order > 0)) throw new BlemishError('ARGUMENT_INVALID', `norm: order is ${order}; expected a positive number or Infinity`);
  const kind = order === 2 ? 'euclidean' : order === 1 ? 'magnitude' : order === Infinity ? 'largest' : 'power';
  return normRaw(x, { axes: axesOf(axes), keepDims, kind, exponent: kind === 'power' ? order : 2 });
}
