// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = 'UNKNOWN_OP' | 'SHAPE_MISMATCH' | 'DTYPE_MISMATCH' | 'ATTRIBUTE_INVALID' | 'INPUT_MISSING' | 'TENSOR_DISPOSED' | 'DEVICE_MISMATCH' | 'DEVICE_UNAVAILABLE' | 'KERNEL_MISSING' | 'OUT_OF_MEMORY' | 'DEVICE_FAILED' | 'NUMERICAL_FAILURE' | 'CONTEXT_CLOSED';

/** Every operation; `T` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
  /** add(a: f32[...a], b: f32[...b]) -> f32[...out] — a + b, broadcast. */
  add: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** broadcastTo(x: f32[...x], shape: ints) -> f32[...out] — Repeats x along axes of extent 1 and new leading axes. */
  broadcastTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
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
  /** matmul(a: f32[...a P Q], b: f32[...b R S], transposeA = false, transposeB = false) -> f32[...out M N] — Matrix product over the last two axes; leading axes broadcast from the right. */
  matmul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: { transposeA?: boolean; transposeB?: boolean }; needsAttrs: false };
  /** mul(a: f32[...a], b: f32[...b]) -> f32[...out] — a * b, broadcast. */
  mul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** neg(x: f32[...]) -> f32[...] — -x */
  neg: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** reorderLayout(x: f32[N C H W]) -> f32[N C H W] — The same numbers in the layout of the output. The dispatcher queues it; calling it by hand copies. */
  reorderLayout: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sub(a: f32[...a], b: f32[...b]) -> f32[...out] — a - b, broadcast. */
  sub: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sumTo(x: f32[...x], shape: ints) -> f32[...out] — Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64. */
  sumTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** upsampleWeight(weight: f32[K C R S]) -> f32[C K U V] — The weight of the transposed convolution of stride 2 that equals upsampling by two (nearest), then convolving; U = R + 1, V = S + 1. */
  upsampleWeight: { args: [weight: T]; inputs: 'weight'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** upsampleWeightGrad(dy: f32[C K U V]) -> f32[K C R S] — Gradient of upsampleWeight. */
  upsampleWeightGrad: { args: [dy: T]; inputs: 'dy'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
}
