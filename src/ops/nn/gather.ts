// Picking rows by index, and adding rows back where they came from.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { axisOf } from './layout.ts';

const gatherRaw: OpFunction<'gather'> = defineOp('gather', {
  save: ['indices'],
  backward: ({ x, indices }, dy, { axis }) => ({ x: () => scatterAddRaw(dy, indices, { shape: x.shape, axis }) }),
});

const scatterAddRaw: OpFunction<'scatterAdd'> = defineOp('scatterAdd', {
  save: ['indices'],
  backward: ({ indices }, dy, { axis }) => ({ updates: () => gatherRaw(dy, indices, { axis }) }),
});

/**
 * Rows of x along an axis, by number; the axis is replaced by the axes of `indices`. An index outside the axis makes the
 * read fail with NUMERICAL_FAILURE.
 *
 * @param indices i32, of any shape
 * @param axis from the end where negative; default 0
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return gatherRaw(x, indices, { axis: x.shape.length ? axisOf('gather', axis, x.shape.length) : axis });
}

/**
 * Zeros of `shape`, to whose row indices[j] along the axis row j of the updates is added. The same number every time: sums
 * are in float64 and in order.
 *
 * @param updates extents of `shape` with those of `indices` in place of the axis
 */
export function scatterAdd(updates: Tensor, indices: Tensor, shape: readonly number[], axis = 0): Tensor {
  return scatterAddRaw(updates, indices, { shape, axis: shape.length ? axisOf('scatterAdd', axis, shape.length) : axis });
}
