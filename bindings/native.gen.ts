// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = 'UNKNOWN_OP' | 'SHAPE_MISMATCH' | 'DTYPE_MISMATCH' | 'ATTRIBUTE_INVALID' | 'INPUT_MISSING' | 'TENSOR_DISPOSED' | 'DEVICE_MISMATCH' | 'DEVICE_UNAVAILABLE' | 'KERNEL_MISSING' | 'OUT_OF_MEMORY' | 'DEVICE_FAILED' | 'NUMERICAL_FAILURE' | 'CONTEXT_CLOSED';

/** Every operation; `T` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
  /** abs(x: f32[...]) -> f32[...] — |x| */
  abs: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** absGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy sign(x) */
  absGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** add(a: f32[...a], b: f32[...b]) -> f32[...out] — a + b, broadcast. */
  add: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** affine(x: f32[...], scale = 1.0, shift = 0.0) -> f32[...] — scale x + shift */
  affine: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { scale?: number; shift?: number }; needsAttrs: false };
  /** bernoulli(shape: ints, key: ints, probability = 0.5) -> f32[...out] — 1 with the given probability (to 2^-32), else 0; key as Random's nextKey gives it. */
  bernoulli: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; probability?: number }; needsAttrs: true };
  /** broadcastTo(x: f32[...x], shape: ints) -> f32[...out] — Repeats x along axes of extent 1 and new leading axes. */
  broadcastTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** ceil(x: f32[...]) -> f32[...] — The smallest integer not below x. */
  ceil: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** clamp(x: f32[...], min = -inf, max = inf) -> f32[...] — x moved into [min, max]; NaN stays NaN. */
  clamp: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { min?: number; max?: number }; needsAttrs: false };
  /** clampGrad(x: f32[...], dy: f32[...], min = -inf, max = inf) -> f32[...] — dy where x lies in [min, max], else 0. */
  clampGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { min?: number; max?: number }; needsAttrs: false };
  /** compare(a: f32[...a], b: f32[...b], relation = less|lessEqual|greater|greaterEqual|equal|notEqual) -> f32[...out] — 1 where a stands in the relation to b, else 0; broadcast. Anything but notEqual is 0 for NaN. */
  compare: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { relation?: 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'equal' | 'notEqual' }; needsAttrs: false };
  /** compareScalar(x: f32[...], value = 0.0, relation = less|lessEqual|greater|greaterEqual|equal|notEqual) -> f32[...] — 1 where x stands in the relation to value (as a float32), else 0. */
  compareScalar: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { value?: number; relation?: 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'equal' | 'notEqual' }; needsAttrs: false };
  /** conv2d(x: f32[N C H W], weight: f32[K D R S], bias?: f32[K], stride = [1 1], padding = [0 0 0 0], dilation = [1 1], groups = 1) -> f32[N K P Q] — Cross-correlation with zero padding [top bottom left right]; D = C / groups. */
  conv2d: { args: [x: T, weight: T, bias?: T | null]; inputs: 'x' | 'weight' | 'bias'; outputs: 'out'; result: T; attrs: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number }; needsAttrs: false };
  /** conv2dFused(x: f32[N C H W], weight: f32[K D R S], bias?: f32[K], addend?: f32[N K P Q], stride = [1 1], padding = [0 0 0 0], dilation = [1 1], groups = 1, activation = identity|relu|leakyRelu|elu|sigmoid|tanh|silu|gelu, alpha = 0.01) -> f32[N K P Q] — activation(conv2d(x) + bias + addend) in one pass, for inference; alpha is leakyRelu's slope or elu's scale. */
  conv2dFused: { args: [x: T, weight: T, bias?: T | null, addend?: T | null]; inputs: 'x' | 'weight' | 'bias' | 'addend'; outputs: 'out'; result: T; attrs: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number; activation?: 'identity' | 'relu' | 'leakyRelu' | 'elu' | 'sigmoid' | 'tanh' | 'silu' | 'gelu'; alpha?: number }; needsAttrs: false };
  /** conv2dGradBias(dy: f32[N K P Q]) -> f32[K] — Sum of dy over images and pixels. */
  conv2dGradBias: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** conv2dGradInput(dy: f32[N K P Q], weight: f32[K D R S], height: int, width: int, stride = [1 1], padding = [0 0 0 0], dilation = [1 1], groups = 1) -> f32[N C H W] — Gradient of conv2d with respect to x of the given height and width; also the transposed convolution of dy. */
  conv2dGradInput: { args: [dy: T, weight: T]; inputs: 'dy' | 'weight'; outputs: 'out'; result: T; attrs: { height: number; width: number; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number }; needsAttrs: true };
  /** conv2dGradWeight(dy: f32[N K P Q], x: f32[N C H W], rows: int, columns: int, stride = [1 1], padding = [0 0 0 0], dilation = [1 1], groups = 1) -> f32[K D R S] — Gradient of conv2d with respect to a weight of the given rows and columns. */
  conv2dGradWeight: { args: [dy: T, x: T]; inputs: 'dy' | 'x'; outputs: 'out'; result: T; attrs: { rows: number; columns: number; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number }; needsAttrs: true };
  /** cos(x: f32[...]) -> f32[...] — The cosine of x in radians. */
  cos: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** div(a: f32[...a], b: f32[...b]) -> f32[...out] — a / b, broadcast. */
  div: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** dropout(x: f32[...], key: ints, probability = 0.5) -> f32[...] — 0 with the given probability, else x / (1 - probability). The same key drops the same elements: so the gradient is the same op on dy. */
  dropout: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { key: readonly number[]; probability?: number }; needsAttrs: true };
  /** elu(x: f32[...], alpha = 1.0) -> f32[...] — x where positive, else alpha (e^x - 1); alpha >= 0. */
  elu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { alpha?: number }; needsAttrs: false };
  /** eluGrad(y: f32[...], dy: f32[...], alpha = 1.0) -> f32[...] — dy where y = elu(x) is positive, else (y + alpha) dy. */
  eluGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: { alpha?: number }; needsAttrs: false };
  /** exp(x: f32[...]) -> f32[...] — e^x */
  exp: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** expm1(x: f32[...]) -> f32[...] — e^x - 1, exact near 0 too. */
  expm1: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** expm1Grad(y: f32[...], dy: f32[...]) -> f32[...] — dy (y + 1), y = e^x - 1 */
  expm1Grad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** fill(shape: ints, value: real) -> f32[...out] — A tensor of one value. */
  fill: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; value: number }; needsAttrs: true };
  /** floor(x: f32[...]) -> f32[...] — The largest integer not above x. */
  floor: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** gelu(x: f32[...], form = exact|tanh) -> f32[...] — x times the normal distribution function, exact by erf or by Hendrycks & Gimpel's (2016) tanh. */
  gelu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { form?: 'exact' | 'tanh' }; needsAttrs: false };
  /** geluCurvature(x: f32[...], p: f32[...], q: f32[...], form = exact|tanh) -> f32[...] — p q gelu''(x) */
  geluCurvature: { args: [x: T, p: T, q: T]; inputs: 'x' | 'p' | 'q'; outputs: 'out'; result: T; attrs: { form?: 'exact' | 'tanh' }; needsAttrs: false };
  /** geluGrad(x: f32[...], dy: f32[...], form = exact|tanh) -> f32[...] — dy gelu'(x) */
  geluGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { form?: 'exact' | 'tanh' }; needsAttrs: false };
  /** hardSigmoid(x: f32[...]) -> f32[...] — min(max(x / 6 + 1/2, 0), 1); Howard et al. 2019. */
  hardSigmoid: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** hardSigmoidGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy / 6 where |x| < 3, else 0. */
  hardSigmoidGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** hardSwish(x: f32[...]) -> f32[...] — x hardSigmoid(x); Howard et al. 2019. */
  hardSwish: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** hardSwishGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy (x / 3 + 1/2) where |x| < 3; dy above, 0 below. */
  hardSwishGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** leakyRelu(x: f32[...], slope = 0.01) -> f32[...] — x where positive, else slope x; slope >= 0. */
  leakyRelu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { slope?: number }; needsAttrs: false };
  /** leakyReluGrad(y: f32[...], dy: f32[...], slope = 0.01) -> f32[...] — dy where y = leakyRelu(x) is positive, else slope dy. */
  leakyReluGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: { slope?: number }; needsAttrs: false };
  /** log(x: f32[...]) -> f32[...] — The natural logarithm; -inf at 0, NaN below. */
  log: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** log1p(x: f32[...]) -> f32[...] — log(1 + x), exact near 0 too. */
  log1p: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** log1pGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy / (1 + x) */
  log1pGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** matmul(a: f32[...a P Q], b: f32[...b R S], transposeA = false, transposeB = false) -> f32[...out M N] — Matrix product over the last two axes; leading axes broadcast from the right. */
  matmul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { transposeA?: boolean; transposeB?: boolean }; needsAttrs: false };
  /** maximum(a: f32[...a], b: f32[...b]) -> f32[...out] — The larger of a and b, broadcast; NaN if either is. */
  maximum: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** maximumGrad(a: f32[...a], b: f32[...b], dy: f32[...out]) -> f32[...out] — dy where a > b, dy / 2 where a = b, else 0: a's gradient under maximum, and b's under minimum. */
  maximumGrad: { args: [a: T, b: T, dy: T]; inputs: 'a' | 'b' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** minimum(a: f32[...a], b: f32[...b]) -> f32[...out] — The smaller of a and b, broadcast; NaN if either is. */
  minimum: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** mish(x: f32[...]) -> f32[...] — x tanh(softplus(x)); Misra 2019. */
  mish: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** mishCurvature(x: f32[...], p: f32[...], q: f32[...]) -> f32[...] — p q mish''(x) */
  mishCurvature: { args: [x: T, p: T, q: T]; inputs: 'x' | 'p' | 'q'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** mishGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy mish'(x) */
  mishGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** mul(a: f32[...a], b: f32[...b]) -> f32[...out] — a * b, broadcast. */
  mul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** neg(x: f32[...]) -> f32[...] — -x */
  neg: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** normal(shape: ints, key: ints, mean = 0.0, deviation = 1.0) -> f32[...out] — Normal numbers, one word each through the quantile function (|z| < 6.34); key as Random's nextKey gives it. */
  normal: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; mean?: number; deviation?: number }; needsAttrs: true };
  /** pow(a: f32[...a], b: f32[...b]) -> f32[...out] — a^b, broadcast; special cases as C's pow. */
  pow: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** powScalar(x: f32[...], exponent: real) -> f32[...] — x^exponent; special cases as C's pow. */
  powScalar: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { exponent: number }; needsAttrs: true };
  /** powScalarGrad(x: f32[...], dy: f32[...], exponent: real) -> f32[...] — exponent x^(exponent - 1) dy; 0 if exponent is. */
  powScalarGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { exponent: number }; needsAttrs: true };
  /** randomBits(shape: ints, key: ints, block = [0 0]) -> i32[...out] — Raw words of Philox4x32-10 as signed integers, from the block whose number has these low and high words. */
  randomBits: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; block?: number | readonly number[] }; needsAttrs: true };
  /** reciprocal(x: f32[...], numerator = 1.0) -> f32[...] — numerator / x */
  reciprocal: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { numerator?: number }; needsAttrs: false };
  /** reciprocalGrad(x: f32[...], dy: f32[...], numerator = 1.0) -> f32[...] — -numerator dy / x^2 */
  reciprocalGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { numerator?: number }; needsAttrs: false };
  /** relu(x: f32[...]) -> f32[...] — max(x, 0) */
  relu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** relu6(x: f32[...]) -> f32[...] — min(max(x, 0), 6) */
  relu6: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** relu6Grad(y: f32[...], dy: f32[...]) -> f32[...] — dy where y = relu6(x) lies strictly between 0 and 6, else 0. */
  relu6Grad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** reluGrad(y: f32[...], dy: f32[...]) -> f32[...] — dy where y = relu(x) is positive, else 0. */
  reluGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** reorderLayout(x: f32[N C H W]) -> f32[N C H W] — The same numbers in the layout of the output. The dispatcher queues it; calling it by hand copies. */
  reorderLayout: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** round(x: f32[...]) -> f32[...] — The nearest integer; halves go to the even one. */
  round: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** rsqrt(x: f32[...]) -> f32[...] — 1 / sqrt(x) */
  rsqrt: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** rsqrtGrad(y: f32[...], dy: f32[...]) -> f32[...] — -dy y^3 / 2, y = 1 / sqrt(x) */
  rsqrtGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** selu(x: f32[...]) -> f32[...] — 1.0507 elu(x, 1.6733); Klambauer et al. 2017. */
  selu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** seluGrad(y: f32[...], dy: f32[...]) -> f32[...] — 1.0507 dy where y = selu(x) is positive, else (y + 1.7581) dy. */
  seluGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sigmoid(x: f32[...]) -> f32[...] — 1 / (1 + e^-x) */
  sigmoid: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sigmoidGrad(y: f32[...], dy: f32[...]) -> f32[...] — dy y (1 - y), y = sigmoid(x) */
  sigmoidGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sign(x: f32[...]) -> f32[...] — -1, 0 or 1; NaN stays NaN. */
  sign: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** silu(x: f32[...]) -> f32[...] — x sigmoid(x); Elfwing et al. 2018. */
  silu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** siluCurvature(x: f32[...], p: f32[...], q: f32[...]) -> f32[...] — p q silu''(x) */
  siluCurvature: { args: [x: T, p: T, q: T]; inputs: 'x' | 'p' | 'q'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** siluGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy silu'(x) */
  siluGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sin(x: f32[...]) -> f32[...] — The sine of x in radians. */
  sin: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** softplus(x: f32[...], beta = 1.0) -> f32[...] — log(1 + e^(beta x)) / beta; beta > 0. */
  softplus: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { beta?: number }; needsAttrs: false };
  /** softplusGrad(x: f32[...], dy: f32[...], beta = 1.0) -> f32[...] — dy sigmoid(beta x) */
  softplusGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { beta?: number }; needsAttrs: false };
  /** sqrt(x: f32[...]) -> f32[...] — The square root; NaN below 0. */
  sqrt: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sqrtGrad(y: f32[...], dy: f32[...]) -> f32[...] — dy / (2 y), y = sqrt(x) */
  sqrtGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** square(x: f32[...]) -> f32[...] — x^2 */
  square: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** squareGrad(x: f32[...], dy: f32[...]) -> f32[...] — 2 x dy */
  squareGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sub(a: f32[...a], b: f32[...b]) -> f32[...out] — a - b, broadcast. */
  sub: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sumTo(x: f32[...x], shape: ints) -> f32[...out] — Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64. */
  sumTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** tanh(x: f32[...]) -> f32[...] — The hyperbolic tangent. */
  tanh: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** tanhGrad(y: f32[...], dy: f32[...]) -> f32[...] — dy (1 - y^2), y = tanh(x) */
  tanhGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** toBytes(x: f32[...], scale = 255.0) -> u8[...] — scale x, rounded to nearest (halves to even) and held within 0 … 255; NaN is 0. */
  toBytes: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { scale?: number }; needsAttrs: false };
  /** toDouble(x: T[...]) -> f64[...] — x as float64. */
  toDouble: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** toFloat(x: T[...]) -> f32[...] — x as float32, rounded to nearest. */
  toFloat: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** toInteger(x: T[...]) -> i32[...] — x as int32, cut towards zero; what is out of range becomes the nearest end, NaN 0. */
  toInteger: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** toUnitRange(x: u8[...]) -> f32[...] — x / 255 */
  toUnitRange: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** uniform(shape: ints, key: ints, low = 0.0, high = 1.0) -> f32[...out] — Uniform numbers strictly between 0 and 1, then low + (high - low) u rounded to float32; key as Random's nextKey gives it. */
  uniform: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; low?: number; high?: number }; needsAttrs: true };
  /** where(condition: T[...c], a: f32[...a], b: f32[...b]) -> f32[...out] — a where the condition is not 0, else b; broadcast. */
  where: { args: [condition: T, a: T, b: T]; inputs: 'condition' | 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
}
