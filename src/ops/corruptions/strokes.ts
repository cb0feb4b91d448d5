// Scratches, cracks and fibres.
import { defineOp } from '../../autograd/define-op.ts';

/** Opacity of strokes along chains of points: f32[N 1 H W]. */
export const strokes = defineOp('strokes', 'constant');
