// Connected regions of masks: their numbers and sizes, and pixels taken apart by them.
import { defineOp } from '../../autograd/define-op.ts';

/**
 * The 8-connected regions of the pixels that are not 0, for each picture: their numbers, from 1 in the order of their first pixels
 * (i32 [… H W], 0 outside), and how many there are (i32 […]).
 *
 * - `mask`: [… H W] of any type
 */
export const components = defineOp('components', 'constant');

/** For every pixel of a mask [… H W] that is not 0 the number of pixels of its 8-connected region, 0 for the others: i32 [… H W]. */
export const regionSizes = defineOp('regionSizes', 'constant');

/**
 * Takes x [N] apart: the `count` numbers whose size is not 0, their sizes, and the others, each in their order. Another count of
 * such sizes makes the read fail with NUMERICAL_FAILURE.
 *
 * - `sizes`: i32 [N]
 */
export const partition = defineOp('partition', 'constant');
