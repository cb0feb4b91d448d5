// Pooling over sliding windows and to given extents.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import { BlemishError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const maxPool2dPick: OpFunction<'maxPool2dPick'> = defineOp('maxPool2dPick', {
  save: ['index'],
  backward: ({ x, index }, dy, attributes) => ({ x: () => maxPool2dGrad(dy, index, { height: x.shape[2], width: x.shape[3], ...attributes }) }),
});

const maxPool2dGrad: OpFunction<'maxPool2dGrad'> = defineOp('maxPool2dGrad', {
  save: ['index'],
  backward: ({ index }, dx, { kernel, stride, padding, dilation, ceilMode }) => ({
    dy: () => maxPool2dPick(dx, index, { kernel, stride, padding, dilation, ceilMode }),
  }),
});

const maxPool2dPlaces: OpFunction<'maxPool2d'> = defineOp('maxPool2d', {
  save: ['index'],
  backward: ({ x, index }, dy, attributes) => ({ x: () => maxPool2dGrad(dy, index, { height: x.shape[2], width: x.shape[3], ...attributes }) }),
});

const averagePool2dGrad: OpFunction<'averagePool2dGrad'> = defineOp('averagePool2dGrad', {
  backward: (_, dx, { kernel, stride, padding, ceilMode, countIncludePad }) => ({
    dy: () => averagePool2dPlain(dx, { kernel, stride, padding, ceilMode, countIncludePad }),
  }),
});

const averagePool2dPlain: OpFunction<'averagePool2d'> = defineOp('averagePool2d', {
  backward: ({ x }, dy, attributes) => ({ x: () => averagePool2dGrad(dy, { height: x.shape[2], width: x.shape[3], ...attributes }) }),
});

const adaptiveAveragePool2dGrad: OpFunction<'adaptiveAveragePool2dGrad'> = defineOp('adaptiveAveragePool2dGrad', {
  backward: ({ dy }, dx) => ({ dy: () => adaptiveAveragePool2dBins(dx, { rows: dy.shape[2], columns: dy.shape[3] }) }),
});

const adaptiveAveragePool2dBins: OpFunction<'adaptiveAveragePool2d'> = defineOp('adaptiveAveragePool2d', {
  backward: ({ x }, dy) => ({ x: () => adaptiveAveragePool2dGrad(dy, { height: x.shape[2], width: x.shape[3] }) }),
});

const adaptiveMaxPool2dPick: OpFunction<'adaptiveMaxPool2dPick'> = defineOp('adaptiveMaxPool2dPick', {
  save: ['index'],
  backward: ({ x, index }, dy) => ({ x: () => adaptiveMaxPool2dGrad(dy, index, { height: x.shape[2], width: x.shape[3] }) }),
});

const adaptiveMaxPool2dGrad: OpFunction<'adaptiveMaxPool2dGrad'> = defineOp('adaptiveMaxPool2dGrad', {
  save: ['index'],
  backward: ({ index }, dx) => ({ dy: () => adaptiveMaxPool2dPick(dx, index) }),
});

const adaptiveMaxPool2dPlaces: OpFunction<'adaptiveMaxPool2d'> = defineOp('adaptiveMaxPool2d', {
  save: ['index'],
  backward: ({ x, index }, dy) => ({ x: () => adaptiveMaxPool2dGrad(dy, index, { height: x.shape[2], width: x.shape[3] }) }),
});

/** The window of a pooling, and how it moves. */
export interface PoolOptions {
  /** [rows columns], or one number for both; default the kernel's extents. */
  stride?: number | readonly number[];
  /** [top bottom left right], or one number for all, less than the kernel; default 0. */
  padding?: number | readonly number[];
  /** Keep a last window that reaches over the edge; default false. */
  ceilMode?: boolean;
}

/** As of a pooling. */
export interface MaxPoolOptions extends PoolOptions {
  /** Distance between the numbers of a window; default 1. */
  dilation?: number | readonly number[];
}

/** As of a pooling, with what the border counts for. */
export interface AveragePoolOptions extends PoolOptions {
  /** Whether the zeros of the padding count; default true. */
  countIncludePad?: boolean;
}

/** Both extents as a list; a stride of 0 has a meaning in the native operation only. */
function pair(where: string, name: string, value: number | readonly number[]): readonly number[] {
  const list = typeof value === 'number' ? [value, value] : value;
  if (list.length !== 2 || !list.every((n) => Number.isSafeInteger(n) && n >= 1)) {
    throw new BlemishError(
      'ATTRIBUTE_INVALID',
      `${where}: ${name} is ${typeof value === 'number' ? value : `[${value.join(' ')}]`}; expected one or two integers of at least 1`,
    );
  }
  return list;
}

function attributesOf<O extends PoolOptions>(where: string, kernel: number | readonly number[], options: O): O & { kernel: readonly number[] } {
  const stride = options.stride === undefined ? undefined : pair(where, 'stride', options.stride);
  return { ...options, stride, kernel: pair(where, 'kernel', kernel) };
}

/**
 * Maximum over sliding windows; of equal numbers the first counts.
 *
 * @param x `[N C H W]`
 * @param kernel [rows columns], or one number for both; at most 256 numbers
 * @returns `[N C P Q]`, P = ⌊(H + top + bottom − dilation·(rows − 1) − 1) / stride⌋ + 1
 */
export function maxPool2d(x: Tensor, kernel: number | readonly number[] = 2, options: MaxPoolOptions = {}): Tensor {
  return maxPool2dPlaces(x, attributesOf('maxPool2d', kernel, options))[0];
}

/**
 * Mean over sliding windows.
 *
 * @param x `[N C H W]`
 * @param kernel [rows columns], or one number for both
 * @returns `[N C P Q]`, P = ⌊(H + top + bottom − rows) / stride⌋ + 1
 */
export function averagePool2d(x: Tensor, kernel: number | readonly number[] = 2, options: AveragePoolOptions = {}): Tensor {
  return averagePool2dPlain(x, attributesOf('averagePool2d', kernel, options));
}

/**
 * Mean over bins that cover the picture: bin i of n over an extent e is [⌊i·e/n⌋, ⌈(i + 1)·e/n⌉).
 *
 * @param x `[N C H W]`
 * @param extents [rows columns] of the result, or one number for both
 */
export function adaptiveAveragePool2d(x: Tensor, extents: number | readonly number[]): Tensor {
  const [rows, columns] = pair('adaptiveAveragePool2d', 'extents', extents);
  return adaptiveAveragePool2dBins(x, { rows, columns });
}

/** Maximum over the bins of `adaptiveAveragePool2d`; of equal numbers the first counts. */
export function adaptiveMaxPool2d(x: Tensor, extents: number | readonly number[]): Tensor {
  const [rows, columns] = pair('adaptiveMaxPool2d', 'extents', extents);
  return adaptiveMaxPool2dPlaces(x, { rows, columns })[0];
}

/** Mean over all pixels: `[N C H W]` → `[N C]`. */
export function globalAveragePool(x: Tensor): Tensor {
  return reshape(adaptiveAveragePool2dBins(x, { rows: 1, columns: 1 }), x.shape.slice(0, 2));
}
