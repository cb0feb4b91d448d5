// Rényi's entropy of matrices of similarities; eigenvalues.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const matrixRenyiEntropyOp = defineOp('matrixRenyiEntropy');

/**
 * Matrix-based Rényi entropy in nats: log(tr A^α) / (1 − α) with A_ij = a_ij / (N √(a_ii a_jj)), at α = 1 its limit −tr(A log A).
 * Nothing is estimated but eigenvalues: it needs no density (Sanchez Giraldo, Rao and Principe, Measures of entropy from data using
 * infinitely divisible kernels, 2015). From 0, where all things are alike, to log N, where none is like another.
 *
 * α = 2 costs one pass; any other α an eigendecomposition, about 4/3 N³ operations in one call that cannot be stopped, and what rounding
 * leaves of eigenvalues that are 0 (below N 2^−52 of the largest) does not count. Memory besides: N² float64.
 *
 * @param a `[N N]`, f32 or f64: positive semidefinite similarities of N things, such as `gaussianGram` gives
 * @param options alpha: above 0, default 2
 * @returns f64 `[]`; NUMERICAL_FAILURE at the read where the diagonal is not positive or an eigenvalue clearly negative
 */
export const matrixRenyiEntropy = (a: Tensor, options: { alpha?: number } = {}): Tensor => matrixRenyiEntropyOp(a, null, { ...options });

/** The same of two sets of similarities of the same N things together: that of their elementwise product. */
export const matrixRenyiJointEntropy = (a: Tensor, b: Tensor, options: { alpha?: number } = {}): Tensor => matrixRenyiEntropyOp(a, b, { ...options });

/** exp(−|x_i − x_j|² / (2 sigma²)) of points `[N D]`: f64 `[N N]`. */
export const gaussianGram: OpFunction<'gaussianGram'> = defineOp('gaussianGram');
