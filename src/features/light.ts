// Pictures brought to a common light, so that exposure is no anomaly.
import { choice } from '../hyper.ts';
import { add, div, maximum, mean, mul, reciprocal, sqrt, sub, variance } from '../ops/index.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** 'given' leaves pictures alone; 'level' moves each to a mean of one half; 'standard' gives each that mean and one deviation too. */
export type Light = 'given' | 'level' | 'standard';

/** What a method that brings pictures to a common light declares. */
export const lightHyper = choice(['given', 'level', 'standard'], 'pictures as they are, at a common mean, or at a common mean and contrast');

const deviation = 0.2;
// A picture without contrast must not be blown up into its own noise.
const leastDeviation = 0.02;

/** Pictures in common light. */
export interface Lit {
  readonly pictures: readonly Tensor[];
  /** f32 [N 1 1 1], by which contrast grew; null where it did not change. */
  readonly factor: Tensor | null;
}

/**
 * A picture batch f32 [N C H W] in common light, and others changed by the same amounts; what comes out may leave 0 … 1.
 */
export function inLight(light: Light, image: Tensor, ...others: readonly Tensor[]): Lit {
  const all = [image, ...others];
  if (light === 'given') return { pictures: all, factor: null };
  const centre = mean(image, [1, 2, 3], { keepDims: true });
  if (light === 'level') return { pictures: all.map((x) => add(sub(x, centre), 0.5)), factor: null };
  const factor = reciprocal(maximum(sqrt(variance(image, [1, 2, 3], { keepDims: true })), leastDeviation), { numerator: deviation });
  return { pictures: all.map((x) => add(mul(sub(x, centre), factor), 0.5)), factor };
}

/** What was made of pictures in common light, `lit.pictures[0]`, in the light of the pictures f32 [N C H W] themselves. */
export function inOwnLight(made: Tensor, images: Tensor, { pictures: [lit], factor }: Lit): Tensor {
  const change = sub(made, lit);
  return add(images, factor ? div(change, factor) : change);
}
