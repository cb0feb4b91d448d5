// Entropy, information and divergence of continuous laws, from distances to nearest neighbours.
import { defineOp } from '../../autograd/define-op.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const kozachenkoLeonenkoOp = defineOp('kozachenkoLeonenko');
const mutualInformationOp = defineOp('mutualInformation');
const conditionalMutualInformationOp = defineOp('conditionalMutualInformation');
const lncMutualInformationOp = defineOp('lncMutualInformation');
const knnDivergenceOp = defineOp('knnDivergence');
const jitterOp = defineOp('jitter');

/** Noise that tells coinciding points apart; seeded, and never there unless asked for. */
export interface JitterOptions {
  source: Random;
  /** Deviation of the noise, for a column whose mean magnitude is at most 1; default 1e-10. */
  amplitude?: number;
}

/** Which neighbours are looked for, and by which distance. */
export interface NeighborOptions {
  /** Which neighbour; default 3. Small ones have little bias, large ones little variance. */
  k?: number;
  jitter?: JitterOptions;
}

/** x plus normal noise of deviation amplitude · max(1, mean |x| of the column): `[N D]`, f32 or f64 → f64. */
export const jitter = (x: Tensor, { source, amplitude }: JitterOptions): Tensor => jitterOp(x, { key: source.nextKey(), amplitude });

/** What the estimators take: the points, or new ones with noise that are disposed again. */
function withJitter<R>(operands: readonly Tensor[], options: JitterOptions | undefined, estimate: (...operands: Tensor[]) => R): R {
  if (!options) return estimate(...operands);
  const noisy = operands.map((x) => jitter(x, options));
  try {
    return estimate(...noisy);
  } finally {
    for (const x of noisy) x.dispose();
  }
}

/** The first of two results, or the second; the other is let go of. */
function pick(results: readonly [Tensor, Tensor], local: boolean): Tensor {
  results[local ? 0 : 1].dispose();
  return results[local ? 1 : 0];
}

/** Neighbours and unit of an estimate of entropy. */
export interface EntropyOptions extends NeighborOptions {
  /** Euclidean distance (default), largest difference of a coordinate, or along the unit sphere. */
  metric?: 'euclidean' | 'chebyshev' | 'sphere';
  /**
   * What a point counts whose k-th neighbour coincides with it: −∞ (default), as the entropy of a law with atoms is −∞; or 0, as infomeasure
   * has it. Data of few levels needs `jitter`.
   */
  duplicates?: 'infinite' | 'zero';
}

/**
 * Differential entropy in nats by the estimator of Kozachenko and Leonenko (1987): ψ(N) − ψ(k) + ln c_D + (D / N) Σ ln ε_i, where ε_i is
 * the distance to the k-th nearest other point and c_D the volume of the unit ball. On the unit sphere of D coordinates areas of caps stand
 * for volumes of balls, and entropy is that with respect to area.
 *
 * Up to 8 dimensions by a k-d tree, beyond by products of matrices whose doubtful cases are decided in float64; the result is that of
 * float64 either way. Its error falls as N^(−1/D): beyond some 10 dimensions only the order of such numbers means much. Memory besides:
 * a few times that of x.
 *
 * Like all estimators of this page it is one call, which cannot be stopped: N log N steps by the tree, N² D operations beyond it. Ten thousand
 * points of 64 dimensions take a tenth of a second on one core, a hundred thousand some ten seconds; largest differences of a
 * coordinate three to four times as long.
 *
 * @param x `[N D]`, f32 or f64: N > k points
 * @returns f64 `[]`; NUMERICAL_FAILURE at the read where x holds NaN, infinity or numbers beyond 1e150 in size, or vectors that are not of unit
 *   length (sphere)
 */
export const kozachenkoLeonenko = (x: Tensor, { jitter: noise, ...options }: EntropyOptions = {}): Tensor =>
  withJitter([x], noise, (points) => pick(kozachenkoLeonenkoOp(points, options), false));

/** The terms whose mean `kozachenkoLeonenko` is, −ln of the density at each point: f64 `[N]`, large where a point is alone. */
export const localEntropy = (x: Tensor, { jitter: noise, ...options }: EntropyOptions = {}): Tensor =>
  withJitter([x], noise, (points) => pick(kozachenkoLeonenkoOp(points, options), true));

/** Neighbours and form of an estimate of information. */
export interface InformationOptions extends NeighborOptions {
  /** The first or the second estimator of Kraskov, Stögbauer and Grassberger; default ksg1. */
  estimator?: 'ksg1' | 'ksg2';
}

/**
 * Mutual information in nats by the estimators of Kraskov, Stögbauer and Grassberger (2004), with the largest difference of a coordinate
 * as distance. Not clipped: of independent x and y it scatters around 0. Neither operand is scaled: bring both to like units first.
 *
 * Points at one place are no failure: what counts is strictly nearer than the k-th (ksg1), so that of coinciding points none counts; the
 * rectangle of ksg2 is that of all points no farther than the k-th, however many.
 *
 * @param x `[N D]`, f32 or f64
 * @param y `[N E]` of the same type
 * @returns f64 `[]`; NUMERICAL_FAILURE at the read where a number is NaN, infinite or beyond 1e150 in size
 */
export const mutualInformation = (x: Tensor, y: Tensor, { jitter: noise, ...options }: InformationOptions = {}): Tensor =>
  withJitter([x, y], noise, (a, b) => pick(mutualInformationOp(a, b, options), false));

/** The terms whose mean `mutualInformation` is: f64 `[N]`. */
export const localMutualInformation = (x: Tensor, y: Tensor, { jitter: noise, ...options }: InformationOptions = {}): Tensor =>
  withJitter([x, y], noise, (a, b) => pick(mutualInformationOp(a, b, options), true));

/**
 * Mutual information in nats of x and y that depend on each other strongly, for which `mutualInformation` falls short: ksg2 with the
 * correction for local non-uniformity of Gao, Ver Steeg and Galstyan (2015). Neighbourhoods that are clearly smaller along their principal
 * axes than along the coordinates count with that smaller volume.
 *
 * @param x `[N D]`, f32 or f64
 * @param y `[N E]` of the same type
 * @param options k: default 5, at least D + E. alpha: how much smaller a neighbourhood has to be, 0 (never) to 1; default 0.25, chosen by the
 *   paper so that uniform samples are left alone, for k = 5 and D = E = 1. More coordinates want a smaller one
 * @returns f64 `[]`
 */
export const lncMutualInformation = (x: Tensor, y: Tensor, { jitter: noise, ...options }: NeighborOptions & { alpha?: number } = {}): Tensor =>
  withJitter([x, y], noise, (a, b) => pick(lncMutualInformationOp(a, b, options), false));

/**
 * Mutual information of x and y given z, in nats (Frenzel and Pompe 2007), counted as in ksg1: `[N D]`, `[N E]` and `[N F]` → f64 `[]`. With
 * F = 0 it is `mutualInformation`.
 */
export const conditionalMutualInformation = (x: Tensor, y: Tensor, z: Tensor, { jitter: noise, ...options }: NeighborOptions = {}): Tensor =>
  withJitter([x, y, z], noise, (a, b, c) => pick(conditionalMutualInformationOp(a, b, c, options), false));

/** The terms whose mean `conditionalMutualInformation` is: f64 `[N]`. */
export const localConditionalMutualInformation = (x: Tensor, y: Tensor, z: Tensor, { jitter: noise, ...options }: NeighborOptions = {}): Tensor =>
  withJitter([x, y, z], noise, (a, b, c) => pick(conditionalMutualInformationOp(a, b, c, options), true));

/**
 * Kullback–Leibler divergence D(p ‖ q) in nats of the law p of x from the law q of y (Wang, Kulkarni and Verdú 2009):
 * (D / N) Σ ln(ν_i / ρ_i) + ln(M / (N − 1)), with the distances from x_i to the k-th nearest of y and to the k-th nearest other of x.
 *
 * @param x `[N D]`, f32 or f64, N > k
 * @param y `[M D]` of the same type, M ≥ k
 * @returns f64 `[]`, not clipped; ∞ where points of x coincide with each other, −∞ where they do with points of y, NUMERICAL_FAILURE at
 *   the read where there are both
 */
export const knnDivergence = (x: Tensor, y: Tensor, { jitter: noise, ...options }: NeighborOptions & { metric?: 'euclidean' | 'chebyshev' } = {}): Tensor =>
  withJitter([x, y], noise, (a, b) => knnDivergenceOp(a, b, options));
