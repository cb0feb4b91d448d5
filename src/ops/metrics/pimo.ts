// Per-image overlap: how much of each picture's own mask is found, against the false positive rate of normal pictures.
import { defineOp } from '../../autograd/define-op.ts';

/**
 * Area under the per-image overlap curve for each of M pictures, f64 [M] (Bertoldo et al., "AUPIMO", 2024): the share of its marked
 * pixels with scores at least the threshold, averaged over the logarithm of the false positive rate from `lower` (1e-5) to `upper`
 * (1e-4). The rate is the mean over Q normal pictures; thresholds are their distinct scores, so nothing depends on a grid. Below
 * the smallest rate there is, the share above all normal scores counts. NaN for a picture without marked pixels.
 *
 * - `positives`: f32 or f64 [P], scores of marked pixels, picture by picture
 * - `lengths`: i32 [M], how many of them each picture has
 * - `negatives`: of the same type, [N], scores of the pixels of normal pictures
 * - `negativeLengths`: i32 [Q], how many of them each picture has
 */
export const pimo = defineOp('pimo', 'constant');

/** The curve under `pimo`, its true positive rate the mean over pictures; at most `points` points, as `rocCurve` gives them. */
export const pimoCurve = defineOp('pimoCurve', 'constant');
