// Blotches of thresholded noise.
import { defineOp } from '../../autograd/define-op.ts';

/** Opacity of blotches where noise, raised around a place, exceeds a threshold: f32[N 1 H W]. */
export const blotches = defineOp('blotches', 'constant');
