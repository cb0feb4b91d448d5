// Bootstrap: how often each thing is drawn, scores counted picture by picture, and curves made of such counts.
import { defineOp } from '../../autograd/define-op.ts';

/** How often each of `items` things comes up in as many draws with replacement: i32 [resamples items]; `key` from Random's nextKey. */
export const resampleCounts = defineOp('resampleCounts', 'constant');

/**
 * For each picture how many of its numbers are at least each threshold (larger than it if `strict`): f64 [M K].
 *
 * - `x`: f32 or f64 [N], picture by picture
 * - `lengths`: i32 [M], how many of them each picture has
 * - `thresholds`: f64 [K], falling
 * - `sizes`: i32 [N]: each number then counts 1 / size
 */
export const tally = defineOp('tally', 'constant');

/**
 * Curves through tallies f64 [M K] of both classes, each picture counted by its weight (i32 [B M], default 1 and B = 1): mean of the
 * true positive rate over the false one or its logarithm, average precision, largest F1, f64 [B] each.
 */
export const tallyCurves = defineOp('tallyCurves', 'constant');
