// The outlines of stains and rectangles.
import { defineOp } from '../../autograd/define-op.ts';

/** Opacity of one warped shape a picture, with a fading border: f32[N 1 H W]. */
export const softShapes = defineOp('softShapes', 'constant');
