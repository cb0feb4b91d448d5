// Huber's error: squared near zero, absolute beyond.
import { must } from '../../errors.ts';
import { abs, affine, minimum, mul, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

/**
 * Huber 1964: e² / 2 where |e| ≤ delta, else delta · (|e| − delta / 2), with e = prediction − target: f32[], or the operands'
 * extents without reduction.
 *
 * @param options delta: where the parabola ends, above 0; default 1
 */
export function huber(prediction: Tensor, target: Tensor, { delta = 1, ...options }: LossOptions & { delta?: number } = {}): Tensor {
  must(delta > 0, `huber: delta is ${delta}; expected a positive number`);
  // With c = min(|e|, delta) both cases are c (|e| - c / 2).
  const size = abs(sub(prediction, target));
  const near = minimum(size, delta);
  return reduce(mul(near, sub(size, affine(near, { scale: 0.5 }))), options);
}
