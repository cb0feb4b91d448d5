// Cholesky factors of symmetric positive definite matrices, and what follows from them.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { mul, neg } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { triangularSolve } from './triangular-solve.ts';

/**
 * Lower triangular l with l lᵀ = a, in batches.
 *
 * Only the symmetric part (a + aᵀ) / 2 counts, so the gradient is symmetric. Computed in float64 and rounded once: l differs from
 * the exact factor by a unit in the last place, up to condition numbers of about 1e8. Where a is not positive definite, reading the
 * result rejects with NUMERICAL_FAILURE, naming batch item and pivot.
 *
 * - `a`: `[… N N]`
 * @returns `[… N N]`
 */
export const cholesky = defineOp('cholesky', {
  save: ['out'],
  backward: ({ out }, dy) => ({ a: () => choleskyGrad(out, dy) }),
});
const choleskyGrad = defineOp('choleskyGrad');

/** (x + xᵀ) / 2 over the last two axes. */
export const symmetrize: OpFunction<'symmetrize'> = defineOp('symmetrize', { backward: (_, dy) => ({ x: () => symmetrize(dy) }) });

/**
 * Inverse of symmetric positive definite matrices, in batches; computed in float64. Only the symmetric part of a counts.
 *
 * - `a`: `[… N N]`
 * @returns `[… N N]`, exactly symmetric
 */
export const spdInverse = defineOp('spdInverse', {
  save: ['out'],
  backward: ({ out }, dy) => ({ a: () => neg(matmul(matmul(out, symmetrize(dy)), out)) }),
});

/**
 * Logarithm of the determinant of symmetric positive definite matrices, in batches; computed in float64. Only the symmetric part of
 * a counts.
 *
 * - `a`: `[… N N]`
 * @returns `[…]`
 */
export const logDet = defineOp('logDet', {
  save: ['a'],
  backward: ({ a }, dy) => ({ a: () => mul(spdInverse(a), reshape(dy, [...dy.shape, 1, 1])) }),
});

/**
 * x with l lᵀ x = b, for the factor l that `cholesky` gives.
 *
 * @param l `[… N N]`, lower triangular
 * @param b `[… N M]`
 * @returns `[… N M]`
 */
export function choleskySolve(l: Tensor, b: Tensor): Tensor {
  return triangularSolve(l, triangularSolve(l, b), { transpose: true });
}
