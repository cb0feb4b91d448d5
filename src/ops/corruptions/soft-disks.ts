// The shapes of stains.
import { defineOp } from '../../autograd/define-op.ts';

/** Opacity of one warped disk or rectangle a picture, with a fading border: f32[N 1 H W]. */
export const softDisks = defineOp('softDisks', 'constant');
