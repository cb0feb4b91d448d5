// From a trained network and pictures to maps of how abnormal every pixel is.
import { inLight, inOwnLight, type Light } from '../../features/light.ts';
import { boxFilter, sigmoid, softplus } from '../../ops/index.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { RestoreAndSegment } from './network.ts';

export interface ScoreOptions {
  readonly light: Light;
  readonly shows: 'probability' | 'surprise';
  readonly smooth: number;
  readonly imageSmooth: number;
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @returns the map, smoothed; and the restoration in the light of the pictures
 */
export function score(model: RestoreAndSegment, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const lit = inLight(h.light, images);
    const { restored, logits } = model.forward(lit.pictures[0]);
    const map = h.shows === 'probability' ? sigmoid(logits) : softplus(logits);
    return { map: boxFilter(map, h.smooth | 1), reconstruction: inOwnLight(restored, images, lit) };
  });
}

/** The largest number of the map after a mean filter. */
export const imageScore = (map: Tensor, h: ScoreOptions): Tensor => scope(() => maxScore(boxFilter(map, h.imageSmooth | 1)));
