// Maps made smooth.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const gaussianBlurOp: OpFunction<'gaussianBlur'> = defineOp('gaussianBlur', {
  backward: (_, dy, attributes) => ({ x: () => gaussianBlurGrad(dy, attributes) }),
});
const gaussianBlurGrad: OpFunction<'gaussianBlurGrad'> = defineOp('gaussianBlurGrad', {
  backward: (_, d, attributes) => ({ dy: () => gaussianBlurOp(d, attributes) }),
});

/** Width of a Gaussian, and what lies beyond the border. */
export interface BlurOptions {
  /** The filter is cut off at this many standard deviations, rounded to whole pixels; default 4. */
  truncate?: number;
  /**
   * What lies beyond the picture: itself mirrored about its edge (`symmetric`, the default) or about its outermost pixels
   * (`reflect`), its outermost pixel (`replicate`), zeros (`zero`), or nothing, with the weights inside brought to a sum of 1
   * (`inside`).
   */
  border?: 'symmetric' | 'reflect' | 'replicate' | 'zero' | 'inside';
}

/**
 * Each channel filtered by a Gaussian.
 *
 * @param x `[N C H W]`, f32 or f64, of any extents
 * @param sigma standard deviation in pixels, at least 0 (which changes nothing)
 */
export const gaussianBlur = (x: Tensor, sigma: number, options: BlurOptions = {}): Tensor => gaussianBlurOp(x, { sigma, ...options });

const boxFilterOp: OpFunction<'boxFilter'> = defineOp('boxFilter', {
  backward: (_, dy, attributes) => ({ x: () => boxFilterGrad(dy, attributes) }),
});
const boxFilterGrad: OpFunction<'boxFilterGrad'> = defineOp('boxFilterGrad', {
  backward: (_, d, attributes) => ({ dy: () => boxFilterOp(d, attributes) }),
});

/** Width of a box, how often it is applied, and what lies beyond the border. */
export interface BoxOptions {
  /** How often the filter is applied; default 1, 0 changes nothing. */
  times?: number;
  /** Beyond the picture: nothing, only pixels inside count (`inside`, the default), or its outermost pixel (`replicate`). */
  border?: 'inside' | 'replicate';
}

/**
 * The mean filter of `size` by `size` pixels, applied again and again; its cost does not depend on `size`.
 *
 * @param x `[N C H W]`, f32 or f64, of any extents, also smaller than the box
 * @param size odd
 */
export const boxFilter = (x: Tensor, size: number, options: BoxOptions = {}): Tensor => boxFilterOp(x, { size, ...options });
