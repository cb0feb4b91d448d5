// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = 'UNKNOWN_OP' | 'SHAPE_MISMATCH' | 'DTYPE_MISMATCH' | 'ATTRIBUTE_INVALID' | 'INPUT_MISSING' | 'TENSOR_DISPOSED' | 'DEVICE_MISMATCH' | 'DEVICE_UNAVAILABLE' | 'KERNEL_MISSING' | 'OUT_OF_MEMORY' | 'DEVICE_FAILED' | 'NUMERICAL_FAILURE' | 'CONTEXT_CLOSED';

/** Every operation; `T` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
  /** add(a: f32[...a], b: f32[...b]) -> f32[...out] — a + b, broadcast. */
  add: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** broadcastTo(x: f32[...x], shape: ints) -> f32[...out] — Repeats x along axes of extent 1 and new leading axes. */
  broadcastTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
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
  /** div(a: f32[...a], b: f32[...b]) -> f32[...out] — a / b, broadcast. */
  div: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
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
  /** matmul(a: f32[...a P Q], b: f32[...b R S], transposeA = false, transposeB = false) -> f32[...out M N] — Matrix product over the last two axes; leading axes broadcast from the right. */
  matmul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { transposeA?: boolean; transposeB?: boolean }; needsAttrs: false };
  /** mul(a: f32[...a], b: f32[...b]) -> f32[...out] — a * b, broadcast. */
  mul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** neg(x: f32[...]) -> f32[...] — -x */
  neg: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
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
  /** slice(x: T[...x], starts: ints, sizes: ints, steps = []) -> T[...out] — out[i, j, …] = x[starts[0] + i steps[0], starts[1] + j steps[1], …]; a negative step walks backwards, no steps mean 1. */
  slice: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { starts: readonly number[]; sizes: readonly number[]; steps?: readonly number[] }; needsAttrs: true };
  /** sliceGradX(dy: T[...dy], shape: ints, starts: ints, steps = []) -> T[...out] — Zeros of `shape` with dy standing where slice would have read it. */
  sliceGradX: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: { shape: readonly number[]; starts: readonly number[]; steps?: readonly number[] }; needsAttrs: true };
  /** sub(a: f32[...a], b: f32[...b]) -> f32[...out] — a - b, broadcast. */
  sub: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sumTo(x: f32[...x], shape: ints) -> f32[...out] — Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64. */
  sumTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** transpose(x: T[...x], axes: ints) -> T[...out] — Axis i of the result is axis axes[i] of x. */
  transpose: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { axes: readonly number[] }; needsAttrs: true };
  /** upsampleWeight(weight: f32[K C R S]) -> f32[C K U V] — The weight of the transposed convolution of stride 2 that equals upsampling by two (nearest), then convolving; U = R + 1, V = S + 1. */
  upsampleWeight: { args: [weight: T]; inputs: 'weight'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** upsampleWeightGrad(dy: f32[C K U V]) -> f32[K C R S] — Gradient of upsampleWeight. */
  upsampleWeightGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
}
