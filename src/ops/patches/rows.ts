// Rows of a larger tensor.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';

/** Overwrites rows of `target` from row `at` on. */
export const rowsStep: OpFunction<'rowsStep'> = defineOp('rowsStep', 'constant');
