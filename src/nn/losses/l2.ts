// The squared error.
import { square, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

/** (prediction − target)²: f32[], or the operands' extents without reduction. */
export const l2 = (prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor => reduce(square(sub(prediction, target)), options);
