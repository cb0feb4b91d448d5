// Dissimilarity of gradient magnitudes over several scales.
import { type MsgmsOptions, mean, msgms } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * RIAD's loss (Zavrtanik et al. 2021): 1 − the mean over batch, scales, channels and pixels of the gradient magnitude similarity:
 * f32[], from 0 to 1.
 *
 * @param prediction `[N C H W]`, from 0 to 1
 * @param target the same extents
 */
export const msgmsLoss = (prediction: Tensor, target: Tensor, options: MsgmsOptions = {}): Tensor => mean(msgms(prediction, target, options));
