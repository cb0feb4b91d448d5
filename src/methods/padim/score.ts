// From vectors to their distances from the Gaussian of their own position.
import { gaussianBlur } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { vectorsFor } from '../parts/features.ts';
import type { PositionalGaussians } from './network.ts';

export interface ScoreOptions {
  readonly smooth: number;
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @param before their vectors, where they were waited for
 */
export function score(model: PositionalGaussians, images: Tensor, h: ScoreOptions, before?: readonly Tensor[]): Scored {
  return scope(() => {
    const map = model.features.toPixels(model.gaussians.forward(model.forward(vectorsFor(model, images, before))));
    return { map: h.smooth > 0 ? gaussianBlur(map, h.smooth) : map };
  });
}
