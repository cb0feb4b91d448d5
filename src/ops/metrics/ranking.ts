// What two samples of scores say of each other: areas under curves, and the best threshold.
import { defineOp } from '../../autograd/define-op.ts';

/**
 * Area under the ROC curve (midranks for ties), average precision (step-wise), the largest F1 and its threshold, of the
 * scores of abnormal and of normal things: f64 [B] each, NaN where a class is missing. A score of NaN makes the read fail
 * with NUMERICAL_FAILURE; infinities are scores like others.
 *
 * - `positives`: f32 or f64 [P]
 * - `negatives`: of the same type, [N]
 * - `positiveWeights`: i32 [B P] how often each counts, a row for each result; null or absent: once, and B is 1
 * - `negativeWeights`: i32 [B N]
 */
export const ranking = defineOp('ranking', 'constant');
