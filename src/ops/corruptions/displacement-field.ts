// Smooth random displacement fields.
import { defineOp } from '../../autograd/define-op.ts';

/** For every pixel a displacement along columns and one along rows, in pixels: f32[N 2 H W]. Deterministic from the key. */
export const displacementField = defineOp('displacementField', 'constant');
