// The place of the largest and of the smallest number over axes.
import { defineOp } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Axes, axesOf, type ReduceOptions } from './reduce.ts';

const argMaxRaw = defineOp('argMax', 'constant');
const argMinRaw = defineOp('argMin', 'constant');

/**
 * Place of the largest number in the row-major order of the axes: the first among equals, the first NaN if there is one.
 *
 * @returns i32
 */
export function argMax(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return argMaxRaw(x, { axes: axesOf(axes), ...options });
}

/** As `argMax`, of the smallest number. */
export function argMin(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  return argMinRaw(x, { axes: axesOf(axes), ...options });
}
