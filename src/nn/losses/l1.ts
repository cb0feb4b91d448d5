// The absolute error.
import { abs, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

/** |prediction − target|: f32[], or the operands' extents without reduction. */
export const l1 = (prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor => reduce(abs(sub(prediction, target)), options);
