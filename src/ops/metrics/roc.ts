// The ROC curve of two samples of scores, the area under a part of it, and, with regions, the PRO curve.
import { defineOp } from '../../autograd/define-op.ts';

/**
 * Area under the curve of the true over the false positive rate from 0 to `limit` (default 1), over the limit: f64 [], NaN where
 * a class is missing. Exact: trapezoids between distinct scores, linear interpolation at the limit.
 *
 * - `positives`: f32 or f64 [P], scores of what is abnormal
 * - `negatives`: of the same type, [N]
 * - `sizes`: i32 [P], of the region that each positive lies in: it then counts 1 / size, and the true positive rate is the mean
 *   over regions of the share that is found (per-region overlap; Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 2021)
 */
export const rocArea = defineOp('rocArea', 'constant');

/**
 * The corners of that curve: thresholds and how many of each class have scores at least as large, f64 [points] each with NaN after
 * the first `length` (i32 []); and what all positives count, f64 []. Of more corners than `points` (default 1000) those are kept
 * that lie apart in the plane of the rates, or of precision and recall.
 */
export const rocCurve = defineOp('rocCurve', 'constant');
