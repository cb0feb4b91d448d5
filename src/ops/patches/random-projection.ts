// Sparse random projection, and how many dimensions keep distances.
import { must } from '../../errors.ts';
import type { Random, RandomKey } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { greater, less } from '../nn/compare.ts';
import { affine, sub } from '../nn/elementwise.ts';
import { uniform } from '../nn/random.ts';

/**
 * Dimensions that keep all distances between `count` vectors within a factor 1 ± epsilon, by the lemma of Johnson and Lindenstrauss in
 * the form of Dasgupta and Gupta 2003: ⌊4 ln count / (epsilon²/2 − epsilon³/3)⌋, as scikit-learn counts them; at least 1. PatchCore takes epsilon 0.9.
 *
 * @param count at least 1
 * @param epsilon between 0 and 1
 */
export function johnsonLindenstraussDimension(count: number, epsilon = 0.1): number {
  must(Number.isInteger(count) && count >= 1, `johnsonLindenstraussDimension: count is ${count}; expected a positive integer`);
  must(epsilon > 0 && epsilon < 1, `johnsonLindenstraussDimension: epsilon is ${epsilon}; expected between 0 and 1`);
  return Math.max(1, Math.floor((4 * Math.log(count)) / (epsilon ** 2 / 2 - epsilon ** 3 / 3)));
}

/** How dense the matrix is. */
export interface ProjectionOptions {
  /** Share of numbers that are not 0: 1/3 is Achlioptas' (2003), 1/√D the very sparse one of Li, Hastie and Church (2006) and the default. */
  density?: number;
}

/**
 * A random matrix r that keeps squared lengths on average: E|x r|² = |x|². Its numbers are ±1/√(density · P), each with probability
 * density / 2, and else 0. The same key gives the same matrix everywhere.
 *
 * @param dimension D, of the vectors
 * @param projected P, of their projections `matmul(x, r)`
 * @returns `[D P]`
 */
export function sparseRandomProjection(
  dimension: number,
  projected: number,
  source: Random | RandomKey,
  { density = 1 / Math.sqrt(dimension) }: ProjectionOptions = {},
): Tensor {
  const where = 'sparseRandomProjection';
  for (const [name, value] of Object.entries({ dimension, projected }))
    must(Number.isInteger(value) && value >= 1, `${where}: ${name} is ${value}; expected a positive integer`);
  must(density > 0 && density <= 1, `${where}: density is ${density}; expected above 0, at most 1`);
  return scope(() => {
    const u = uniform([dimension, projected], source);
    return affine(sub(less(u, density / 2), greater(u, 1 - density / 2)), { scale: 1 / Math.sqrt(density * projected) });
  });
}
