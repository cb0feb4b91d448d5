// From what is judged at every position to how far it lies from what is normal.
import { add, concat, gaussianBlur, mahalanobisMap, mul, relu, reshape, slice, sub, transpose } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { vectorsFor } from '../parts/features.ts';
import type { PatchStatistics } from './network.ts';

export interface ScoreOptions {
  readonly entropy: number;
  readonly smooth: number;
}

/**
 * The Mahalanobis distance of (log distance, entropy) from their Gaussian. Patches that are more usual than most are not abnormal: a
 * log distance below the mean counts as the mean. What the entropy is away from its mean counts by `entropy`.
 *
 * @param images f32 [N C H W] within 0 … 1
 * @param before their vectors, where they were waited for
 */
export function score(model: PatchStatistics, images: Tensor, h: ScoreOptions, before?: readonly Tensor[]): Scored {
  return scope(() => {
    const statistics = model.forward(images, vectorsFor(model, images, before));
    const [n, , p, q] = statistics.shape;
    const { mean, whitening } = model.gaussians.fitted();
    const positions = mean.shape[0];
    const middle = positions === 1 ? reshape(mean, [1, 2, 1, 1]) : reshape(transpose(mean, [1, 0]), [1, 2, p, q]);
    const away = sub(statistics, middle);
    const part = (c: number) => slice(away, [0, c, 0, 0], [n, 1, p, q]);
    const judged = add(mul(concat([relu(part(0)), part(1)], 1), tensor([1, h.entropy], [1, 2, 1, 1])), middle);
    const map = model.features.toPixels(mahalanobisMap(judged, mean, whitening));
    return { map: h.smooth > 0 ? gaussianBlur(map, h.smooth) : map };
  });
}
