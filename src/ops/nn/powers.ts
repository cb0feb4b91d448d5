// Squares, roots and general powers.
import { defineOp, full, type OpFunction, sumTo } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { equal, where } from './compare.ts';
import { type Arithmetic, affine, arithmetic, div, mul, neg, sub } from './elementwise.ts';
import { log } from './exponentials.ts';

/** x² */
export const square = defineOp('square', { save: ['x'], backward: ({ x }, dy) => ({ x: () => squareGrad(x, dy) }) });
/** 2 x · dy */
export const squareGrad: OpFunction<'squareGrad'> = defineOp('squareGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g) => ({ x: () => squareGrad(dy, g), dy: () => squareGrad(x, g) }),
});

/** The square root. */
export const sqrt = defineOp('sqrt', { save: ['out'], backward: ({ out }, dy) => ({ x: () => sqrtGrad(out, dy) }) });
/** dy / 2y, where y is the root. */
export const sqrtGrad: OpFunction<'sqrtGrad'> = defineOp('sqrtGrad', {
  save: ['y', 'out'],
  backward: ({ y, out }, g) => ({ y: () => neg(div(mul(g, out), y)), dy: () => sqrtGrad(y, g) }),
});

/** 1 / √x */
export const rsqrt = defineOp('rsqrt', { save: ['out'], backward: ({ out }, dy) => ({ x: () => rsqrtGrad(out, dy) }) });
/** −y³ · dy / 2, where y is the reciprocal root. */
export const rsqrtGrad: OpFunction<'rsqrtGrad'> = defineOp('rsqrtGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, g) => ({ y: () => affine(mul(square(y), mul(dy, g)), { scale: -1.5 }), dy: () => rsqrtGrad(y, g) }),
});

const powTensors: OpFunction<'pow'> = defineOp('pow', {
  save: ['a', 'b', 'out'],
  backward: ({ a, b, out }, dy) => ({
    a: () => sumTo(mul(dy, mul(b, powTensors(a, sub(b, 1)))), a.shape),
    // 0^b is flat in b > 0: the logarithm there must not make it NaN.
    b: () => sumTo(mul(dy, mul(out, log(where(equal(a, 0), 1, a)))), b.shape),
  }),
});
/** x^exponent for one number; `pow` reads better. */
export const powScalar = defineOp('powScalar', {
  save: ['x'],
  backward: ({ x }, dy, { exponent }) => ({ x: () => powScalarGrad(x, dy, { exponent }) }),
});
/** exponent · x^(exponent − 1) · dy */
export const powScalarGrad: OpFunction<'powScalarGrad'> = defineOp('powScalarGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g, { exponent }) => ({
    x: () => affine(powScalarGrad(x, mul(dy, g), { exponent: exponent - 1 }), { scale: exponent }),
    dy: () => powScalarGrad(x, g, { exponent }),
  }),
});

/**
 * a to the power b, broadcast from the right; special cases as in C. The exponent's gradient is out · log a: NaN for a
 * negative base, 0 for a base of 0.
 */
export const pow: Arithmetic = arithmetic(
  powTensors,
  (x, exponent) => powScalar(x, { exponent }),
  (a, x) => {
    const base: Tensor = full([], a);
    try {
      return powTensors(base, x);
    } finally {
      base.dispose();
    }
  },
);
