// Exponentials, logarithms, sine and cosine.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { add, div, mul, neg } from './elementwise.ts';

/** e^x */
export const exp = defineOp('exp', { save: ['out'], backward: ({ out }, dy) => ({ x: () => mul(dy, out) }) });

/** e^x − 1, exact near 0 too. */
export const expm1 = defineOp('expm1', { save: ['out'], backward: ({ out }, dy) => ({ x: () => expm1Grad(out, dy) }) });
/** dy · (y + 1), where y = e^x − 1. */
export const expm1Grad: OpFunction<'expm1Grad'> = defineOp('expm1Grad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, g) => ({ y: () => mul(g, dy), dy: () => expm1Grad(y, g) }),
});

/** The natural logarithm; −∞ at 0, NaN below. */
export const log = defineOp('log', { save: ['x'], backward: ({ x }, dy) => ({ x: () => div(dy, x) }) });

/** log(1 + x), exact near 0 too. */
export const log1p = defineOp('log1p', { save: ['x'], backward: ({ x }, dy) => ({ x: () => log1pGrad(x, dy) }) });
/** dy / (1 + x) */
export const log1pGrad: OpFunction<'log1pGrad'> = defineOp('log1pGrad', {
  save: ['x', 'out'],
  backward: ({ x, out }, g) => ({ x: () => neg(div(mul(out, g), add(x, 1))), dy: () => log1pGrad(x, g) }),
});

/** The sine of x in radians. */
export const sin: OpFunction<'sin'> = defineOp('sin', { save: ['x'], backward: ({ x }, dy) => ({ x: () => mul(dy, cos(x)) }) });
/** The cosine of x in radians. */
export const cos: OpFunction<'cos'> = defineOp('cos', { save: ['x'], backward: ({ x }, dy) => ({ x: () => neg(mul(dy, sin(x))) }) });
