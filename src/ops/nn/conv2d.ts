// 2-D convolution and its relatives.
import { add, broadcastTo, defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type PadMode, pad2d } from './pad.ts';

/** Gradient of a bias: the sum of dy over images and pixels. */
export const conv2dGradBias: OpFunction<'conv2dGradBias'> = defineOp('conv2dGradBias', {
  backward: ({ dy }, dout) => ({ dy: () => spread(dout, dy.shape) }),
});

/** Gradient of `conv2d` with respect to x; as an operation of its own, the transposed convolution of dy. */
export const conv2dGradInput: OpFunction<'conv2dGradInput'> = defineOp('conv2dGradInput', {
  save: ['dy', 'weight'],
  backward: ({ dy, weight }, dx, { stride, padding, dilation, groups }) => ({
    dy: () => conv2dPlain(dx, weight, null, { stride, padding, dilation, groups }),
    weight: () => conv2dGradWeight(dy, dx, { rows: weight.shape[2], columns: weight.shape[3], stride, padding, dilation, groups }),
  }),
});

/** Gradient of `conv2d` with respect to its weight. */
export const conv2dGradWeight: OpFunction<'conv2dGradWeight'> = defineOp('conv2dGradWeight', {
  save: ['dy', 'x'],
  backward: ({ dy, x }, dw, { stride, padding, dilation, groups }) => ({
    dy: () => conv2dPlain(x, dw, null, { stride, padding, dilation, groups }),
    x: () => conv2dGradInput(dy, dw, { height: x.shape[2], width: x.shape[3], stride, padding, dilation, groups }),
  }),
});

/** Convolution with zero padding; `conv2d` adds the other paddings. */
export const conv2dPlain: OpFunction<'conv2d'> = defineOp('conv2d', {
  save: ['x', 'weight'],
  backward: ({ x, weight }, dy, { stride, padding, dilation, groups }) => ({
    x: () => conv2dGradInput(dy, weight, { height: x.shape[2], width: x.shape[3], stride, padding, dilation, groups }),
    weight: () => conv2dGradWeight(dy, x, { rows: weight.shape[2], columns: weight.shape[3], stride, padding, dilation, groups }),
    bias: () => conv2dGradBias(dy),
  }),
});

/** Convolution, bias, addend and activation in one pass over the result, for inference. */
export const conv2dFused = defineOp('conv2dFused');

/** A vector of channels repeated over images and pixels. */
function spread(channels: Tensor, shape: readonly number[]): Tensor {
  return broadcastTo(reshape(channels, [1, shape[1], 1, 1]), shape);
}

/** How a convolution goes over its input. */
export interface Conv2dOptions {
  /** Default 1. */
  stride?: number | readonly number[];
  /** [top bottom left right], or one number for all; default 0. */
  padding?: number | readonly number[];
  /** Default 1. */
  dilation?: number | readonly number[];
  /** Default 1. */
  groups?: number;
}

/** As of a convolution, with a border that is not zero. */
export interface PaddedConv2dOptions extends Conv2dOptions {
  /** What stands in the padding; default 'zero'. */
  mode?: PadMode;
}

/**
 * Cross-correlation, as networks use the word convolution.
 *
 * @param x `[N C H W]`
 * @param weight `[K D R S]` with D = C / groups
 * @param bias `[K]` or null
 * @returns `[N K P Q]`, P = ⌊(H + top + bottom − dilation·(R − 1) − 1) / stride⌋ + 1
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: PaddedConv2dOptions = {}): Tensor {
  const { mode = 'zero', ...window } = options;
  if (mode === 'zero' || !window.padding) return conv2dPlain(x, weight, bias, window);
  return conv2dPlain(pad2d(x, window.padding, { mode }), weight, bias, { ...window, padding: 0 });
}

/** How a transposed convolution goes over its output. */
export interface ConvTranspose2dOptions extends Conv2dOptions {
  /** Added at the bottom and right of the result: [rows columns]; default 0. */
  outputPadding?: number | readonly number[];
}

/**
 * Transposed convolution: the gradient of `conv2d`, used forwards.
 *
 * @param x `[N C H W]`
 * @param weight `[C D R S]` with D = K / groups
 * @param bias `[K]` or null
 * @returns `[N K P Q]`, P = (H − 1)·stride − top − bottom + dilation·(R − 1) + outputPadding + 1
 */
export function convTranspose2d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvTranspose2dOptions = {}): Tensor {
  const list = (value: number | readonly number[] | undefined, count: number, fallback: number): readonly number[] =>
    value === undefined || typeof value === 'number' ? new Array<number>(count).fill(value ?? fallback) : value;
  const stride = list(options.stride, 2, 1);
  const padding = list(options.padding, 4, 0);
  const dilation = list(options.dilation, 2, 1);
  const extra = list(options.outputPadding, 2, 0);
  const extent = (axis: number) =>
    (x.shape[2 + axis] - 1) * stride[axis] - padding[2 * axis] - padding[2 * axis + 1] + dilation[axis] * (weight.shape[2 + axis] - 1) + extra[axis] + 1;
  const out = conv2dGradInput(x, weight, { height: extent(0), width: extent(1), stride, padding, dilation, groups: options.groups ?? 1 });
  return bias ? add(out, reshape(bias, [1, bias.size, 1, 1])) : out;
}
