// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = 'UNKNOWN_OP' | 'SHAPE_MISMATCH' | 'DTYPE_MISMATCH' | 'ATTRIBUTE_INVALID' | 'INPUT_MISSING' | 'TENSOR_DISPOSED' | 'DEVICE_MISMATCH' | 'DEVICE_UNAVAILABLE' | 'KERNEL_MISSING' | 'OUT_OF_MEMORY' | 'DEVICE_FAILED' | 'NUMERICAL_FAILURE' | 'CONTEXT_CLOSED';

/** Every operation; `T` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
  /** abs(x: f32[...]) -> f32[...] — |x| */
  abs: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** absGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy sign(x) */
  absGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** adamStep(parameter!: f32[...], firstMoment!: f32[...], secondMoment!: f32[...], gradient: f32[...], scale?: f32[], rate: real, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.0, decoupled = false, step = 1) -> () — One step of Adam (Kingma & Ba 2015) or, decoupled, AdamW (Loshchilov & Hutter 2019), as PyTorch counts it: g = scale gradient (+ weightDecay p), m += (1 - beta1)(g - m), v = beta2 v + (1 - beta2) g^2, p = (1 - rate weightDecay) p - rate m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^step), v' = v / (1 - beta2^step). */
  adamStep: { args: [parameter: T, firstMoment: T, secondMoment: T, gradient: T, scale: T | null]; inputs: 'parameter' | 'firstMoment' | 'secondMoment' | 'gradient' | 'scale'; outputs: never; result: void; attrs: { rate: number; beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number; decoupled?: boolean; step?: number }; needsAttrs: true };
  /** adaptiveAveragePool2d(x: f32[N C H W], rows: int, columns: int) -> f32[N C P Q] — Mean over rows x columns bins that cover the picture; bin i of n over an extent e is [floor(i e / n), ceil((i + 1) e / n)). */
  adaptiveAveragePool2d: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { rows: number; columns: number }; needsAttrs: true };
  /** adaptiveAveragePool2dGrad(dy: f32[N C P Q], height: int, width: int) -> f32[N C H W] — Gradient of adaptiveAveragePool2d: each number of dy is shared out over its bin. */
  adaptiveAveragePool2dGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { height: number; width: number }; needsAttrs: true };
  /** adaptiveMaxPool2d(x: f32[N C H W], rows: int, columns: int) -> (y: f32[N C P Q], index: i32[N C P Q]) — Maximum over bins as adaptiveAveragePool2d has them, and its place h W + w in the picture; of equals the first. */
  adaptiveMaxPool2d: { args: [x: T]; inputs: 'x'; outputs: 'y' | 'index'; result: [y: T, index: T]; attrs: { rows: number; columns: number }; needsAttrs: true };
  /** adaptiveMaxPool2dGrad(dy: f32[N C P Q], index: i32[N C P Q], height: int, width: int) -> f32[N C H W] — Gradient of adaptiveMaxPool2d: each number of dy goes to where the maximum was. */
  adaptiveMaxPool2dGrad: { args: [dy: T, index: T]; inputs: 'dy' | 'index'; outputs: 'out'; result: T; attrs: { height: number; width: number }; needsAttrs: true };
  /** adaptiveMaxPool2dPick(x: f32[N C H W], index: i32[N C P Q]) -> f32[N C P Q] — The numbers of x at places found by adaptiveMaxPool2d: the gradient of its gradient. */
  adaptiveMaxPool2dPick: { args: [x: T, index: T]; inputs: 'x' | 'index'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** add(a: f32[...a], b: f32[...b]) -> f32[...out] — a + b, broadcast. */
  add: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** affine(x: f32[...], scale = 1.0, shift = 0.0) -> f32[...] — scale x + shift */
  affine: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { scale?: number; shift?: number }; needsAttrs: false };
  /** argMax(x: f32[...x], axes = [], keepDims = false) -> i32[...out] — Place of the largest number in the row-major order of the axes: the first among equals, the first NaN if there is one. */
  argMax: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** argMin(x: f32[...x], axes = [], keepDims = false) -> i32[...out] — Place of the smallest number in the row-major order of the axes: the first among equals, the first NaN if there is one. */
  argMin: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** averagePool2d(x: f32[N C H W], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], ceilMode = false, countIncludePad = true) -> f32[N C P Q] — Mean of each window. With countIncludePad the zeros of the padding [top bottom left right] count, what ceilMode adds beyond it never does; stride 0 is the kernel's extent. */
  averagePool2d: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { kernel?: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceilMode?: boolean; countIncludePad?: boolean }; needsAttrs: false };
  /** averagePool2dGrad(dy: f32[N C P Q], height: int, width: int, kernel = [2 2], stride = [0 0], padding = [0 0 0 0], ceilMode = false, countIncludePad = true) -> f32[N C H W] — Gradient of averagePool2d: each number of dy is shared out over its window. */
  averagePool2dGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { height: number; width: number; kernel?: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceilMode?: boolean; countIncludePad?: boolean }; needsAttrs: true };
  /** batchNorm(x: f32[N C H W], scale: f32[C], shift: f32[C], epsilon = 1e-5, activation = identity|relu) -> (y: f32[N C H W], mean: f32[C], variance: f32[C]) — activation((x - mean) / sqrt(variance + epsilon) * scale + shift) with the mean and population variance of each channel of this batch. Ioffe and Szegedy 2015. */
  batchNorm: { args: [x: T, scale: T, shift: T]; inputs: 'x' | 'scale' | 'shift'; outputs: 'y' | 'mean' | 'variance'; result: [y: T, mean: T, variance: T]; attrs: { epsilon?: number; activation?: 'identity' | 'relu' }; needsAttrs: false };
  /** batchNormGrad(x: f32[N C H W], dy: f32[N C H W], scale: f32[C], shift: f32[C], mean: f32[C], variance: f32[C], epsilon = 1e-5, activation = identity|relu) -> (dx: f32[N C H W], dscale: f32[C], dshift: f32[C]) — Gradients of batchNorm: with g = dy where the result was positive, u = x - mean and r = 1 / sqrt(variance + epsilon), dshift = sum g, dscale = r sum g u, dx = scale r (g - mean g - u r^2 mean(g u)). */
  batchNormGrad: { args: [x: T, dy: T, scale: T, shift: T, mean: T, variance: T]; inputs: 'x' | 'dy' | 'scale' | 'shift' | 'mean' | 'variance'; outputs: 'dx' | 'dscale' | 'dshift'; result: [dx: T, dscale: T, dshift: T]; attrs: { epsilon?: number; activation?: 'identity' | 'relu' }; needsAttrs: false };
  /** batchNormInference(x: f32[N C H W], scale: f32[C], shift: f32[C], mean: f32[C], variance: f32[C], epsilon = 1e-5, activation = identity|relu) -> f32[N C H W] — activation((x - mean) / sqrt(variance + epsilon) * scale + shift) with given statistics. */
  batchNormInference: { args: [x: T, scale: T, shift: T, mean: T, variance: T]; inputs: 'x' | 'scale' | 'shift' | 'mean' | 'variance'; outputs: 'out'; result: T; attrs: { epsilon?: number; activation?: 'identity' | 'relu' }; needsAttrs: false };
  /** batchNormInferenceGrad(x: f32[N C H W], dy: f32[N C H W], scale: f32[C], shift: f32[C], mean: f32[C], variance: f32[C], epsilon = 1e-5, activation = identity|relu) -> (dx: f32[N C H W], dscale: f32[C], dshift: f32[C], dmean: f32[C], dvariance: f32[C]) — Gradients of batchNormInference with respect to all its operands. */
  batchNormInferenceGrad: { args: [x: T, dy: T, scale: T, shift: T, mean: T, variance: T]; inputs: 'x' | 'dy' | 'scale' | 'shift' | 'mean' | 'variance'; outputs: 'dx' | 'dscale' | 'dshift' | 'dmean' | 'dvariance'; result: [dx: T, dscale: T, dshift: T, dmean: T, dvariance: T]; attrs: { epsilon?: number; activation?: 'identity' | 'relu' }; needsAttrs: false };
  /** bernoulli(shape: ints, key: ints, probability = 0.5) -> f32[...out] — 1 with the given probability (to 2^-32), else 0; key as Random's nextKey gives it. */
  bernoulli: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; probability?: number }; needsAttrs: true };
  /** binomialTailMap(x: T[N C H W], threshold: real, probability = 0.1, radius = 2, strict = true, border = reflect|inside) -> T[N 1 H W] — log10 of the probability that of the n = (2 radius + 1)^2 numbers of a neighbourhood more than k (strict; else k or more) are at least as large as they are, where each reaches the threshold with the given probability and k is how many do, averaged over the channels. Where strict leaves nothing, k = n, that of all n. Beyond the border the picture is mirrored about its outermost pixels; NaN where the neighbourhood holds a NaN. f32 or f64. Tailanian, Muse and Pardo 2024 (U-Flow), with x the squares of standard normal numbers. */
  binomialTailMap: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { threshold: number; probability?: number; radius?: number; strict?: boolean; border?: 'reflect' | 'inside' }; needsAttrs: true };
  /** blockLayout(x: f32[N C H W]) -> f32[N C H W] — The same numbers in the channel-blocked layout where the channels allow it, as a convolution would give them: lets a test feed that layout to any operation. */
  blockLayout: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** blotches(blotches: f32[N 6], frame: f32[N 2 3], centre: f32[N 2], key: ints, height: int, width: int, octaves = 4) -> f32[N 1 H W] — Opacity of blotches around centre[n] = (column, row). A row of `blotches`: radius in pixels, rise, threshold, edge, persistence, opacity. With z the perlinNoise at (u, v) = frame[n] (column - centre[n, 0], row - centre[n, 1], 1) and g = smoothstep(1 - distance from the centre / radius): opacity smoothstep((z + rise g - threshold) / edge) where g > 0, and 0 where that is below 1/128. Masks of thresholded noise: Zavrtanik et al. 2021. */
  blotches: { args: [blotches: T, frame: T, centre: T]; inputs: 'blotches' | 'frame' | 'centre'; outputs: 'out'; result: T; attrs: { key: readonly number[]; height: number; width: number; octaves?: number }; needsAttrs: true };
  /** boxFilter(x: T[N C H W], size: int, times = 1, border = inside|replicate) -> T[N C H W] — Mean over size x size pixels, applied `times` times to each channel; the cost hardly depends on size, which is odd. Beyond the border: nothing, only pixels inside count (inside), or the outermost pixel (replicate). f32 or f64. */
  boxFilter: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { size: number; times?: number; border?: 'inside' | 'replicate' }; needsAttrs: true };
  /** boxFilterGrad(dy: T[N C H W], size: int, times = 1, border = inside|replicate) -> T[N C H W] — Gradient of boxFilter: the transposed filter. */
  boxFilterGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { size: number; times?: number; border?: 'inside' | 'replicate' }; needsAttrs: true };
  /** broadcastTo(x: f32[...x], shape: ints) -> f32[...out] — Repeats x along axes of extent 1 and new leading axes. */
  broadcastTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** busyPlaces(x: f32[N C H W], candidates: f32[N K 2], reach: f32[N], key: ints) -> f32[N 2] — For each picture one of K places (column, row), chosen by chance with weights 0.0001 + the variance of the pixels that probeMean would look at there, averaged over channels. So defects find the part and leave the empty ground around it. */
  busyPlaces: { args: [x: T, candidates: T, reach: T]; inputs: 'x' | 'candidates' | 'reach'; outputs: 'out'; result: T; attrs: { key: readonly number[] }; needsAttrs: true };
  /** ceil(x: f32[...]) -> f32[...] — The smallest integer not below x. */
  ceil: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** cholesky(a: f32[...b N N]) -> f32[...b N N] — Lower triangular l with l lᵀ = (a + aᵀ) / 2, the symmetric part of a. Computed in float64 and rounded once. Fails with NUMERICAL_FAILURE where that part is not positive definite. */
  cholesky: { args: [a: T]; inputs: 'a'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** choleskyGrad(l: f32[...b N N], dl: f32[...b N N]) -> f32[...b N N] — Gradient of cholesky with result l: the symmetric l⁻ᵀ s l⁻¹, where s is half of lᵀ dl's lower triangle mirrored. (Murray, Differentiation of the Cholesky decomposition, 2016, eq. 10.) */
  choleskyGrad: { args: [l: T, dl: T]; inputs: 'l' | 'dl'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** clamp(x: f32[...], min = -inf, max = inf) -> f32[...] — x moved into [min, max]; NaN stays NaN. */
  clamp: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { min?: number; max?: number }; needsAttrs: false };
  /** clampGrad(x: f32[...], dy: f32[...], min = -inf, max = inf) -> f32[...] — dy where x lies in [min, max], else 0. */
  clampGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { min?: number; max?: number }; needsAttrs: false };
  /** clipScale(gradients*: f32[...], maxNorm: real) -> (scale: f32[], norm: f32[]) — The factor min(1, maxNorm / (norm + 1e-6)) that brings the Euclidean norm of all gradients together under maxNorm (Pascanu et al. 2013), for the optimisers' `scale`; accumulates in float64. */
  clipScale: { args: [gradients: readonly T[]]; inputs: 'gradients'; outputs: 'scale' | 'norm'; result: [scale: T, norm: T]; attrs: { maxNorm: number }; needsAttrs: true };
  /** compare(a: f32[...a], b: f32[...b], relation = less|lessEqual|greater|greaterEqual|equal|notEqual) -> f32[...out] — 1 where a stands in the relation to b, else 0; broadcast. Anything but notEqual is 0 for NaN. */
  compare: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { relation?: 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'equal' | 'notEqual' }; needsAttrs: false };
  /** compareScalar(x: f32[...], value = 0.0, relation = less|lessEqual|greater|greaterEqual|equal|notEqual) -> f32[...] — 1 where x stands in the relation to value (as a float32), else 0. */
  compareScalar: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { value?: number; relation?: 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'equal' | 'notEqual' }; needsAttrs: false };
  /** components(mask: T[...n H W]) -> (labels: i32[...n H W], counts: i32[...n]) — Numbers the 8-connected regions of the pixels that are not 0, in each picture from 1 in the order of their first pixels; 0 outside. And how many there are. */
  components: { args: [mask: T]; inputs: 'mask'; outputs: 'labels' | 'counts'; result: [labels: T, counts: T]; attrs: Record<never, never>; needsAttrs: false };
  /** concat(xs*: T[...x], axis = 0) -> T[...out] — Joins tensors along an axis; all other extents are equal. */
  concat: { args: [xs: readonly T[]]; inputs: 'xs'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** conditionalMutualInformation(x: T[N D], y: T[N E], z: T[N F], k = 3) -> (information: f64[], local: f64[N]) — Mutual information of x and y given z in nats: the mean of psi(k) - psi(n_xz + 1) - psi(n_yz + 1) + psi(n_z + 1), with the counts of other points strictly nearer in those coordinates than the k-th in all, by the largest difference (Frenzel and Pompe 2007). Never clipped. f32 or f64, computed in float64. */
  conditionalMutualInformation: { args: [x: T, y: T, z: T]; inputs: 'x' | 'y' | 'z'; outputs: 'information' | 'local'; result: [information: T, local: T]; attrs: { k?: number }; needsAttrs: false };
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
  /** cos(x: f32[...]) -> f32[...] — The cosine of x in radians. */
  cos: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** cosineSimilarity(a: f32[...x], b: f32[...x], axis = 1, epsilon = 1e-8) -> f32[...out] — a·b / (max(|a|, epsilon) max(|b|, epsilon)) along the axis, which is dropped. */
  cosineSimilarity: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** cosineSimilarityGrad(a: f32[...x], b: f32[...x], dy: f32[...y], axis = 1, epsilon = 1e-8) -> f32[...x] — Gradient of cosineSimilarity by a (by b with the two exchanged): dy (b / (|a||b|) - a (a·b) / (|a|^3 |b|)), lengths at least epsilon; without the second term where |a| is below epsilon. */
  cosineSimilarityGrad: { args: [a: T, b: T, dy: T]; inputs: 'a' | 'b' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** displacementField(sigma: f32[N], amplitude: f32[N], key: ints, height: int, width: int) -> f32[N 2 H W] — Gaussian-filtered white noise: for every pixel of picture n a displacement along columns and one along rows, of standard deviation amplitude[n] pixels, filtered by a Gaussian of sigma[n] pixels (at least one half), cut at three deviations. Simard et al. 2003. */
  displacementField: { args: [sigma: T, amplitude: T]; inputs: 'sigma' | 'amplitude'; outputs: 'out'; result: T; attrs: { key: readonly number[]; height: number; width: number }; needsAttrs: true };
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
  /** extremumGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = []) -> f32[...x] — Gradient of max and of min: dy (1 if absent) shared evenly among the numbers that equal the result y, 0 elsewhere. */
  extremumGrad: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[] }; needsAttrs: false };
  /** featureDistanceMap(x: T[N C H W], y: T[N C H W], kind = cosine|l2, epsilon = 1e-8) -> T[N 1 H W] — Distance of the channel vectors of each pixel: 1 - x·y / (max(|x|, epsilon) max(|y|, epsilon)), or |x - y|. f32 or f64. */
  featureDistanceMap: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'out'; result: T; attrs: { kind?: 'cosine' | 'l2'; epsilon?: number }; needsAttrs: false };
  /** featureDistanceMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N 1 H W], kind = cosine|l2, epsilon = 1e-8) -> T[N C H W] — Gradient of featureDistanceMap by x (by y with the two exchanged): dy (x (x·y) / (|x|^3 |y|) - y / (|x| |y|)) with lengths at least epsilon, without the first term where |x| is below it; or dy (x - y) / |x - y|, 0 where both are equal. */
  featureDistanceMapGrad: { args: [x: T, y: T, dy: T]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { kind?: 'cosine' | 'l2'; epsilon?: number }; needsAttrs: false };
  /** fill(shape: ints, value: real) -> f32[...out] — A tensor of one value. */
  fill: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; value: number }; needsAttrs: true };
  /** floor(x: f32[...]) -> f32[...] — The largest integer not above x. */
  floor: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** gather(x: T[...x], indices: i32[...i], axis = 0) -> T[...out] — Rows of x along an axis by their indices; the axis becomes the axes of `indices`. An index out of range is NUMERICAL_FAILURE. */
  gather: { args: [x: T, indices: T]; inputs: 'x' | 'indices'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** gaussianBlur(x: T[N C H W], sigma: real, truncate = 4.0, border = symmetric|reflect|replicate|zero|inside) -> T[N C H W] — Each channel filtered by a Gaussian of standard deviation sigma pixels, cut off at radius floor(truncate sigma + 1/2) and brought to a sum of 1. Beyond the border: the picture mirrored about its edge (symmetric) or about its outermost pixels (reflect), the outermost pixel (replicate), zeros, or nothing, with the weights inside brought to a sum of 1 (inside). f32 or f64. */
  gaussianBlur: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { sigma: number; truncate?: number; border?: 'symmetric' | 'reflect' | 'replicate' | 'zero' | 'inside' }; needsAttrs: true };
  /** gaussianBlurGrad(dy: T[N C H W], sigma: real, truncate = 4.0, border = symmetric|reflect|replicate|zero|inside) -> T[N C H W] — Gradient of gaussianBlur: the transposed filter. */
  gaussianBlurGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { sigma: number; truncate?: number; border?: 'symmetric' | 'reflect' | 'replicate' | 'zero' | 'inside' }; needsAttrs: true };
  /** gaussianGram(x: T[N D], sigma: real) -> f64[N N] — Similarities of points by a Gaussian kernel, exp(-|x_i - x_j|^2 / (2 sigma^2)). f32 or f64, computed in float64. */
  gaussianGram: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { sigma: number }; needsAttrs: true };
  /** gelu(x: f32[...], form = exact|tanh) -> f32[...] — x times the normal distribution function, exact by erf or by Hendrycks & Gimpel's (2016) tanh. */
  gelu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { form?: 'exact' | 'tanh' }; needsAttrs: false };
  /** geluCurvature(x: f32[...], p: f32[...], q: f32[...], form = exact|tanh) -> f32[...] — p q gelu''(x) */
  geluCurvature: { args: [x: T, p: T, q: T]; inputs: 'x' | 'p' | 'q'; outputs: 'out'; result: T; attrs: { form?: 'exact' | 'tanh' }; needsAttrs: false };
  /** geluGrad(x: f32[...], dy: f32[...], form = exact|tanh) -> f32[...] — dy gelu'(x) */
  geluGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { form?: 'exact' | 'tanh' }; needsAttrs: false };
  /** gmsMap(x: T[N C H W], y: T[N C H W], c = 0.0026, epsilon = 1e-12, masking = 0.0) -> T[N C H W] — Gradient magnitude similarity of each channel, (2 a b - m a b + c) / (a^2 + b^2 - m a b + c), where a and b are the magnitudes sqrt(gx^2 + gy^2 + epsilon) of the responses to Prewitt's operator over 3, with zeros beyond the border, and m is masking. Xue et al. 2014; masking: Zhang et al. 2017. f32 or f64. */
  gmsMap: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'out'; result: T; attrs: { c?: number; epsilon?: number; masking?: number }; needsAttrs: false };
  /** gmsMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N C H W], c = 0.0026, epsilon = 1e-12, masking = 0.0) -> T[N C H W] — Gradient of gmsMap by x (by y with the two exchanged); a magnitude of 0 has the slope 0. */
  gmsMapGrad: { args: [x: T, y: T, dy: T]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { c?: number; epsilon?: number; masking?: number }; needsAttrs: false };
  /** gratings(frame: f32[N 2 3], height: int, width: int, pattern = lines|mesh) -> f32[N 1 H W] — sin(2 pi u) or, as a mesh, sin(2 pi u) sin(2 pi v), at (u, v) = frame[n] (column, row, 1): frequency, direction and phase are the frame's. */
  gratings: { args: [frame: T]; inputs: 'frame'; outputs: 'out'; result: T; attrs: { height: number; width: number; pattern?: 'lines' | 'mesh' }; needsAttrs: true };
  /** gridSample(x: f32[N C H W], grid: f32[N P Q 2], mode = bilinear|nearest, padding = zero|border|reflection, alignCorners = false) -> f32[N C P Q] — out[n, c, p, q] = x[n, c] at column grid[n, p, q, 0] and row grid[n, p, q, 1], both from -1 to 1: the outer edges of the image, or the outermost pixel centres (alignCorners). Beyond it stand zeros, the border's pixels or the mirrored image. Jaderberg et al. 2015, in PyTorch's conventions. */
  gridSample: { args: [x: T, grid: T]; inputs: 'x' | 'grid'; outputs: 'out'; result: T; attrs: { mode?: 'bilinear' | 'nearest'; padding?: 'zero' | 'border' | 'reflection'; alignCorners?: boolean }; needsAttrs: false };
  /** gridSampleGradGrid(x: f32[N C H W], grid: f32[N P Q 2], dy: f32[N C P Q], mode = bilinear|nearest, padding = zero|border|reflection, alignCorners = false) -> f32[N P Q 2] — Gradient of gridSample with respect to the positions; zero for nearest, and where a position is held at the border. */
  gridSampleGradGrid: { args: [x: T, grid: T, dy: T]; inputs: 'x' | 'grid' | 'dy'; outputs: 'out'; result: T; attrs: { mode?: 'bilinear' | 'nearest'; padding?: 'zero' | 'border' | 'reflection'; alignCorners?: boolean }; needsAttrs: false };
  /** gridSampleGradX(dy: f32[N C P Q], grid: f32[N P Q 2], height: int, width: int, mode = bilinear|nearest, padding = zero|border|reflection, alignCorners = false) -> f32[N C H W] — Gradient of gridSample with respect to the image: each number of dy spread over the pixels it was read from. Sums in float64, in the order of the positions. */
  gridSampleGradX: { args: [dy: T, grid: T]; inputs: 'dy' | 'grid'; outputs: 'out'; result: T; attrs: { height: number; width: number; mode?: 'bilinear' | 'nearest'; padding?: 'zero' | 'border' | 'reflection'; alignCorners?: boolean }; needsAttrs: true };
  /** groupNorm(x: f32[N C H W], scale?: f32[C], shift?: f32[C], groups: int, epsilon = 1e-5) -> (y: f32[N C H W], mean: f32[N G], variance: f32[N G]) — (x - mean) / sqrt(variance + epsilon) * scale + shift with the mean and population variance of each image's groups of channels. Wu and He 2018; with as many groups as channels, instance normalisation (Ulyanov et al. 2016). */
  groupNorm: { args: [x: T, scale: T | null, shift: T | null]; inputs: 'x' | 'scale' | 'shift'; outputs: 'y' | 'mean' | 'variance'; result: [y: T, mean: T, variance: T]; attrs: { groups: number; epsilon?: number }; needsAttrs: true };
  /** groupNormGrad(x: f32[N C H W], dy: f32[N C H W], scale?: f32[C], mean?: f32[N G], variance?: f32[N G], groups: int, epsilon = 1e-5) -> (dx: f32[N C H W], dscale: f32[C], dshift: f32[C]) — Gradients of groupNorm: with g = scale dy, u = x - mean, r = 1 / sqrt(variance + epsilon) and means over the group, dx = r (g - mean g - u r^2 mean(g u)), dscale = sum dy u r, dshift = sum dy. Statistics that are left out are computed. */
  groupNormGrad: { args: [x: T, dy: T, scale: T | null, mean: T | null, variance: T | null]; inputs: 'x' | 'dy' | 'scale' | 'mean' | 'variance'; outputs: 'dx' | 'dscale' | 'dshift'; result: [dx: T, dscale: T, dshift: T]; attrs: { groups: number; epsilon?: number }; needsAttrs: true };
  /** hardSigmoid(x: f32[...]) -> f32[...] — min(max(x / 6 + 1/2, 0), 1); Howard et al. 2019. */
  hardSigmoid: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** hardSigmoidGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy / 6 where |x| < 3, else 0. */
  hardSigmoidGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** hardSwish(x: f32[...]) -> f32[...] — x hardSigmoid(x); Howard et al. 2019. */
  hardSwish: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** hardSwishGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy (x / 3 + 1/2) where |x| < 3; dy above, 0 below. */
  hardSwishGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** jitter(x: T[N D], key: ints, amplitude = 1e-10) -> f64[N D] — x plus normal noise of the deviation amplitude max(1, mean |x| of its column), so that no two points coincide. */
  jitter: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { key: readonly number[]; amplitude?: number }; needsAttrs: true };
  /** knnDivergence(x: T[N D], y: T[M D], k = 3, metric = euclidean|chebyshev) -> f64[] — Kullback-Leibler divergence in nats of the law of x from that of y: D / N sum_i ln(v_i / r_i) + ln(M / (N - 1)), where r_i is the distance from x_i to its k-th nearest other in x and v_i that to its k-th nearest in y. A point for which both are 0 adds nothing, one for which v_i alone is 0 makes it -infinity, r_i alone infinity; both kinds together fail with NUMERICAL_FAILURE. f32 or f64, computed in float64. (Wang, Kulkarni and Verdu 2009, eq. 5.) */
  knnDivergence: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'out'; result: T; attrs: { k?: number; metric?: 'euclidean' | 'chebyshev' }; needsAttrs: false };
  /** kozachenkoLeonenko(x: T[N D], k = 3, metric = euclidean|chebyshev|sphere, duplicates = infinite|zero) -> (entropy: f64[], local: f64[N]) — Differential entropy in nats from the distance e_i of each point to its k-th nearest other: the mean of local_i = psi(N) - psi(k) + ln c_D + D ln e_i, with the volume c_D of the unit ball (2^D for chebyshev); on the unit sphere the logarithm of the area of the cap of chord e_i stands for the last two terms. Where e_i = 0, because more than k points coincide, local_i is -infinity, or 0. f32 or f64, computed in float64. (Kozachenko and Leonenko 1987; Kraskov et al. 2004, eq. 20.) */
  kozachenkoLeonenko: { args: [x: T]; inputs: 'x'; outputs: 'entropy' | 'local'; result: [entropy: T, local: T]; attrs: { k?: number; metric?: 'euclidean' | 'chebyshev' | 'sphere'; duplicates?: 'infinite' | 'zero' }; needsAttrs: false };
  /** l2Normalize(x: f32[...], axis = 1, epsilon = 1e-12) -> f32[...] — x / max(|x|, epsilon), with the Euclidean length along the axis. */
  l2Normalize: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** l2NormalizeGrad(x: f32[...], dy: f32[...], axis = 1, epsilon = 1e-12) -> f32[...] — Gradient of l2Normalize: dy / |x| - x (x·dy) / |x|^3, or dy / epsilon where |x| is below epsilon. */
  l2NormalizeGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** l2NormalizeGradGrad(x: f32[...], dy: f32[...], v: f32[...], axis = 1, epsilon = 1e-12) -> f32[...] — Gradient by x of the product of v with l2NormalizeGrad: 3 x (x·v)(x·dy) / |x|^5 - (x (v·dy) + v (x·dy) + dy (x·v)) / |x|^3; 0 where |x| is below epsilon. */
  l2NormalizeGradGrad: { args: [x: T, dy: T, v: T]; inputs: 'x' | 'dy' | 'v'; outputs: 'out'; result: T; attrs: { axis?: number; epsilon?: number }; needsAttrs: false };
  /** layerNorm(x: f32[...x], scale?: f32[...s], shift?: f32[...t], axes = 1, epsilon = 1e-5) -> (y: f32[...x], mean: f32[...m], variance: f32[...v]) — (x - mean) / sqrt(variance + epsilon) * scale + shift with the mean and population variance over the given number of trailing axes. Ba, Kiros and Hinton 2016. */
  layerNorm: { args: [x: T, scale?: T | null, shift?: T | null]; inputs: 'x' | 'scale' | 'shift'; outputs: 'y' | 'mean' | 'variance'; result: [y: T, mean: T, variance: T]; attrs: { axes?: number; epsilon?: number }; needsAttrs: false };
  /** layerNormGrad(x: f32[...x], dy: f32[...x], scale?: f32[...s], mean?: f32[...m], variance?: f32[...m], axes = 1, epsilon = 1e-5) -> (dx: f32[...x], dscale: f32[...p], dshift: f32[...q]) — Gradients of layerNorm: with g = scale dy, u = x - mean, r = 1 / sqrt(variance + epsilon), dx = r (g - mean g - u r^2 mean(g u)), dscale = sum dy u r, dshift = sum dy. Statistics that are left out are computed. */
  layerNormGrad: { args: [x: T, dy: T, scale?: T | null, mean?: T | null, variance?: T | null]; inputs: 'x' | 'dy' | 'scale' | 'mean' | 'variance'; outputs: 'dx' | 'dscale' | 'dshift'; result: [dx: T, dscale: T, dshift: T]; attrs: { axes?: number; epsilon?: number }; needsAttrs: false };
  /** leakyRelu(x: f32[...], slope = 0.01) -> f32[...] — x where positive, else slope x; slope >= 0. */
  leakyRelu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { slope?: number }; needsAttrs: false };
  /** leakyReluGrad(y: f32[...], dy: f32[...], slope = 0.01) -> f32[...] — dy where y = leakyRelu(x) is positive, else slope dy. */
  leakyReluGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: { slope?: number }; needsAttrs: false };
  /** lerpStep(target!: f32[...], value: f32[...], amount: real, factor = 1.0) -> () — target += amount (factor value - target): moving averages of parameters and running statistics. */
  lerpStep: { args: [target: T, value: T]; inputs: 'target' | 'value'; outputs: never; result: void; attrs: { amount: number; factor?: number }; needsAttrs: true };
  /** log(x: f32[...]) -> f32[...] — The natural logarithm; -inf at 0, NaN below. */
  log: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** log1p(x: f32[...]) -> f32[...] — log(1 + x), exact near 0 too. */
  log1p: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** log1pGrad(x: f32[...], dy: f32[...]) -> f32[...] — dy / (1 + x) */
  log1pGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
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
  /** matrixRenyiEntropy(a: T[N N], b?: T[N N], alpha = 2.0) -> f64[] — Matrix-based Renyi entropy in nats, log(tr A^alpha) / (1 - alpha), where A_ij = a_ij / (N sqrt(a_ii a_jj)) for positive semidefinite similarities a; at alpha = 1 its limit -tr(A log A). With b the joint entropy, of the elementwise product of both. Only symmetric parts count. f32 or f64, computed in float64. (Sanchez Giraldo, Rao and Principe 2015.) */
  matrixRenyiEntropy: { args: [a: T, b?: T | null]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { alpha?: number }; needsAttrs: false };
  /** max(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Largest number over the axes; NaN where any of them is NaN. Among equals the gradient is split evenly. */
  max: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** maxPool2d(x: f32[N C H W], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], dilation = [1 1], ceilMode = false) -> (y: f32[N C P Q], index: u8[N C P Q]) — Maximum of each window, and its number within the window. Padding [top bottom left right] never wins; stride 0 is the kernel's extent; ceilMode keeps a last window that reaches over the edge. */
  maxPool2d: { args: [x: T]; inputs: 'x'; outputs: 'y' | 'index'; result: [y: T, index: T]; attrs: { kernel?: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceilMode?: boolean }; needsAttrs: false };
  /** maxPool2dGrad(dy: f32[N C P Q], index: u8[N C P Q], height: int, width: int, kernel = [2 2], stride = [0 0], padding = [0 0 0 0], dilation = [1 1], ceilMode = false) -> f32[N C H W] — Gradient of maxPool2d: each number of dy goes to where the maximum was. */
  maxPool2dGrad: { args: [dy: T, index: T]; inputs: 'dy' | 'index'; outputs: 'out'; result: T; attrs: { height: number; width: number; kernel?: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceilMode?: boolean }; needsAttrs: true };
  /** maxPool2dPick(x: f32[N C H W], index: u8[N C P Q], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], dilation = [1 1], ceilMode = false) -> f32[N C P Q] — The numbers of x at places found by maxPool2d: the gradient of its gradient. */
  maxPool2dPick: { args: [x: T, index: T]; inputs: 'x' | 'index'; outputs: 'out'; result: T; attrs: { kernel?: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceilMode?: boolean }; needsAttrs: false };
  /** maximum(a: f32[...a], b: f32[...b]) -> f32[...out] — The larger of a and b, broadcast; NaN if either is. */
  maximum: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** maximumGrad(a: f32[...a], b: f32[...b], dy: f32[...out]) -> f32[...out] — dy where a > b, dy / 2 where a = b, else 0: a's gradient under maximum, and b's under minimum. */
  maximumGrad: { args: [a: T, b: T, dy: T]; inputs: 'a' | 'b' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** mean(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Mean over the axes, accumulated in float64. */
  mean: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** meanGrad(dy: f32[...dy], shape: ints, axes = []) -> f32[...out] — Gradient of mean: dy divided by the numbers per result, repeated to `shape` along the axes. */
  meanGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; axes?: readonly number[] }; needsAttrs: true };
  /** medianFilter(x: T[N C H W], size: int, border = symmetric|reflect|replicate) -> T[N C H W] — Median of size x size pixels of each channel; size is odd, at most 63. Beyond the border: the picture mirrored about its edge (symmetric) or about its outermost pixels (reflect), or the outermost pixel. NaN where the window holds a NaN. f32 or f64. */
  medianFilter: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { size: number; border?: 'symmetric' | 'reflect' | 'replicate' }; needsAttrs: true };
  /** min(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Smallest number over the axes; NaN where any of them is NaN. Among equals the gradient is split evenly. */
  min: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
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
  /** mutualInformation(x: T[N D], y: T[N E], k = 3, estimator = ksg1|ksg2) -> (information: f64[], local: f64[N]) — Mutual information in nats from nearest neighbours by the largest difference of a coordinate of (x, y) (Kraskov, Stoegbauer and Grassberger 2004): the mean of psi(k) + psi(N) - psi(n_x + 1) - psi(n_y + 1), with the counts n of other points strictly nearer in x or y alone than the k-th in both (ksg1, eq. 8); or of psi(k) - 1 / k + psi(N) - psi(n_x) - psi(n_y), with counts of points not beyond the rectangle of those that are no farther than the k-th (ksg2, eq. 9). Never clipped: it may be negative. f32 or f64, computed in float64. */
  mutualInformation: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'information' | 'local'; result: [information: T, local: T]; attrs: { k?: number; estimator?: 'ksg1' | 'ksg2' }; needsAttrs: false };
  /** neg(x: f32[...]) -> f32[...] — -x */
  neg: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** norm(x: f32[...x], axes = [], keepDims = false, kind = euclidean|magnitude|largest|power, exponent = 2.0) -> f32[...out] — Norm over the axes, accumulated in float64: sqrt(sum x^2), sum |x|, max |x|, or (sum |x|^exponent)^(1/exponent). The norm of nothing is 0. */
  norm: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean; kind?: 'euclidean' | 'magnitude' | 'largest' | 'power'; exponent?: number }; needsAttrs: false };
  /** normGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = [], kind = euclidean|magnitude|largest|power, exponent = 2.0) -> f32[...x] — Gradient of norm with result y: dy (1 if absent) sign(x) (|x| / y)^(exponent - 1); 0 where y is 0; for `largest`, shared evenly among the largest. */
  normGrad: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; kind?: 'euclidean' | 'magnitude' | 'largest' | 'power'; exponent?: number }; needsAttrs: false };
  /** normGradSlopes(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = [], kind = euclidean|magnitude|largest|power, exponent = 2.0) -> (byX: f32[...x], byY: f32[...x]) — Partial derivatives of each number of normGrad by its own x and by its result y (dy is 1 if absent): dy (exponent - 1) / y (|x| / y)^(exponent - 2) and -dy (exponent - 1) / y sign(x) (|x| / y)^(exponent - 1); 0 where y is 0, and for `magnitude` and `largest`. */
  normGradSlopes: { args: [x: T, y: T, dy?: T | null]; inputs: 'x' | 'y' | 'dy'; outputs: 'byX' | 'byY'; result: [byX: T, byY: T]; attrs: { axes?: readonly number[]; kind?: 'euclidean' | 'magnitude' | 'largest' | 'power'; exponent?: number }; needsAttrs: false };
  /** normal(shape: ints, key: ints, mean = 0.0, deviation = 1.0) -> f32[...out] — Normal numbers, one word each through the quantile function (|z| < 6.34); key as Random's nextKey gives it. */
  normal: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; mean?: number; deviation?: number }; needsAttrs: true };
  /** pad(x: T[...x], before: ints, after: ints, mode = constant|reflect|replicate|circular, value = 0.0) -> T[...out] — Adds before[i] positions in front of axis i and after[i] behind it. reflect mirrors without repeating the edge, replicate repeats the edge, circular continues at the other end; constant takes `value`. */
  pad: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { before: readonly number[]; after: readonly number[]; mode?: 'constant' | 'reflect' | 'replicate' | 'circular'; value?: number }; needsAttrs: true };
  /** padGradX(dy: f32[...dy], before: ints, after: ints, mode = constant|reflect|replicate|circular) -> f32[...out] — Sums a padded tensor back onto the positions that pad had copied. */
  padGradX: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { before: readonly number[]; after: readonly number[]; mode?: 'constant' | 'reflect' | 'replicate' | 'circular' }; needsAttrs: true };
  /** partition(x: T[N], sizes: i32[N], count: int) -> (inside: T[P], sizesInside: i32[P], outside: T[M]) — Takes numbers apart: those whose size is not 0, with their sizes, and the others, each in their order. `count` tells how many are inside; another number of them is NUMERICAL_FAILURE. */
  partition: { args: [x: T, sizes: T]; inputs: 'x' | 'sizes'; outputs: 'inside' | 'sizesInside' | 'outside'; result: [inside: T, sizesInside: T, outside: T]; attrs: { count: number }; needsAttrs: true };
  /** pasteCopyStep(image!: f32[N C H W], opacity!: f32[N 1 H W], layer: f32[N 1 H W], own: f32[N C H W], donors: f32[N C H W], source: i32[N], centre: f32[N 2], origin: f32[N 2], turn: f32[N 2 2], warp: f32[N 2], tone: f32[N 2 C], key: ints) -> () — Where the layer is above 0: image = (1 - layer) image + layer clamp(gain s + offset, 0, 1). s is read from picture n of `own` (source 0) or `donors` (1) at origin[n] + turn[n] ((column, row) - centre[n]) + a displacement of warp[n] = (sigma, amplitude), bilinearly, mirrored at the edges; tone[n] holds the gains, then the offsets. And opacity = 1 - (1 - opacity)(1 - layer). Source -1 leaves a picture as it is. */
  pasteCopyStep: { args: [image: T, opacity: T, layer: T, own: T, donors: T, source: T, centre: T, origin: T, turn: T, warp: T, tone: T]; inputs: 'image' | 'opacity' | 'layer' | 'own' | 'donors' | 'source' | 'centre' | 'origin' | 'turn' | 'warp' | 'tone'; outputs: never; result: void; attrs: { key: readonly number[] }; needsAttrs: true };
  /** pasteTextureStep(image!: f32[N C H W], opacity!: f32[N 1 H W], layer: f32[N 1 H W], kind: i32[N], centre: f32[N 2], frame: f32[N 2 3], detail: f32[N], base: f32[N C], shift: f32[N 2 C], kept: f32[N], key: ints) -> () — Where the layer is above 0: image = (1 - layer) image + layer clamp(base + kept (image - base) + (1 - t) shift[n, 0] + t shift[n, 1], 0, 1), and opacity = 1 - (1 - opacity)(1 - layer). t is the texture, cut to 0 … 1, at (u, v) = frame[n] (column - centre[n, 0], row - centre[n, 1], 1). kind 0: 1/2 + perlinNoise / 5, four octaves of persistence detail; 1: detail F1 and 2: 1 - detail (F2 - F1) of worleyNoise; 3 and 4: 1/2 + detail / 2 of gratings, lines and mesh; 5: 1/2 + z / 8 with z nearly normal, one for each unit cell and channel; 6: 1/2 + detail times the difference of the layer's neighbours, by columns and by rows, along the frame's first row: relief under light. -1 leaves a picture as it is. */
  pasteTextureStep: { args: [image: T, opacity: T, layer: T, kind: T, centre: T, frame: T, detail: T, base: T, shift: T, kept: T]; inputs: 'image' | 'opacity' | 'layer' | 'kind' | 'centre' | 'frame' | 'detail' | 'base' | 'shift' | 'kept'; outputs: never; result: void; attrs: { key: readonly number[] }; needsAttrs: true };
  /** patchEntropyMap(x: T[N C H W], radius = [5 5], footprint = disk|box, range = 1.0) -> f32[N C H W] — Shannon entropy in bits of the grey levels around every pixel, (n log2 n - sum over levels of n_l log2 n_l) / n, over those pixels of a disk (dy^2 + dx^2 <= r^2) or a box (radius: vertically, horizontally) that lie inside the picture. u8, or f32 or f64 taken as the level round(255 x / range) within 0 to 255; NaN where the neighbourhood holds a NaN. */
  patchEntropyMap: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { radius?: number | readonly number[]; footprint?: 'disk' | 'box'; range?: number }; needsAttrs: false };
  /** perlinNoise(frame: f32[N 2 3], persistence: f32[N], key: ints, height: int, width: int, octaves = 4) -> f32[N 1 H W] — Gradient noise of mean 0 and variance 1 at (u, v) = frame[n] (column, row, 1), whose unit is a cell of the coarsest octave; each further octave is twice as fine and persistence[n] times as strong. Perlin 1985, with the fade of Perlin 2002. */
  perlinNoise: { args: [frame: T, persistence: T]; inputs: 'frame' | 'persistence'; outputs: 'out'; result: T; attrs: { key: readonly number[]; height: number; width: number; octaves?: number }; needsAttrs: true };
  /** pimo(positives: T[P], lengths: i32[M], negatives: T[N], negativeLengths: i32[Q], lower = 1e-5, upper = 1e-4) -> f64[M] — For each of M pictures the share of its own marked pixels with scores >= the threshold, averaged over the logarithm of the false positive rate from lower to upper: trapezoids between the distinct scores of Q normal pictures; below the smallest rate there is, the share above all normal scores. NaN for a picture without marked pixels, or without normal pictures. */
  pimo: { args: [positives: T, lengths: T, negatives: T, negativeLengths: T]; inputs: 'positives' | 'lengths' | 'negatives' | 'negativeLengths'; outputs: 'out'; result: T; attrs: { lower?: number; upper?: number }; needsAttrs: false };
  /** pimoCurve(positives: T[P], lengths: i32[M], negatives: T[N], negativeLengths: i32[Q], points = 1000) -> (threshold: f64[K], falsePositiveRate: f64[K], truePositiveRate: f64[K], length: i32[]) — The curve under pimo, its true positive rate the mean over the pictures that have marked pixels; from rate 0, above all normal scores, to rate 1. Of more thresholds than points, those are kept that lie apart in the logarithm of the rate. After `length` points NaN follows. */
  pimoCurve: { args: [positives: T, lengths: T, negatives: T, negativeLengths: T]; inputs: 'positives' | 'lengths' | 'negatives' | 'negativeLengths'; outputs: 'threshold' | 'falsePositiveRate' | 'truePositiveRate' | 'length'; result: [threshold: T, falsePositiveRate: T, truePositiveRate: T, length: T]; attrs: { points?: number }; needsAttrs: false };
  /** pixelErrorMap(x: T[N C H W], y: T[N C H W], kind = l1|l2|huber, delta = 1.0) -> T[N 1 H W] — Mean over the channels of |x - y|, of (x - y)^2, or of Huber's error (Huber 1964): e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2). f32 or f64. */
  pixelErrorMap: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'out'; result: T; attrs: { kind?: 'l1' | 'l2' | 'huber'; delta?: number }; needsAttrs: false };
  /** pixelErrorMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N 1 H W], kind = l1|l2|huber, delta = 1.0) -> T[N C H W] — Gradient of pixelErrorMap by x (by y with the two exchanged): dy / C times sign(x - y), 2 (x - y), or x - y moved into [-delta, delta]. */
  pixelErrorMapGrad: { args: [x: T, y: T, dy: T]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { kind?: 'l1' | 'l2' | 'huber'; delta?: number }; needsAttrs: false };
  /** pow(a: f32[...a], b: f32[...b]) -> f32[...out] — a^b, broadcast; special cases as C's pow. */
  pow: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** powScalar(x: f32[...], exponent: real) -> f32[...] — x^exponent; special cases as C's pow. */
  powScalar: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { exponent: number }; needsAttrs: true };
  /** powScalarGrad(x: f32[...], dy: f32[...], exponent: real) -> f32[...] — exponent x^(exponent - 1) dy; 0 if exponent is. */
  powScalarGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { exponent: number }; needsAttrs: true };
  /** probeMean(x: f32[N C H W], centre: f32[N 2], reach: f32[N]) -> f32[N C] — Mean of picture n over 5 x 5 pixels, spread evenly over the square of half side reach[n] around centre[n] = (column, row); what lies outside is held at the edge. */
  probeMean: { args: [x: T, centre: T, reach: T]; inputs: 'x' | 'centre' | 'reach'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** randomBits(shape: ints, key: ints, block = [0 0]) -> i32[...out] — Raw words of Philox4x32-10 as signed integers, from the block whose number has these low and high words. */
  randomBits: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; block?: number | readonly number[] }; needsAttrs: true };
  /** ranking(positives: T[P], negatives: T[N], positiveWeights?: i32[B P], negativeWeights?: i32[B N]) -> (auroc: f64[B], averagePrecision: f64[B], f1Max: f64[B], threshold: f64[B]) — Area under the ROC curve, a tie counting half (Mann and Whitney); precision averaged over the positives, each at its own score; the largest F1 and the largest score t for which calling scores >= t positive reaches it. NaN where a class is missing. Weights say how often each score counts, a row for each result. */
  ranking: { args: [positives: T, negatives: T, positiveWeights?: T | null, negativeWeights?: T | null]; inputs: 'positives' | 'negatives' | 'positiveWeights' | 'negativeWeights'; outputs: 'auroc' | 'averagePrecision' | 'f1Max' | 'threshold'; result: [auroc: T, averagePrecision: T, f1Max: T, threshold: T]; attrs: Record<never, never>; needsAttrs: false };
  /** reciprocal(x: f32[...], numerator = 1.0) -> f32[...] — numerator / x */
  reciprocal: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { numerator?: number }; needsAttrs: false };
  /** reciprocalGrad(x: f32[...], dy: f32[...], numerator = 1.0) -> f32[...] — -numerator dy / x^2 */
  reciprocalGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { numerator?: number }; needsAttrs: false };
  /** regionSizes(mask: T[...n H W]) -> i32[...n H W] — For every pixel that is not 0 the number of pixels of its 8-connected region; 0 for the others. */
  regionSizes: { args: [mask: T]; inputs: 'mask'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
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
  /** resampleCounts(items: int, key: ints, resamples = 1000) -> i32[B N] — How often each of N items comes up in N draws with replacement, a row for each resample; key as Random's nextKey gives it. */
  resampleCounts: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { items: number; key: readonly number[]; resamples?: number }; needsAttrs: true };
  /** resize2d(x: f32[N C H W], height: int, width: int, mode = nearest|nearestExact|bilinear|bicubic, alignCorners = false, antialias = false) -> f32[N C P Q] — Resamples to height by width. nearest reads pixel floor(i H / P), in whole numbers; nearestExact the one under the centre, floor((i + 1/2) H / P); bilinear and bicubic (Keys, a = -0.75) put pixel centres at (i + 1/2) H / P - 1/2, or the outermost centres onto each other (alignCorners); antialias widens the filter when shrinking, as Pillow does (bicubic then with a = -0.5). */
  resize2d: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { height: number; width: number; mode?: 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic'; alignCorners?: boolean; antialias?: boolean }; needsAttrs: true };
  /** resize2dGrad(dy: f32[N C P Q], height: int, width: int, mode = nearest|nearestExact|bilinear|bicubic, alignCorners = false, antialias = false) -> f32[N C H W] — Gradient of resize2d: each pixel of dy spread over the pixels of the height by width image that it was made of. */
  resize2dGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { height: number; width: number; mode?: 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic'; alignCorners?: boolean; antialias?: boolean }; needsAttrs: true };
  /** rocArea(positives: T[P], negatives: T[N], sizes?: i32[P], limit = 1.0) -> f64[] — Area under the curve of the true over the false positive rate from 0 to the limit, over the limit: trapezoids between distinct scores, linear interpolation at the limit. With the sizes of the regions that the positives lie in, a positive counts 1 / size: the per-region overlap (Bergmann et al. 2021). NaN where a class is missing. */
  rocArea: { args: [positives: T, negatives: T, sizes?: T | null]; inputs: 'positives' | 'negatives' | 'sizes'; outputs: 'out'; result: T; attrs: { limit?: number }; needsAttrs: false };
  /** rocCurve(positives: T[P], negatives: T[N], sizes?: i32[P], limit = 1.0, points = 1000, spacing = roc|precisionRecall) -> (threshold: f64[K], falsePositives: f64[K], truePositives: f64[K], total: f64[], length: i32[]) — Corners of the curve from (0, 0) at threshold inf on, up to the first at or beyond the limit of the false positive rate: how many of each class have scores >= threshold (positives count 1 / size as in rocArea). Of more corners than points, those are kept that lie apart in the plane that spacing names; what is kept is exact. After `length` points NaN follows. `total` is what all positives count. */
  rocCurve: { args: [positives: T, negatives: T, sizes?: T | null]; inputs: 'positives' | 'negatives' | 'sizes'; outputs: 'threshold' | 'falsePositives' | 'truePositives' | 'total' | 'length'; result: [threshold: T, falsePositives: T, truePositives: T, total: T, length: T]; attrs: { limit?: number; points?: number; spacing?: 'roc' | 'precisionRecall' }; needsAttrs: false };
  /** round(x: f32[...]) -> f32[...] — The nearest integer; halves go to the even one. */
  round: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** rsqrt(x: f32[...]) -> f32[...] — 1 / sqrt(x) */
  rsqrt: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** rsqrtGrad(y: f32[...], dy: f32[...]) -> f32[...] — -dy y^3 / 2, y = 1 / sqrt(x) */
  rsqrtGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** scatterAdd(updates: f32[...u], indices: i32[...i], shape: ints, axis = 0) -> f32[...out] — Zeros of `shape`, and to its row indices[j] along the axis row j of the updates added: what gather does, backwards. Sums in float64, in order of j. An index out of range is NUMERICAL_FAILURE. */
  scatterAdd: { args: [updates: T, indices: T]; inputs: 'updates' | 'indices'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; axis?: number }; needsAttrs: true };
  /** selu(x: f32[...]) -> f32[...] — 1.0507 elu(x, 1.6733); Klambauer et al. 2017. */
  selu: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** seluGrad(y: f32[...], dy: f32[...]) -> f32[...] — 1.0507 dy where y = selu(x) is positive, else (y + 1.7581) dy. */
  seluGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sgdStep(parameter!: f32[...], velocity!?: f32[...], gradient: f32[...], scale?: f32[], rate: real, momentum = 0.0, dampening = 0.0, weightDecay = 0.0, nesterov = false, start = false) -> () — One step of gradient descent as PyTorch counts it: g = scale gradient + weightDecay p, v = momentum v + (1 - dampening) g (at the start v = g, whatever it held), p -= rate v, or rate (g + momentum v) with nesterov; without velocity p -= rate g. */
  sgdStep: { args: [parameter: T, velocity: T | null, gradient: T, scale: T | null]; inputs: 'parameter' | 'velocity' | 'gradient' | 'scale'; outputs: never; result: void; attrs: { rate: number; momentum?: number; dampening?: number; weightDecay?: number; nesterov?: boolean; start?: boolean }; needsAttrs: true };
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
  /** slice(x: T[...x], starts: ints, sizes: ints, steps = []) -> T[...out] — out[i, j, …] = x[starts[0] + i steps[0], starts[1] + j steps[1], …]; a negative step walks backwards, no steps mean 1. */
  slice: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { starts: readonly number[]; sizes: readonly number[]; steps?: readonly number[] }; needsAttrs: true };
  /** sliceGradX(dy: T[...dy], shape: ints, starts: ints, steps = []) -> T[...out] — Zeros of `shape` with dy standing where slice would have read it. */
  sliceGradX: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; starts: readonly number[]; steps?: readonly number[] }; needsAttrs: true };
  /** softShapes(shapes: f32[N 8], centre: f32[N 2], key: ints, height: int, width: int) -> f32[N 1 H W] — Opacity of one shape a picture around centre[n] = (column, row). A row of `shapes`: half its length and half its breadth in pixels, the angle of its length in radians, squareness, softness, sigma and amplitude in pixels of the displacement field that warps it, opacity of its middle. With r the distance from the centre, 1 on the outline of the ellipse (squareness 0) or the rectangle (1), or a mean of both: opacity smoothstep((1 - r) / softness), and 0 where that is below 1/128. */
  softShapes: { args: [shapes: T, centre: T]; inputs: 'shapes' | 'centre'; outputs: 'out'; result: T; attrs: { key: readonly number[]; height: number; width: number }; needsAttrs: true };
  /** softmax(x: f32[...], axis = -1) -> f32[...] — exp(x - largest) over its sum along the axis; -inf gives 0, a line of nothing but -inf gives NaN, as does one with inf or NaN. */
  softmax: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** softmaxGrad(y: f32[...], dy: f32[...], axis = -1) -> f32[...] — Gradient of softmax with result y: y (dy - sum of y dy along the axis). */
  softmaxGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: { axis?: number }; needsAttrs: false };
  /** softplus(x: f32[...], beta = 1.0) -> f32[...] — log(1 + e^(beta x)) / beta; beta > 0. */
  softplus: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { beta?: number }; needsAttrs: false };
  /** softplusGrad(x: f32[...], dy: f32[...], beta = 1.0) -> f32[...] — dy sigmoid(beta x) */
  softplusGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { beta?: number }; needsAttrs: false };
  /** spdInverse(a: f32[...b N N]) -> f32[...b N N] — Inverse of the symmetric part of a, through its Cholesky factor in float64; exactly symmetric. Fails with NUMERICAL_FAILURE where that part is not positive definite. */
  spdInverse: { args: [a: T]; inputs: 'a'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sqrt(x: f32[...]) -> f32[...] — The square root; NaN below 0. */
  sqrt: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sqrtGrad(y: f32[...], dy: f32[...]) -> f32[...] — dy / (2 y), y = sqrt(x) */
  sqrtGrad: { args: [y: T, dy: T]; inputs: 'y' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** square(x: f32[...]) -> f32[...] — x^2 */
  square: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** squareGrad(x: f32[...], dy: f32[...]) -> f32[...] — 2 x dy */
  squareGrad: { args: [x: T, dy: T]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** ssimMap(x: T[N C H W], y: T[N C H W], window = gaussian|uniform, size = 11, sigma = 1.5, border = zero|valid|reflect|symmetric, sampleVariance = false, range = 1.0, k1 = 0.01, k2 = 0.03, epsilon = 0.0, part = ssim|contrast) -> T[N C P Q] — Structural similarity (Wang et al. 2004) of each channel: (2 mx my + C1)(2 sxy + C2) / ((mx^2 + my^2 + C1)(sx^2 + sy^2 + C2) + epsilon) with windowed means, variances (times n / (n - 1) with sampleVariance) and C = (k range)^2; or its part without the luminance, (2 sxy + C2) / (sx^2 + sy^2 + C2 + epsilon). Beyond the border: zeros, the picture mirrored about its outermost pixels (reflect) or about its edge (symmetric), or only whole windows (valid), where the map is smaller by size - 1. f32 or f64. */
  ssimMap: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'out'; result: T; attrs: { window?: 'gaussian' | 'uniform'; size?: number; sigma?: number; border?: 'zero' | 'valid' | 'reflect' | 'symmetric'; sampleVariance?: boolean; range?: number; k1?: number; k2?: number; epsilon?: number; part?: 'ssim' | 'contrast' }; needsAttrs: false };
  /** ssimMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N C P Q], window = gaussian|uniform, size = 11, sigma = 1.5, border = zero|valid|reflect|symmetric, sampleVariance = false, range = 1.0, k1 = 0.01, k2 = 0.03, epsilon = 0.0, part = ssim|contrast) -> T[N C H W] — Gradient of ssimMap by x (by y with the two exchanged). */
  ssimMapGrad: { args: [x: T, y: T, dy: T]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { window?: 'gaussian' | 'uniform'; size?: number; sigma?: number; border?: 'zero' | 'valid' | 'reflect' | 'symmetric'; sampleVariance?: boolean; range?: number; k1?: number; k2?: number; epsilon?: number; part?: 'ssim' | 'contrast' }; needsAttrs: false };
  /** ssimMean(x: T[N C H W], y: T[N C H W], together = false, window = gaussian|uniform, size = 11, sigma = 1.5, border = zero|valid|reflect|symmetric, sampleVariance = false, range = 1.0, k1 = 0.01, k2 = 0.03, epsilon = 0.0, part = ssim|contrast) -> T[N K] — Mean over each channel's ssimMap, which is not stored; K is C, or 1 with the mean over all channels together. */
  ssimMean: { args: [x: T, y: T]; inputs: 'x' | 'y'; outputs: 'out'; result: T; attrs: { together?: boolean; window?: 'gaussian' | 'uniform'; size?: number; sigma?: number; border?: 'zero' | 'valid' | 'reflect' | 'symmetric'; sampleVariance?: boolean; range?: number; k1?: number; k2?: number; epsilon?: number; part?: 'ssim' | 'contrast' }; needsAttrs: false };
  /** ssimMeanGrad(x: T[N C H W], y: T[N C H W], dy: T[N K], together = false, window = gaussian|uniform, size = 11, sigma = 1.5, border = zero|valid|reflect|symmetric, sampleVariance = false, range = 1.0, k1 = 0.01, k2 = 0.03, epsilon = 0.0, part = ssim|contrast) -> T[N C H W] — Gradient of ssimMean by x (by y with the two exchanged). */
  ssimMeanGrad: { args: [x: T, y: T, dy: T]; inputs: 'x' | 'y' | 'dy'; outputs: 'out'; result: T; attrs: { together?: boolean; window?: 'gaussian' | 'uniform'; size?: number; sigma?: number; border?: 'zero' | 'valid' | 'reflect' | 'symmetric'; sampleVariance?: boolean; range?: number; k1?: number; k2?: number; epsilon?: number; part?: 'ssim' | 'contrast' }; needsAttrs: false };
  /** strokes(points: f32[N S M 4], edge: f32[N S], centre: f32[N 2], height: int, width: int) -> f32[N 1 H W] — Opacity of S strokes a picture, each a chain of M points: column and row from centre[n], half the width in pixels, opacity; all linear between points. At distance d from its middle a stroke covers clamp((half width - d) / edge[n, s] + 1/2, 0, 1) of its opacity, edge in pixels; the most opaque stroke counts, and what is below 1/128 is 0. */
  strokes: { args: [points: T, edge: T, centre: T]; inputs: 'points' | 'edge' | 'centre'; outputs: 'out'; result: T; attrs: { height: number; width: number }; needsAttrs: true };
  /** sub(a: f32[...a], b: f32[...b]) -> f32[...out] — a - b, broadcast. */
  sub: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sum(x: f32[...x], axes = [], keepDims = false) -> f32[...out] — Sum over the axes (negative ones count from the end; none named: all), accumulated in float64. The sum of nothing is 0. */
  sum: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean }; needsAttrs: false };
  /** sumTo(x: f32[...x], shape: ints) -> f32[...out] — Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64. */
  sumTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** symmetricEigen(a: T[...b N N]) -> (values: f64[...b N], vectors: f64[...b N N]) — Eigenvalues of the symmetric part (a + aᵀ) / 2 in rising order, and in the same order the unit eigenvectors as rows: vectorsᵀ diag(values) vectors. f32 or f64, computed in float64. The sign of a vector is arbitrary. Fails with NUMERICAL_FAILURE where a number is NaN or infinite. */
  symmetricEigen: { args: [a: T]; inputs: 'a'; outputs: 'values' | 'vectors'; result: [values: T, vectors: T]; attrs: Record<never, never>; needsAttrs: false };
  /** symmetrize(x: f32[...b N N]) -> f32[...b N N] — (x + xᵀ) / 2 */
  symmetrize: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** tally(x: T[N], lengths: i32[M], thresholds: f64[K], sizes?: i32[N], strict = false) -> f64[M K] — For each of M pictures, whose numbers follow one another, how many are >= each of the falling thresholds (> if strict); with sizes, a number counts 1 / size. */
  tally: { args: [x: T, lengths: T, thresholds: T, sizes?: T | null]; inputs: 'x' | 'lengths' | 'thresholds' | 'sizes'; outputs: 'out'; result: T; attrs: { strict?: boolean }; needsAttrs: false };
  /** tallyCurves(positives: f64[M K], negatives: f64[M K], weights?: i32[B M], lower = 0.0, upper = 1.0, scale = linear|log) -> (area: f64[B], averagePrecision: f64[B], f1Max: f64[B]) — Curves through the tallies of M pictures at K thresholds, each picture counted by its weight, a row for each result: the mean of the true over the false positive rate or its logarithm from lower to upper, as rocArea and pimo have it, and precision averaged and the largest F1 as ranking has them. On the logarithmic scale points that do not raise the rate are left out. The last tallies are the totals. NaN where a class is missing. */
  tallyCurves: { args: [positives: T, negatives: T, weights?: T | null]; inputs: 'positives' | 'negatives' | 'weights'; outputs: 'area' | 'averagePrecision' | 'f1Max'; result: [area: T, averagePrecision: T, f1Max: T]; attrs: { lower?: number; upper?: number; scale?: 'linear' | 'log' }; needsAttrs: false };
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
  /** twoAreaSquaredError(x: f32[N C H W], target: f32[N C H W], mask: f32[N 1 H W], lambda = 0.1) -> (loss: f32[], terms: f32[2], factors: f32[2]) — The squared error of a reconstruction x of a partly corrupted picture, clean and corrupted area averaged apart: (1 - lambda) / |1 - M|_1 |(1 - M)(x - target)|_2^2 + lambda / |M|_1 |M (x - target)|_2^2, with sums over the whole batch and the mask M (soft, 0 to 1) meant for every channel; a term whose area is empty is 0. terms are the two summands, factors what stands before the squares. Bauer, Nakajima and Mueller 2022 (arXiv 2206.11723). */
  twoAreaSquaredError: { args: [x: T, target: T, mask: T]; inputs: 'x' | 'target' | 'mask'; outputs: 'loss' | 'terms' | 'factors'; result: [loss: T, terms: T, factors: T]; attrs: { lambda?: number }; needsAttrs: false };
  /** twoAreaSquaredErrorGrad(x: f32[N C H W], target: f32[N C H W], mask: f32[N 1 H W], factors: f32[2], dloss: f32[]) -> f32[N C H W] — Gradient of twoAreaSquaredError by x: 2 dloss (factors[0] (1 - M)^2 + factors[1] M^2)(x - target). */
  twoAreaSquaredErrorGrad: { args: [x: T, target: T, mask: T, factors: T, dloss: T]; inputs: 'x' | 'target' | 'mask' | 'factors' | 'dloss'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** uniform(shape: ints, key: ints, low = 0.0, high = 1.0) -> f32[...out] — Uniform numbers strictly between 0 and 1, then low + (high - low) u rounded to float32; key as Random's nextKey gives it. */
  uniform: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; key: readonly number[]; low?: number; high?: number }; needsAttrs: true };
  /** upsampleWeight(weight: f32[K C R S]) -> f32[C K U V] — The weight of the transposed convolution of stride 2 that equals upsampling by two (nearest), then convolving; U = R + 1, V = S + 1. */
  upsampleWeight: { args: [weight: T]; inputs: 'weight'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** upsampleWeightGrad(dy: f32[C K U V]) -> f32[K C R S] — Gradient of upsampleWeight. */
  upsampleWeightGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** variance(x: f32[...x], axes = [], keepDims = false, sample = false) -> f32[...out] — Mean squared distance from the mean over the axes; `sample` divides by one less than the count (Bessel's correction). One pass, shifted by one of the numbers, in float64. */
  variance: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; keepDims?: boolean; sample?: boolean }; needsAttrs: false };
  /** varianceGrad(x: f32[...x], dy?: f32[...dy], axes = [], sample = false) -> f32[...x] — Gradient of variance: 2 dy (x - mean) / divisor, with dy 1 if absent. */
  varianceGrad: { args: [x: T, dy?: T | null]; inputs: 'x' | 'dy'; outputs: 'out'; result: T; attrs: { axes?: readonly number[]; sample?: boolean }; needsAttrs: false };
  /** where(condition: T[...c], a: f32[...a], b: f32[...b]) -> f32[...out] — a where the condition is not 0, else b; broadcast. */
  where: { args: [condition: T, a: T, b: T]; inputs: 'condition' | 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** worleyNoise(frame: f32[N 2 3], key: ints, height: int, width: int, feature = nearest|crease) -> f32[N 1 H W] — Cellular noise at (u, v) = frame[n] (column, row, 1), one random point in each unit cell: the distance to the nearest point of the 3 x 3 cells around, or how much farther the second is, which is 0 on the creases between. Worley 1996. */
  worleyNoise: { args: [frame: T]; inputs: 'frame'; outputs: 'out'; result: T; attrs: { key: readonly number[]; height: number; width: number; feature?: 'nearest' | 'crease' }; needsAttrs: true };
}
