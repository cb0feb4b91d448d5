// Written by generate.mjs; do not edit.

/** Error codes that native code raises. */
export type NativeCode = 'UNKNOWN_OP' | 'SHAPE_MISMATCH' | 'DTYPE_MISMATCH' | 'ATTRIBUTE_INVALID' | 'INPUT_MISSING' | 'TENSOR_DISPOSED' | 'DEVICE_MISMATCH' | 'DEVICE_UNAVAILABLE' | 'KERNEL_MISSING' | 'OUT_OF_MEMORY' | 'DEVICE_FAILED' | 'NUMERICAL_FAILURE' | 'CONTEXT_CLOSED';

/** Every operation; `T` is the tensor type of the layer that uses this table. */
export interface Ops<T> {
  /** adamStep(parameter!: f32[...], firstMoment!: f32[...], secondMoment!: f32[...], gradient: f32[...], scale?: f32[], rate: real, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.0, decoupled = false, step = 1) -> () — One step of Adam (Kingma & Ba 2015) or, decoupled, AdamW (Loshchilov & Hutter 2019), as PyTorch counts it: g = scale gradient (+ weightDecay p), m += (1 - beta1)(g - m), v = beta2 v + (1 - beta2) g^2, p = (1 - rate weightDecay) p - rate m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^step), v' = v / (1 - beta2^step). */
  adamStep: { args: [parameter: T, firstMoment: T, secondMoment: T, gradient: T, scale: T | null]; inputs: 'parameter' | 'firstMoment' | 'secondMoment' | 'gradient' | 'scale'; outputs: never; result: void; attrs: { rate: number; beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number; decoupled?: boolean; step?: number }; needsAttrs: true };
  /** add(a: f32[...a], b: f32[...b]) -> f32[...out] — a + b, broadcast. */
  add: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** broadcastTo(x: f32[...x], shape: ints) -> f32[...out] — Repeats x along axes of extent 1 and new leading axes. */
  broadcastTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
  /** clipScale(gradients*: f32[...], maxNorm: real) -> (scale: f32[], norm: f32[]) — The factor min(1, maxNorm / (norm + 1e-6)) that brings the Euclidean norm of all gradients together under maxNorm (Pascanu et al. 2013), for the optimisers' `scale`; accumulates in float64. */
  clipScale: { args: [gradients: readonly T[]]; inputs: 'gradients'; outputs: 'scale' | 'norm'; result: [scale: T, norm: T]; attrs: { maxNorm: number }; needsAttrs: true };
  /** copyStep(target!: T[...], value: T[...]) -> () — target = value, into the memory that target already has. */
  copyStep: { args: [target: T, value: T]; inputs: 'target' | 'value'; outputs: never; result: void; attrs: Record<never, never>; needsAttrs: false };
  /** div(a: f32[...a], b: f32[...b]) -> f32[...out] — a / b, broadcast. */
  div: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** fill(shape: ints, value: real) -> f32[...out] — A tensor of one value. */
  fill: { args: []; inputs: never; outputs: 'out'; result: T; attrs: { shape: readonly number[]; value: number }; needsAttrs: true };
  /** lerpStep(target!: f32[...], value: f32[...], amount: real, factor = 1.0) -> () — target += amount (factor value - target): moving averages of parameters and running statistics. */
  lerpStep: { args: [target: T, value: T]; inputs: 'target' | 'value'; outputs: never; result: void; attrs: { amount: number; factor?: number }; needsAttrs: true };
  /** mul(a: f32[...a], b: f32[...b]) -> f32[...out] — a * b, broadcast. */
  mul: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** neg(x: f32[...]) -> f32[...] — -x */
  neg: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** reorderLayout(x: f32[N C H W]) -> f32[N C H W] — The same numbers in the layout of the output. The dispatcher queues it; calling it by hand copies. */
  reorderLayout: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sgdStep(parameter!: f32[...], velocity!?: f32[...], gradient: f32[...], scale?: f32[], rate: real, momentum = 0.0, dampening = 0.0, weightDecay = 0.0, nesterov = false, start = false) -> () — One step of gradient descent as PyTorch counts it: g = scale gradient + weightDecay p, v = momentum v + (1 - dampening) g (at the start v = g, whatever it held), p -= rate v, or rate (g + momentum v) with nesterov; without velocity p -= rate g. */
  sgdStep: { args: [parameter: T, velocity: T | null, gradient: T, scale: T | null]; inputs: 'parameter' | 'velocity' | 'gradient' | 'scale'; outputs: never; result: void; attrs: { rate: number; momentum?: number; dampening?: number; weightDecay?: number; nesterov?: boolean; start?: boolean }; needsAttrs: true };
  /** sub(a: f32[...a], b: f32[...b]) -> f32[...out] — a - b, broadcast. */
  sub: { args: [a: T, b: T]; inputs: 'a' | 'b'; outputs: 'out'; result: T; attrs: Record<never, never>; needsAttrs: false };
  /** sumTo(x: f32[...x], shape: ints) -> f32[...out] — Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64. */
  sumTo: { args: [x: T]; inputs: 'x'; outputs: 'out'; result: T; attrs: { shape: readonly number[] }; needsAttrs: true };
}
