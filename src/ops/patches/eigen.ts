// Symmetric eigenvalue problems.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';

/**
 * Eigenvalues, largest first, and eigenvectors of symmetric matrices, computed in float64; see the operation's own description.
 *
 * A matrix is one call, which cannot be stopped, of about 9 N³ operations: on one core with AVX-512 0.13 s at N = 768, 1.1 s at N = 1536.
 *
 * @param a `[… N N]`, f32 or f64; only the lower triangle is read
 * @returns values f64 `[… N]`, and vectors f64 `[… N N]`: row i belongs to value i, has length 1, and its largest number is positive
 */
export const symmetricEigen: OpFunction<'symmetricEigen'> = defineOp('symmetricEigen');

/** The symmetric matrices `[P N N]` of lower triangles by rows `[P N(N+1)/2]`, f32 or f64. */
export const symmetricFromTriangle: OpFunction<'symmetricFromTriangle'> = defineOp('symmetricFromTriangle', 'constant');
