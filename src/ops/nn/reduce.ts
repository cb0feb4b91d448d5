// Sum, mean, largest, smallest and variance over axes.
import { broadcastTo, defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mul } from './elementwise.ts';

/** One axis or several, negative ones from the end; none at all means every axis. */
export type Axes = number | readonly number[];

/** What a reduction may be told. */
export interface ReduceOptions {
  /** Leaves an extent of 1 where an axis was reduced. Default false. */
  keepDims?: boolean;
}

/** @internal The list that native ops take. */
export const axesOf = (axes: Axes | undefined): readonly number[] => (axes === undefined ? [] : typeof axes === 'number' ? [axes] : axes);

/** @internal Extents with 1 where an axis is reduced, so that results line up with what they came from. */
export function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
  return shape.map((extent, axis) => (axes.length === 0 || reduced.has(axis) ? 1 : extent));
}

const sumRaw: OpFunction<'sum'> = defineOp('sum', {
  backward: ({ x }, dy, { axes }) => ({ x: () => broadcastTo(reshape(dy, keptShape(x.shape, axes)), x.shape) }),
});
const meanRaw: OpFunction<'mean'> = defineOp('mean', {
  backward: ({ x }, dy, { axes }) => ({ x: () => meanGrad(dy, { shape: x.shape, axes }) }),
});
const meanGrad: OpFunction<'meanGrad'> = defineOp('meanGrad', {
  backward: ({ dy }, v, { axes }) => ({ dy: () => reshape(meanRaw(v, { axes }), dy.shape) }),
});
const maxRaw = defineOp('max', {
  save: ['x', 'out'],
  backward: ({ x, out }, dy, { axes }) => ({ x: () => extremumGrad(x, out, dy, { axes }) }),
});
const minRaw = defineOp('min', {
  save: ['x', 'out'],
  backward: ({ x, out }, dy, { axes }) => ({ x: () => extremumGrad(x, out, dy, { axes }) }),
});
// Constant in x and y wherever it is smooth, so it has a gradient by dy alone.
const extremumGrad: OpFunction<'extremumGrad'> = defineOp('extremumGrad', {
  save: ['x', 'y'],
  backward: ({ x, y }, v, { axes }) => ({ dy: () => reshape(sumRaw(mul(v, extremumGrad(x, y, null, { axes })), { axes }), y.shape) }),
});
const varianceRaw = defineOp('variance', {
  save: ['x'],
  backward: ({ x }, dy, { axes, sample }) => ({ x: () => varianceGrad(x, dy, { axes, sample }) }),
});
const varianceGrad: OpFunction<'varianceGrad'> = defineOp('varianceGrad', {
  save: ['x', 'dy'],
  backward: ({ x, dy }, v, { axes, sample }) => ({
    // Taking the mean away is its own adjoint.
    x: () => varianceGrad(v, dy, { axes, sample }),
    dy: () => reshape(sumRaw(mul(v, varianceGrad(x, null, { axes, sample })), { axes }), dy.shape),
  }),
});

/**
 * Sum over axes, accumulated in float64. The sum of nothing is 0.
 *
 * @returns x's extents without the axes, or with 1 in their place (`keepDims`)
 */
export function sum(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return sumRaw(x, { axes: axesOf(axes), ...options });
}

/** Mean over axes, accumulated in float64. Of nothing it is refused. */
export function mean(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return meanRaw(x, { axes: axesOf(axes), ...options });
}

/** Largest number over axes; NaN where any is NaN. Its gradient is split evenly among equals. Of nothing it is refused. */
export function max(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return maxRaw(x, { axes: axesOf(axes), ...options });
}

/** Smallest number over axes; NaN where any is NaN. Its gradient is split evenly among equals. Of nothing it is refused. */
export function min(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return minRaw(x, { axes: axesOf(axes), ...options });
}

/**
 * Mean squared distance from the mean over axes.
 *
 * @param options.sample divide by one less than the count (Bessel's correction); then at least two numbers are needed. Default false
 */
export function variance(x: Tensor, axes?: Axes, options: ReduceOptions & { sample?: boolean } = {}): Tensor {
  return varianceRaw(x, { axes: axesOf(axes), ...options });
}
