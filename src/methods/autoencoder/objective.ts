// The loss of autoencoder: how far the reconstruction is from the picture.
import { l1, l2, ssimLoss } from '../../nn/losses/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export type LossName = 'l2' | 'l1' | 'ssim';

/**
 * One term, by its own name: the mean over pixels and channels of (r - x)² or |r - x|, or 1 - SSIM (Bergmann et al. 2019).
 *
 * @param reconstruction f32 [N C H W]
 * @param target the same extents
 */
export function objective(reconstruction: Tensor, target: Tensor, loss: LossName): Record<string, Tensor> {
  return { [loss]: loss === 'ssim' ? ssimLoss(reconstruction, target) : (loss === 'l1' ? l1 : l2)(reconstruction, target) };
}
