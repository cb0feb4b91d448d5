// Images to another size.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Resamples [N C H W] to `height` by `width`; see the op's own description for the conventions of each mode. */
export const resize2d: OpFunction<'resize2d'> = defineOp('resize2d', {
  backward: ({ x }, dy, { mode, alignCorners, antialias }) => ({
    x: () => resize2dGrad(dy, { height: x.shape[2], width: x.shape[3], mode, alignCorners, antialias }),
  }),
});

/** Gradient of `resize2d` towards an image of `height` by `width`. */
export const resize2dGrad: OpFunction<'resize2dGrad'> = defineOp('resize2dGrad', {
  backward: ({ dy }, d, { mode, alignCorners, antialias }) => ({
    dy: () => resize2d(d, { height: dy.shape[2], width: dy.shape[3], mode, alignCorners, antialias }),
  }),
});

/** Every pixel `factor` times in both directions. */
export function upsampleNearest(x: Tensor, factor = 2): Tensor {
  must(Number.isInteger(factor) && factor >= 1, `upsampleNearest: factor is ${factor}; expected a positive integer`);
  if (x.shape.length !== 4) throw new BlemishError('SHAPE_MISMATCH', `upsampleNearest: x is [${x.shape.join(' ')}]; expected [N C H W]`);
  return resize2d(x, { height: x.shape[2] * factor, width: x.shape[3] * factor });
}
