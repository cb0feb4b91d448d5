// The median filter.
import { defineOp } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const medianFilterOp = defineOp('medianFilter');

/**
 * The median of `size` by `size` pixels of each channel; NaN where the window holds one. Not differentiable.
 *
 * @param x `[N C H W]`, f32 or f64, of any extents, also smaller than the window
 * @param size odd, from 1 to 63
 * @param options border: the picture mirrored about its edge (`symmetric`, the default) or about its outermost pixels (`reflect`),
 *   or its outermost pixel (`replicate`)
 */
export const medianFilter = (x: Tensor, size: number, options: { border?: 'symmetric' | 'reflect' | 'replicate' } = {}): Tensor =>
  medianFilterOp(x, { size, ...options });
