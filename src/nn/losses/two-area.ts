// The squared error of what was clean and of what was corrupted, averaged apart.
import { twoAreaSquaredError } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * See `ops.twoAreaSquaredError`: f32[].
 *
 * @param prediction `[N C H W]`
 * @param target the clean picture, of the same extents
 * @param mask `[N 1 H W]`: 0 where clean, 1 where corrupted, or between
 * @param options lambda: the weight of the corrupted area, 0 to 1; default 0.1
 */
export const twoAreaLoss = (prediction: Tensor, target: Tensor, mask: Tensor, { lambda }: { lambda?: number } = {}): Tensor =>
  twoAreaSquaredError(prediction, target, mask, lambda).loss;
