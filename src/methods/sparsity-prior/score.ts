// From trained networks and pictures to masks of what is abnormal.
import { gaussianBlur, mul, sigmoid, softplus } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { RestoreAndMask } from './network.ts';
import { discrepancy } from './objective.ts';

export interface ScoreOptions {
  readonly shows: 'mask' | 'product' | 'residual';
  readonly structural: number;
  readonly smooth: number;
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @returns the map, smoothed: -ln (1 - m) of the mask m, which keeps telling large from larger where m itself comes to 1; or m e; or the
 *   discrepancy e of the picture and what is restored alone, which needs no second stage; and the reconstruction
 */
export function score(model: RestoreAndMask, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const reconstruction = model.restore(images);
    const logits = () => model.segmentation.forward(images, reconstruction);
    const apart = () => discrepancy(images, reconstruction, h.structural);
    const map = h.shows === 'mask' ? softplus(logits()) : h.shows === 'product' ? mul(sigmoid(logits()), apart()) : apart();
    return { map: gaussianBlur(map, h.smooth), reconstruction };
  });
}
