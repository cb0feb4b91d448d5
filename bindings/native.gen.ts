// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = 'UNKNOWN_OP' | 'SHAPE_MISMATCH' | 'DTYPE_MISMATCH' | 'ATTRIBUTE_INVALID' | 'INPUT_MISSING' | 'TENSOR_DISPOSED' | 'DEVICE_MISMATCH' | 'DEVICE_UNAVAILABLE' | 'KERNEL_MISSING' | 'OUT_OF_MEMORY' | 'DEVICE_FAILED' | 'NUMERICAL_FAILURE' | 'CONTEXT_CLOSED';

/** Every operation; `T` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
  /** adamStep(parameter!: f32[...], firstMoment!: f32[...], secondMoment!: f32[...], gradient: f32[...], scale?: f32[], rate: real, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.0, decoupled = false, step = 1) -> () — One step of Adam (Kingma & Ba 2015) or, decoupled, AdamW (Loshchilov & Hutter 2019), as PyTorch counts it: g = scale gradient (+ weightDecay p), m += (1 - beta1)(g - m), v = beta2 v + (1 - beta2) g^2, p = (1 - rate weightDecay) p - rate m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^step), v' = v / (1 - beta2^step). */
  adamStep: { args: [parameter: T, firstMoment: T, secondMoment: T, gradient: T, scale: T | null]; inputs: 'parameter' | 'firstMoment' | 'secondMoment' | 'gradient' | 'scale'; outputs: never; result: void; attrs: { rate: number; beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number; decoupled?: boolean; step?: number }; needsAttrs: true };
  /** add(a: f32[...a], b: f32[...b]) -> f32[...out] — a + b, broadcast. */
  add: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** argMax(x: f32[...x], axes = [], keepDims = false) -> i32[...out] — Place of the largest number in the row-major order of the axes: the first among equals, the first NaN if there is one. */
  argMax: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** argMin(x: f32[...x], axes = [], keepDims = false) -> i32[...out] — Place of the smallest number in the row-major order of the axes: the first among equals, the first NaN if there is one. */
  argMin: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** broadcastTo(x: f32[...x], shape: ints) -> f32[...out] — Repeats x along axes of extent 1 and new leading axes. */
  broadcastTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** cholesky(a: f32[...b N N]) -> f32[...b N N] — Lower triangular l with l lᵀ = (a + aᵀ) / 2, the symmetric part of a. Computed in float64 and rounded once. Fails with NUMERICAL_FAILURE where that part is not positive definite. */
  cholesky: { args: [a: T]; inputs: 'a'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** choleskyGrad(l: f32[...b N N], dl: f32[...b N N]) -> f32[...b N N] — Gradient of cholesky with result l: the symmetric l⁻ᵀ s l⁻¹, where s is half of lᵀ dl's lower triangle mirrored. (Murray, Differentiation of the Cholesky decomposition, 2016, eq. 10.) */
  choleskyGrad: { args: [l: T, dl: T]; inputs: 'l' | 'dl'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** clipScale(gradients*: f32[...], maxNorm: real) -> (scale: f32[], norm: f32[]) — The factor min(1, maxNorm / (norm + 1e-6)) that brings the Euclidean norm of all gradients together under maxNorm (Pascanu et al. 2013), for the optimisers' `scale`; accumulates in float64. */
  clipScale: { args: [gradients: readonly T[]]; inputs: 'gradients'; outputs: 'scale' | 'norm'; result: [scale: T, norm: T]; attrs: { maxNorm: number }; needsAttrs: true };
  /** concat(xs*: T[...x], axis = 0) -> T[...out] — Joins tensors along an axis; all other extents are equal. */
  concat: { args: [xs: readonly T[]]; inputs: 'xs'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
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
  /** convTranspose2dFused(x: f32[N C H W], weight: f32[C K U V], bias?: f32[K], height: int, width: int, stride = [1 1], padding = [0 0 0 0], activation = identity|relu) -> f32[N K P Q] — activation(transposed convolution of x + bias), for inference; the result has the given height and width. */
  convTranspose2dFused: { args: [x: T, weight: T, bias: T | null]; inputs: 'x' | 'weight' | 'bias'; outputs: 'out'; result: T; attrs: { height: number; width: number; stride?: number | readonly number[]; padding?: number | readonly number[]; activation?: 'identity' | 'relu' }; needsAttrs: true };
  /** copyStep(target!: T[...], value: T[...]) -> () — target = value, into the memory that target already has. */
  copyStep: { args: [target: T, value: T]; inputs: 'target' | 'value'; outputs: never; result: void; attrs: Record<never, never>; needsAttrs: false };
  /** cosineSimilarity(a: f32[...x], b: f32[...x], axis = 1, epsilon = 1e-8) -> f32[...out] — a·b / (max(|a|, epsilon) max(|b|, epsilon)) along the axis, which is dropped. */
  cosineSimilarity: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** cosineSimilarityGrad(a: f32[...x], b: f32[...x], dy: f32[...y], axis = 1, epsilon = 1e-8) -> f32[...x] — Gradient of cosineSimilarity by a (by b with the two exchanged): dy (b / (|a||b|) - a (a·b) / (|a|^3 |b|)), lengths at least epsilon; without the second term where |a| is below epsilon. */
  cosineSimilarityGrad: { args: [a: T, b: T, dy: T]; inputs: 'a' | 'b' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** div(a: f32[...a], b: f32[...b]) -> f32[...out] — a / b, broadcast. */
  div: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** extremumGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = []) -> f32[...x] — Gradient of max and of min: dy (1 if absent) shared evenly among the numbers that equal the result y, 0 elsewhere. */
  extremumGrad: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[] }; needsAttrs: false };
  /** fill(shape: ints, value: real) -> f32[...out] — A tensor of one value. */
  fill: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; value: number }; needsAttrs: true };
  /** gather(x: T[...x], indices: i32[...i], axis = 0) -> T[...out] — Rows of x along an axis by their indices; the axis becomes the axes of `indices`. An index out of range is NUMERICAL_FAILURE. */
  gather: { args: [x: T, indices: T]; inputs: 'x' | 'indices'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** gridSample(x: f32[N C H W], grid: f32[N P Q 2], mode = bilinear|nearest, padding = zero|border|reflection, alignCorners = false) -> f32[N C P Q] — out[n, c, p, q] = x[n, c] at column grid[n, p, q, 0] and row grid[n, p, q, 1], both from -1 to 1: the outer edges of the image, or the outermost pixel centres (alignCorners). Beyond it stand zeros, the border's pixels or the mirrored image. Jaderberg et al. 2015, in PyTorch's conventions. */
  gridSample: { args: [x: T, grid: T]; inputs: 'x' | 'grid'; outputs: 'out'; result: T; attrs: { mode?: 'bilinear' | 'nearest'; padding?: 'zero' | 'border' | 'reflection'; alignCorners?: boolean }; needsAttrs: false };
  /** gridSampleGradGrid(x: f32[N C H W], grid: f32[N P Q 2], dy: f32[N C P Q], mode = bilinear|nearest, padding = zero|border|reflection, alignCorners = false) -> f32[N P Q 2] — Gradient of gridSample with respect to the positions; zero for nearest, and where a position is held at the border. */
  gridSampleGradGrid: { args: [x: T, grid: T, dy: T]; inputs: 'x' | 'grid' | 'dy'; outputs: 'out'; result: T; attrs: { mode?: 'bilinear' | 'nearest'; padding?: 'zero' | 'border' | 'reflection'; alignCorners?: boolean }; needsAttrs: false };
  /** gridSampleGradX(dy: f32[N C P Q], grid: f32[N P Q 2], height: int, width: int, mode = bilinear|nearest, padding = zero|border|reflection, alignCorners = false) -> f32[N C H W] — Gradient of gridSample with respect to the image: each number of dy spread over the pixels it was read from. Sums in float64, in the order of the positions. */
  gridSampleGradX: { args: [dy: T, grid: T]; inputs: 'dy' | 'grid'; outputs: 'out'; result: T; attrs: { height: number; width: number; mode?: 'bilinear' | 'nearest'; padding?: 'zero' | 'border' | 'reflection'; alignCorners?: boolean }; needsAttrs: true };
  /** l2Normalize(x: f32[...], axis = 1, epsilon = 1e-12) -> f32[...] — x / max(|x|, epsilon), with the Euclidean length along the axis. */
  l2Normalize: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** l2NormalizeGrad(x: f32[...], dy: f32[...], axis = 1, epsilon = 1e-12) -> f32[...] — Gradient of l2Normalize: dy / |x| - x (x·dy) / |x|^3, or dy / epsilon where |x| is below epsilon. */
  l2NormalizeGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** l2NormalizeGradGrad(x: f32[...], dy: f32[...], v: f32[...], axis = 1, epsilon = 1e-12) -> f32[...] — Gradient by x of the product of v with l2NormalizeGrad: 3 x (x·v)(x·dy) / |x|^5 - (x (v·dy) + v (x·dy) + dy (x·v)) / |x|^3; 0 where |x| is below epsilon. */
  l2NormalizeGradGrad: { args: [x: T, dy: T, v: T]; inputs: 'x' | 'dy' | 'v'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** lerpStep(target!: f32[...], value: f32[...], amount: real, factor = 1.0) -> () — target += amount (factor value - target): moving averages of parameters and running statistics. */
  lerpStep: { args: [target: T, value: T]; inputs: 'target' | 'value'; outputs: never; result: void; attrs: { amount: number; factor?: number }; needsAttrs: true };
  /** logDet(a: f32[...b N N]) -> f32[...b] — Logarithm of the determinant of the symmetric part of a, through its Cholesky factor in float64. Fails with NUMERICAL_FAILURE where that part is not positive definite. */
  logDet: { args: [a: T]; inputs: 'a'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** logSoftmax(x: f32[...], axis = -1) -> f32[...] — x minus logSumExp of x along the axis; -inf stays -inf, a line of nothing but -inf gives NaN, as does one with inf or NaN. */
  logSoftmax: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** logSoftmaxGrad(y: f32[...], dy: f32[...], axis = -1) -> f32[...] — Gradient of logSoftmax with result y: dy - exp(y) times the sum of dy along the axis. */
  logSoftmaxGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** logSoftmaxGradGrad(y: f32[...], dy: f32[...], v: f32[...], axis = -1) -> (byY: f32[...], byDy: f32[...]) — Gradient of the product of v with logSoftmaxGrad: -v exp(y) times the sum of dy, and v minus the sum of v exp(y), along the axis. */
  logSoftmaxGradGrad: { args: [y: T, dy: T, v: T]; inputs: 'y' | 'dy' | 'v'; outputs: 'byY' | 'byDy'; result: [byY: T, byDy: T]; attrs: { axis?: number }; needsAttrs: false };
  /** logSumExp(x: f32[...x], axis = -1, keepDims = false) -> f32[...out] — Logarithm of the sum of exp(x) along the axis, without overflow; of nothing but -inf it is -inf. */
  logSumExp: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axis?: number; keepDims?: boolean }; needsAttrs: false };
  /** logSumExpGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axis = -1) -> f32[...x] — Gradient of logSumExp with result y: dy (1 if absent) exp(x - y); 0 where x is -inf. */
  logSumExpGrad: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** matmul(a: f32[...a P Q], b: f32[...b R S], transposeA = false, transposeB = false) -> f32[...out M N] — Matrix product over the last two axes; leading axes broadcast from the right. */
  matmul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { transposeA?: boolean; transposeB?: boolean }; needsAttrs: false };
  /** max(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Largest number over the axes; NaN where any of them is NaN. Among equals the gradient is split evenly. */
  max: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** mean(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Mean over the axes, accumulated in float64. */
  mean: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** meanGrad(dy: f32[...dy], shape: ints, axes = []) -> f32[...out] — Gradient of mean: dy divided by the numbers per result, repeated to `shape` along the axes. */
  meanGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; axes?: readonly number[] }; needsAttrs: true };
  /** min(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Smallest number over the axes; NaN where any of them is NaN. Among equals the gradient is split evenly. */
  min: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** mul(a: f32[...a], b: f32[...b]) -> f32[...out] — a * b, broadcast. */
  mul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** neg(x: f32[...]) -> f32[...] — -x */
  neg: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** norm(x: f32[...x], axes = [], keepDims = false, kind = euclidean|magnitude|largest|power, exponent = 2.0) -> f32[...out] — Norm over the axes, accumulated in float64: sqrt(sum x^2), sum |x|, max |x|, or (sum |x|^exponent)^(1/exponent). The norm of nothing is 0. */
  norm: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean; kind?: 'euclidean' | 'magnitude' | 'largest' | 'power'; exponent?: number }; needsAttrs: false };
  /** normGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = [], kind = euclidean|magnitude|largest|power, exponent = 2.0) -> f32[...x] — Gradient of norm with result y: dy (1 if absent) sign(x) (|x| / y)^(exponent - 1); 0 where y is 0; for `largest`, shared evenly among the largest. */
  normGrad: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; kind?: 'euclidean' | 'magnitude' | 'largest' | 'power'; exponent?: number }; needsAttrs: false };
  /** normGradSlopes(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = [], kind = euclidean|magnitude|largest|power, exponent = 2.0) -> (byX: f32[...x], byY: f32[...x]) — Partial derivatives of each number of normGrad by its own x and by its result y (dy is 1 if absent): dy (exponent - 1) / y (|x| / y)^(exponent - 2) and -dy (exponent - 1) / y sign(x) (|x| / y)^(exponent - 1); 0 where y is 0, and for `magnitude` and `largest`. */
  normGradSlopes: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'byX' | 'byY'; result: [byX: T, byY: T]; attrs: { axes?: readonly number[]; kind?: 'euclidean' | 'magnitude' | 'largest' | 'power'; exponent?: number }; needsAttrs: false };
  /** pad(x: T[...x], before: ints, after: ints, mode = constant|reflect|replicate|circular, value = 0.0) -> T[...out] — Adds before[i] positions in front of axis i and after[i] behind it. reflect mirrors without repeating the edge, replicate repeats the edge, circular continues at the other end; constant takes `value`. */
  pad: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { before: readonly number[]; after: readonly number[]; mode?: 'constant' | 'reflect' | 'replicate' | 'circular'; value?: number }; needsAttrs: true };
  /** padGradX(dy: f32[...dy], before: ints, after: ints, mode = constant|reflect|replicate|circular) -> f32[...out] — Sums a padded tensor back onto the positions that pad had copied. */
  padGradX: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { before: readonly number[]; after: readonly number[]; mode?: 'constant' | 'reflect' | 'replicate' | 'circular' }; needsAttrs: true };
  /** reorderLayout(x: f32[N C H W]) -> f32[N C H W] — The same numbers in the layout of the output. The dispatcher queues it; calling it by hand copies. */
  reorderLayout: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** resize2d(x: f32[N C H W], height: int, width: int, mode = nearest|nearestExact|bilinear|bicubic, alignCorners = false, antialias = false) -> f32[N C P Q] — Resamples to height by width. nearest reads pixel floor(i H / P), in whole numbers; nearestExact the one under the centre, floor((i + 1/2) H / P); bilinear and bicubic (Keys, a = -0.75) put pixel centres at (i + 1/2) H / P - 1/2, or the outermost centres onto each other (alignCorners); antialias widens the filter when shrinking, as Pillow does (bicubic then with a = -0.5). */
  resize2d: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { height: number; width: number; mode?: 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic'; alignCorners?: boolean; antialias?: boolean }; needsAttrs: true };
  /** resize2dGrad(dy: f32[N C P Q], height: int, width: int, mode = nearest|nearestExact|bilinear|bicubic, alignCorners = false, antialias = false) -> f32[N C H W] — Gradient of resize2d: each pixel of dy spread over the pixels of the height by width image that it was made of. */
  resize2dGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { height: number; width: number; mode?: 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic'; alignCorners?: boolean; antialias?: boolean }; needsAttrs: true };
  /** scatterAdd(updates: f32[...u], indices: i32[...i], shape: ints, axis = 0) -> f32[...out] — Zeros of `shape`, and to its row indices[j] along the axis row j of the updates added: what gather does, backwards. Sums in float64, in order of j. An index out of range is NUMERICAL_FAILURE. */
  scatterAdd: { args: [updates: T, indices: T]; inputs: 'updates' | 'indices'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; axis?: number }; needsAttrs: true };
  /** sgdStep(parameter!: f32[...], velocity!?: f32[...], gradient: f32[...], scale?: f32[], rate: real, momentum = 0.0, dampening = 0.0, weightDecay = 0.0, nesterov = false, start = false) -> () — One step of gradient descent as PyTorch counts it: g = scale gradient + weightDecay p, v = momentum v + (1 - dampening) g (at the start v = g, whatever it held), p -= rate v, or rate (g + momentum v) with nesterov; without velocity p -= rate g. */
  sgdStep: { args: [parameter: T, velocity: T | null, gradient: T, scale: T | null]; inputs: 'parameter' | 'velocity' | 'gradient' | 'scale'; outputs: never; result: void; attrs: { rate: number; momentum?: number; dampening?: number; weightDecay?: number; nesterov?: boolean; start?: boolean }; needsAttrs: true };
  /** slice(x: T[...x], starts: ints, sizes: ints, steps = []) -> T[...out] — out[i, j, …] = x[starts[0] + i steps[0], starts[1] + j steps[1], …]; a negative step walks backwards, no steps mean 1. */
  slice: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { starts: readonly number[]; sizes: readonly number[]; steps?: readonly number[] }; needsAttrs: true };
  /** sliceGradX(dy: T[...dy], shape: ints, starts: ints, steps = []) -> T[...out] — Zeros of `shape` with dy standing where slice would have read it. */
  sliceGradX: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; starts: readonly number[]; steps?: readonly number[] }; needsAttrs: true };
  /** softmax(x: f32[...], axis = -1) -> f32[...] — exp(x - largest) over its sum along the axis; -inf gives 0, a line of nothing but -inf gives NaN, as does one with inf or NaN. */
  softmax: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** softmaxGrad(y: f32[...], dy: f32[...], axis = -1) -> f32[...] — Gradient of softmax with result y: y (dy - sum of y dy along the axis). */
  softmaxGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** spdInverse(a: f32[...b N N]) -> f32[...b N N] — Inverse of the symmetric part of a, through its Cholesky factor in float64; exactly symmetric. Fails with NUMERICAL_FAILURE where that part is not positive definite. */
  spdInverse: { args: [a: T]; inputs: 'a'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sub(a: f32[...a], b: f32[...b]) -> f32[...out] — a - b, broadcast. */
  sub: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sum(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Sum over the axes (negative ones count from the end; none named: all), accumulated in float64. The sum of nothing is 0. */
  sum: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** sumTo(x: f32[...x], shape: ints) -> f32[...out] — Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64. */
  sumTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** symmetrize(x: f32[...b N N]) -> f32[...b N N] — (x + xᵀ) / 2 */
  symmetrize: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** topKMean(x: f32[...x], axes = [], keepDims = false, k = 0, fraction = 0.0) -> (y: f32[...out], threshold: f32[...out]) — Mean of the k largest numbers over the axes, and the k-th of them. Give k, or the fraction of the numbers that k is (rounded, at least 1). NaN where any number is NaN. Among numbers equal to the k-th the gradient is split evenly. */
  topKMean: { args: [x: T]; inputs: 'x'; outputs: 'y' | 'threshold'; result: [y: T, threshold: T]; attrs: { axes?: readonly number[]; keepDims?: boolean; k?: number; fraction?: number }; needsAttrs: false };
  /** topKMeanGrad(x: f32[...x], threshold: f32[...y], dy?: f32[...y], axes = [], k = 0, fraction = 0.0) -> f32[...x] — Gradient of topKMean: dy / k (dy 1 if absent) above the threshold; what is left of dy is split evenly among the numbers equal to it; NaN where the threshold is NaN. */
  topKMeanGrad: { args: [x: T, threshold: T, dy?: T | null]; inputs: 'x' | 'threshold' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; k?: number; fraction?: number }; needsAttrs: false };
  /** transpose(x: T[...x], axes: ints) -> T[...out] — Axis i of the result is axis axes[i] of x. */
  transpose: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes: readonly number[] }; needsAttrs: true };
  /** triangle(x: f32[...b N N], upper = false) -> f32[...b N N] — The lower triangle of x with its diagonal, or the upper one; 0 elsewhere. */
  triangle: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { upper?: boolean }; needsAttrs: false };
  /** triangularSolve(a: f32[...b N N], b: f32[...b N M], upper = false, transpose = false) -> f32[...b N M] — x with t x = b, or tᵀ x = b (`transpose`), where t is the lower triangle of a, or the upper one (`upper`); the rest of a is not read. Computed in float64 and rounded once. Fails with NUMERICAL_FAILURE where the diagonal holds a 0. */
  triangularSolve: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { upper?: boolean; transpose?: boolean }; needsAttrs: false };
  /** triangularSolveGrad(x: f32[...b N M], db: f32[...b N M], upper = false, transpose = false) -> f32[...b N N] — Gradient of triangularSolve by a, with result x and gradient db by b: the triangle of -db xᵀ, or of -x dbᵀ (`transpose`). */
  triangularSolveGrad: { args: [x: T, db: T]; inputs: 'x' | 'db'; outputs: 'out'; result: T; attrs: { upper?: boolean; transpose?: boolean }; needsAttrs: false };
  /** upsampleWeight(weight: f32[K C R S]) -> f32[C K U V] — The weight of the transposed convolution of stride 2 that equals upsampling by two (nearest), then convolving; U = R + 1, V = S + 1. */
  upsampleWeight: { args: [weight: T]; inputs: 'weight'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** upsampleWeightGrad(dy: f32[C K U V]) -> f32[K C R S] — Gradient of upsampleWeight. */
  upsampleWeightGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** variance(x: f32[...x], axes = [], keepDims = false, sample = false) -> f32[...out] — Mean squared distance from the mean over the axes; `sample` divides by one less than the count (Bessel's correction). One pass, shifted by one of the numbers, in float64. */
  variance: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean; sample?: boolean }; needsAttrs: false };
  /** varianceGrad(x: f32[...x], dy?: f32[...dy], axes = [], sample = false) -> f32[...x] — Gradient of variance: 2 dy (x - mean) / divisor, with dy 1 if absent. */
  varianceGrad: { args: [x: T, dy?: T | null]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; sample?: boolean }; needsAttrs: false };
}
