// Softmax, its logarithm and its normaliser along an axis.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mul, neg, sub } from './elementwise.ts';
import { sum } from './reduce.ts';

const softmaxRaw = defineOp('softmax', {
  save: ['out'],
  backward: ({ out }, dy, { axis }) => ({ x: () => softmaxGrad(out, dy, { axis }) }),
});
const softmaxGrad: OpFunction<'softmaxGrad'> = defineOp('softmaxGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, v, { axis }) => ({
    y: () => {
      const along = (p: Tensor, q: Tensor) => sum(mul(p, q), axis, { keepDims: true });
      return sub(mul(v, sub(dy, along(dy, y))), mul(dy, along(v, y)));
    },
    dy: () => softmaxGrad(y, v, { axis }),
  }),
});
const logSoftmaxRaw = defineOp('logSoftmax', {
  save: ['out'],
  backward: ({ out }, dy, { axis }) => ({ x: () => logSoftmaxGrad(out, dy, { axis }) }),
});
const logSoftmaxGrad: OpFunction<'logSoftmaxGrad'> = defineOp('logSoftmaxGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, v, { axis }) => ({
    y: () => logSoftmaxGradGrad(y, dy, v, { axis })[0],
    dy: () => logSoftmaxGradGrad(y, dy, v, { axis })[1],
  }),
});
const logSoftmaxGradGrad = defineOp('logSoftmaxGradGrad');
const logSumExpRaw = defineOp('logSumExp', {
  save: ['x', 'out'],
  backward: ({ x, out }, dy, { axis }) => ({ x: () => logSumExpGrad(x, out, dy, { axis }) }),
});
const logSumExpGrad: OpFunction<'logSumExpGrad'> = defineOp('logSumExpGrad', {
  save: ['x', 'y', 'dy'],
  backward: ({ x, y, dy }, v, { axis }) => {
    const overLine = (p: Tensor) => reshape(sum(p, axis), y.shape);
    return {
      x: () => mul(v, logSumExpGrad(x, y, dy, { axis })),
      y: () => neg(overLine(mul(v, logSumExpGrad(x, y, dy, { axis })))),
      dy: () => overLine(mul(v, logSumExpGrad(x, y, null, { axis }))),
    };
  },
});

/** exp(x) over its sum along an axis (default the last), without overflow; -inf gives 0, a line of nothing but -inf NaN. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return softmaxRaw(x, { axis });
}

/** Logarithm of softmax along an axis (default the last), exact where softmax itself would round to 0. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return logSoftmaxRaw(x, { axis });
}

/** log Σ exp(x) along an axis (default the last), without overflow; of nothing but -inf it is -inf. */
export function logSumExp(x: Tensor, axis = -1, options: { keepDims?: boolean } = {}): Tensor {
  return logSumExpRaw(x, { axis, ...options });
}
