// What ssae minimises: the error on what was left alone and on what was corrupted, averaged apart.
import { div, maximum, mean, mul, square, sub, sum } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface ObjectiveOptions {
  /** 'areas' averages both parts apart, 'plain' is the mean squared error. */
  readonly weighting: 'areas' | 'plain';
  /** Weight of the corrupted part within 'areas', 0 … 1; the clean part has the rest. */
  readonly lambda: number;
}

/**
 * The squared error of a reconstruction, with the clean and the corrupted part as terms of their own: both are averaged over their own
 * area in the batch, so that a corruption of 1 % weighs as much as the rest.
 *
 * @param output f32 [N C H W]
 * @param target f32 [N C H W]
 * @param opacity f32 [N 1 H W] within 0 … 1: how much of the replacement shows
 */
export function squaredErrors(output: Tensor, target: Tensor, opacity: Tensor, { weighting, lambda }: ObjectiveOptions): Record<string, Tensor> {
  const errors = square(sub(output, target));
  if (weighting === 'plain') return { error: mean(errors) };
  const part = (area: Tensor, weight: number) => mul(div(sum(mul(errors, area)), maximum(sum(area), 1)), weight / output.shape[1]);
  return { clean: part(sub(1, opacity), 1 - lambda), corrupted: part(opacity, lambda) };
}
