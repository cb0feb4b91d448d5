// From vectors to how much of them the components do not explain.
import { add, div, gaussianBlur, maximum, reshape, sqrt, square, sum } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { vectorsFor } from '../parts/features.ts';
import type { FeatureComponents } from './network.ts';

export interface ScoreOptions {
  readonly measure: 'residual' | 'likelihood';
  readonly smooth: number;
}

/**
 * `residual`: the length of what the components leave (Ndiour et al. 2022), over the deviation of the directions left out. `likelihood`: with
 * the squares along the components over their variances too, the Mahalanobis distance under probabilistic PCA (Tipping and Bishop
 * 1999), as Ahuja et al. 2019 score by: there the covariance has the components' own variances, and that of what they leave in all other
 * directions.
 *
 * @param images f32 [N C H W] within 0 … 1
 * @param before their vectors, where they were waited for
 */
export function score(model: FeatureComponents, images: Tensor, h: ScoreOptions, before?: readonly Tensor[]): Scored {
  return scope(() => {
    const { inside, residual } = model.forward(model.scale.forward(vectorsFor(model, images, before)));
    const left = div(sum(square(residual), 1, { keepDims: true }), model.noise);
    // No direction that was kept varies less than the mean of those left out, but for what that is raised to where there is next to nothing.
    const variances = reshape(maximum(model.variances, model.noise), [1, model.variances.shape[0], 1, 1]);
    const all = h.measure === 'residual' ? left : add(left, sum(div(square(inside), variances), 1, { keepDims: true }));
    const map = model.features.toPixels(sqrt(all));
    return { map: h.smooth > 0 ? gaussianBlur(map, h.smooth) : map };
  });
}
