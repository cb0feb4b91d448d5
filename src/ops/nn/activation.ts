// Activations. A gradient needs the result where that is enough, so that the operand can be let go of, else the operand.
// Where a slope is piecewise constant, the gradient op's gradient flows to dy alone.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { lessEqual, where } from './compare.ts';
import { affine, mul, neg } from './elementwise.ts';
import { squareGrad } from './powers.ts';

/** max(x, 0) */
export const relu = defineOp('relu', { save: ['out'], backward: ({ out }, dy) => ({ x: () => reluGrad(out, dy) }) });
/** dy where y = relu(x) is positive, else 0. */
export const reluGrad: OpFunction<'reluGrad'> = defineOp('reluGrad', {
  save: ['y'],
  backward: ({ y }, g) => ({ dy: () => reluGrad(y, g) }),
});

/** min(max(x, 0), 6) */
export const relu6 = defineOp('relu6', { save: ['out'], backward: ({ out }, dy) => ({ x: () => relu6Grad(out, dy) }) });
/** dy where y = relu6(x) lies strictly between 0 and 6, else 0. */
export const relu6Grad: OpFunction<'relu6Grad'> = defineOp('relu6Grad', {
  save: ['y'],
  backward: ({ y }, g) => ({ dy: () => relu6Grad(y, g) }),
});

/** x where positive, else slope · x; slope ≥ 0, default 0.01. */
export const leakyRelu = defineOp('leakyRelu', {
  save: ['out'],
  backward: ({ out }, dy, { slope }) => ({ x: () => leakyReluGrad(out, dy, { slope }) }),
});
/** dy where y = leakyRelu(x) is positive, else slope · dy. */
export const leakyReluGrad: OpFunction<'leakyReluGrad'> = defineOp('leakyReluGrad', {
  save: ['y'],
  backward: ({ y }, g, { slope }) => ({ dy: () => leakyReluGrad(y, g, { slope }) }),
});

/** x where positive, else alpha · (e^x − 1); alpha ≥ 0, default 1. */
export const elu = defineOp('elu', {
  save: ['out'],
  backward: ({ out }, dy, { alpha }) => ({ x: () => eluGrad(out, dy, { alpha }) }),
});
/** dy where y = elu(x) is positive, else (y + alpha) · dy. */
export const eluGrad: OpFunction<'eluGrad'> = defineOp('eluGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, g, { alpha }) => ({ y: () => where(lessEqual(y, 0), mul(g, dy), 0), dy: () => eluGrad(y, g, { alpha }) }),
});

/** 1.0507 · elu(x, 1.6733), under which a network keeps its activations' mean and variance. */
export const selu = defineOp('selu', { save: ['out'], backward: ({ out }, dy) => ({ x: () => seluGrad(out, dy) }) });
/** 1.0507 · dy where y = selu(x) is positive, else (y + 1.7581) · dy. */
export const seluGrad: OpFunction<'seluGrad'> = defineOp('seluGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, g) => ({ y: () => where(lessEqual(y, 0), mul(g, dy), 0), dy: () => seluGrad(y, g) }),
});

/** 1 / (1 + e^−x) */
export const sigmoid = defineOp('sigmoid', { save: ['out'], backward: ({ out }, dy) => ({ x: () => sigmoidGrad(out, dy) }) });
/** dy · y · (1 − y), where y = sigmoid(x). */
export const sigmoidGrad: OpFunction<'sigmoidGrad'> = defineOp('sigmoidGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, g) => ({ y: () => mul(mul(dy, g), affine(y, { scale: -2, shift: 1 })), dy: () => sigmoidGrad(y, g) }),
});

/** The hyperbolic tangent. */
export const tanh = defineOp('tanh', { save: ['out'], backward: ({ out }, dy) => ({ x: () => tanhGrad(out, dy) }) });
/** dy · (1 − y²), where y = tanh(x). */
export const tanhGrad: OpFunction<'tanhGrad'> = defineOp('tanhGrad', {
  save: ['y', 'dy'],
  backward: ({ y, dy }, g) => ({ y: () => neg(squareGrad(y, mul(dy, g))), dy: () => tanhGrad(y, g) }),
});

/** log(1 + e^(beta x)) / beta; beta > 0, default 1. */
export const softplus = defineOp('softplus', {
  save: ['x'],
  backward: ({ x }, dy, { beta }) => ({ x: () => softplusGrad(x, dy, { beta }) }),
});
/** dy · sigmoid(beta x) */
export const softplusGrad: OpFunction<'softplusGrad'> = defineOp('softplusGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g, { beta }) => ({
    x: () => affine(sigmoidGrad(sigmoid(affine(x, { scale: beta })), mul(dy, g)), { scale: beta }),
    dy: () => softplusGrad(x, g, { beta }),
  }),
});

/** x · sigmoid(x), also called swish. */
export const silu = defineOp('silu', { save: ['x'], backward: ({ x }, dy) => ({ x: () => siluGrad(x, dy) }) });
/** dy · silu′(x) */
export const siluGrad: OpFunction<'siluGrad'> = defineOp('siluGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g) => ({ x: () => siluCurvature(x, dy, g), dy: () => siluGrad(x, g) }),
});
/** p · q · silu″(x); without a gradient of its own. */
export const siluCurvature = defineOp('siluCurvature');

/** x · Φ(x), the normal distribution function; `form: 'tanh'` for the usual approximation. */
export const gelu = defineOp('gelu', { save: ['x'], backward: ({ x }, dy, { form }) => ({ x: () => geluGrad(x, dy, { form }) }) });
/** dy · gelu′(x) */
export const geluGrad: OpFunction<'geluGrad'> = defineOp('geluGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g, { form }) => ({ x: () => geluCurvature(x, dy, g, { form }), dy: () => geluGrad(x, g, { form }) }),
});
/** p · q · gelu″(x); without a gradient of its own. */
export const geluCurvature = defineOp('geluCurvature');

/** x · tanh(softplus(x)) */
export const mish = defineOp('mish', { save: ['x'], backward: ({ x }, dy) => ({ x: () => mishGrad(x, dy) }) });
/** dy · mish′(x) */
export const mishGrad: OpFunction<'mishGrad'> = defineOp('mishGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g) => ({ x: () => mishCurvature(x, dy, g), dy: () => mishGrad(x, g) }),
});
/** p · q · mish″(x); without a gradient of its own. */
export const mishCurvature = defineOp('mishCurvature');

/** min(max(x / 6 + ½, 0), 1) */
export const hardSigmoid = defineOp('hardSigmoid', { save: ['x'], backward: ({ x }, dy) => ({ x: () => hardSigmoidGrad(x, dy) }) });
/** dy / 6 where |x| < 3, else 0. */
export const hardSigmoidGrad: OpFunction<'hardSigmoidGrad'> = defineOp('hardSigmoidGrad', {
  save: ['x'],
  backward: ({ x }, g) => ({ dy: () => hardSigmoidGrad(x, g) }),
});

/** x · hardSigmoid(x) */
export const hardSwish = defineOp('hardSwish', { save: ['x'], backward: ({ x }, dy) => ({ x: () => hardSwishGrad(x, dy) }) });
/** dy · (x / 3 + ½) where |x| < 3; dy above, 0 below. */
export const hardSwishGrad: OpFunction<'hardSwishGrad'> = defineOp('hardSwishGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, g) => ({
    // hardSigmoid's slope, 1/6 within, is half of the slope's slope.
    x: () => affine(hardSigmoidGrad(x, mul(dy, g)), { scale: 2 }),
    dy: () => hardSwishGrad(x, g),
  }),
});
