// Entropy of continuous laws by way of a density: of kernels, of a Gaussian law, of von Mises and Fisher's law on the sphere.
import { defineOp } from '../../autograd/define-op.ts';
import { BlemishError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const kernelDensityEntropyOp = defineOp('kernelDensityEntropy');
const gaussianEntropyOp = defineOp('gaussianEntropy');
const vonMisesFisherEntropyOp = defineOp('vonMisesFisherEntropy');
const vonMisesFisherFitOp = defineOp('vonMisesFisherFit');

/** Bandwidth and form of the estimate. */
export interface KernelDensityOptions {
  /** Deviation of an isotropic kernel; default: a kernel shaped as the points' covariance, its width by `rule`. */
  bandwidth?: number;
  /** N^(−1 / (D + 4)) (scott, the default), or (N (D + 2) / 4)^(−1 / (D + 4)) (silverman). */
  rule?: 'scott' | 'silverman';
  /** Whether a point's own kernel counts at its place (resubstitution, biased low) or not (leaveOneOut, the default). */
  estimator?: 'leaveOneOut' | 'resubstitution';
}

/**
 * Differential entropy in nats: the mean of −ln p̂(x_i) with a density of Gaussian kernels. All pairs of points are looked at: N² D
 * operations in one call that cannot be stopped, for each thread N float64 of memory besides those for x.
 *
 * @param x `[N D]`, f32 or f64; without a bandwidth N > D
 * @returns f64 `[]`; NUMERICAL_FAILURE at the read where a number is not finite, where the points fill no volume and no bandwidth is given, or
 *   where they lie more than 1e150 bandwidths apart
 */
export function kernelDensityEntropy(x: Tensor, options: KernelDensityOptions = {}): Tensor {
  const { bandwidth } = options;
  if (bandwidth !== undefined && !(bandwidth > 0))
    throw new BlemishError('ARGUMENT_INVALID', `kernelDensityEntropy: bandwidth is ${bandwidth}; expected a positive number`);
  return kernelDensityEntropyOp(x, { ...options });
}

/** How the covariance is estimated. */
export interface GaussianEntropyOptions {
  /**
   * The covariance: over N − 1 (sample, the default) or N (population); with the bias of its determinant's logarithm taken away
   * (unbiased, Ahmed and Gokhale 1989); or drawn towards a multiple of the identity, which also serves fewer points than dimensions
   * (ledoitWolf 2004; oas, Chen et al. 2010, eq. 23, whose terms 2 / D scikit-learn and `PositionGaussians` leave out).
   */
  estimator?: 'sample' | 'population' | 'unbiased' | 'ledoitWolf' | 'oas';
}

/**
 * Differential entropy in nats of a Gaussian law with the points' covariance, ½ ln det(2πe C): of all laws with that covariance the
 * largest. Memory besides: D² float64.
 *
 * @param x `[N D]`, f32 or f64; with shrinkage N ≥ 2, else N > D
 * @returns entropy: f64 `[]`; shrinkage: f64 `[]`, the weight of the identity. NUMERICAL_FAILURE at the read where C is singular, as where a
 *   coordinate does not vary
 */
export function gaussianEntropy(x: Tensor, options: GaussianEntropyOptions = {}): { entropy: Tensor; shrinkage: Tensor } {
  const [entropy, shrinkage] = gaussianEntropyOp(x, { ...options });
  return { entropy, shrinkage };
}

/**
 * Differential entropy in nats, with respect to area, of the law of von Mises and Fisher on the unit sphere of `dimension` coordinates
 * (2 to 4096): that of the uniform law at concentration 0, the less the more concentrated.
 *
 * @param concentration f32 or f64, 0 to 1e9; NUMERICAL_FAILURE at the read beyond
 * @returns f64 of the same extents
 */
export const vonMisesFisherEntropy = (concentration: Tensor, dimension: number): Tensor => vonMisesFisherEntropyOp(concentration, { dimension });

/**
 * The law of von Mises and Fisher that unit vectors are most likely under, by their mean: its direction, its concentration, its entropy
 * in nats. Of points that cancel out the direction is 0 and so is the concentration; of points all alike the concentration is ∞, the
 * entropy −∞.
 *
 * @param x `[N D]`, f32 or f64, rows of length 1 within 5e-5, else NUMERICAL_FAILURE at the read
 * @returns direction: f64 `[D]`; concentration and entropy: f64 `[]`
 */
export function vonMisesFisherFit(x: Tensor): { direction: Tensor; concentration: Tensor; entropy: Tensor } {
  const [direction, concentration, entropy] = vonMisesFisherFitOp(x);
  return { direction, concentration, entropy };
}
