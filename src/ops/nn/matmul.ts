// Matrix products.
import { add, defineOp, type OpFunction, reshape, sumTo } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** op(a) · op(b) over the last two axes, the leading ones broadcast from the right. */
export const matmul: OpFunction<'matmul'> = defineOp('matmul', {
  save: ['a', 'b'],
  backward: ({ a, b }, dy, { transposeA, transposeB }) => ({
    a: () => sumTo(transposeA ? matmul(b, dy, { transposeA: transposeB, transposeB: true }) : matmul(dy, b, { transposeB: !transposeB }), a.shape),
    b: () => {
      // One matrix for a whole batch: its gradient is a single product over all rows.
      if (b.shape.length === 2 && a.shape.length > 2 && !transposeA) {
        const rows = reshape(a, [-1, a.shape[a.shape.length - 1]]);
        const dRows = reshape(dy, [-1, dy.shape[dy.shape.length - 1]]);
        return transposeB ? matmul(dRows, rows, { transposeA: true }) : matmul(rows, dRows, { transposeA: true });
      }
      return sumTo(transposeB ? matmul(dy, a, { transposeA: true, transposeB: transposeA }) : matmul(a, dy, { transposeA: !transposeA }), b.shape);
    },
  }),
});

/**
 * x · weightᵀ + bias.
 *
 * @param x `[… I]`
 * @param weight `[O I]`
 * @param bias `[O]` or null
 * @returns `[… O]`
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  const product = matmul(x, weight, { transposeB: true });
  return bias ? add(product, bias) : product;
}
