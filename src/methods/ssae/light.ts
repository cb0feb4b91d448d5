// Pictures brought to a common light, so that exposure is no anomaly.
import { add, maximum, mean, mul, reciprocal, reshape, sqrt, sub, variance } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** 'given' leaves pictures alone; 'level' moves each to a mean of one half; 'standard' gives each that mean and one deviation too. */
export type Light = 'given' | 'level' | 'standard';

const deviation = 0.2;
// A picture without contrast must not be blown up into its own noise.
const leastDeviation = 0.02;

/**
 * The first picture batch f32 [N C H W] in common light, and the others changed by the same amounts. 'level' and 'standard' may leave 0 … 1.
 */
export function inLight(light: Light, image: Tensor, ...others: Tensor[]): Tensor[] {
  const all = [image, ...others];
  if (light === 'given') return all.map((x) => reshape(x, x.shape));
  const centre = mean(image, [1, 2, 3], { keepDims: true });
  if (light === 'level') return all.map((x) => add(sub(x, centre), 0.5));
  const scale = maximum(sqrt(variance(image, [1, 2, 3], { keepDims: true })), leastDeviation);
  const factor = mul(reciprocal(scale), deviation);
  return all.map((x) => add(mul(sub(x, centre), factor), 0.5));
}
