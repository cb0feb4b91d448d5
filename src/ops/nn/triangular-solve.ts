// Systems with triangular matrices.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { neg } from './elementwise.ts';
import { matmul } from './matmul.ts';

/**
 * x with t x = b, or tᵀ x = b (`transpose`), in batches, where t is the lower triangle of a, or the upper one (`upper`); the rest of
 * a is not read. Computed in float64 and rounded once. A 0 on the diagonal makes reading the result reject with NUMERICAL_FAILURE.
 *
 * @param a `[… N N]`
 * @param b `[… N M]`, with the leading axes of a
 * @returns `[… N M]`
 */
export const triangularSolve: OpFunction<'triangularSolve'> = defineOp('triangularSolve', {
  save: ['a', 'out'],
  backward: ({ a, out }, dy, { upper, transpose }) => {
    const db = () => triangularSolve(a, dy, { upper, transpose: !transpose });
    return { a: () => triangularSolveGrad(out, db(), { upper, transpose }), b: db };
  },
});

// The triangle of -p qᵀ with (p, q) = (db, x), or exchanged.
const triangularSolveGrad = defineOp('triangularSolveGrad', {
  save: ['x', 'db'],
  backward: ({ x, db }, v, { upper, transpose }) => {
    const half = () => neg(triangle(v, { upper }));
    return {
      x: () => matmul(half(), db, { transposeA: !transpose }),
      db: () => matmul(half(), x, { transposeA: transpose }),
    };
  },
});

/** The lower triangle of square matrices with its diagonal, or the upper one (`upper`); 0 elsewhere. */
export const triangle: OpFunction<'triangle'> = defineOp('triangle', { backward: (_, dy, { upper }) => ({ x: () => triangle(dy, { upper }) }) });
