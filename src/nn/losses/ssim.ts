// Structural dissimilarity.
import { affine, type MsSsimOptions, mean, msSsim, type SsimOptions, ssim } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * 1 − the mean structural similarity of the batch: f32[], from 0 to 2.
 *
 * @param prediction `[N C H W]`
 * @param target the same extents
 * @param options the convention; default `riad`, for pictures from 0 to 1
 */
export const ssimLoss = (prediction: Tensor, target: Tensor, options: SsimOptions = {}): Tensor =>
  affine(mean(ssim(prediction, target, options)), { scale: -1, shift: 1 });

/**
 * 1 − the mean multi-scale structural similarity of the batch: f32[], from 0 to 1.
 *
 * @param prediction `[N C H W]`, from 0 to 1, of at least 161 by 161 pixels
 * @param target the same extents
 */
export const msSsimLoss = (prediction: Tensor, target: Tensor, options: MsSsimOptions = {}): Tensor =>
  affine(mean(msSsim(prediction, target, options)), { scale: -1, shift: 1 });
