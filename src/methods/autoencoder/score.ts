// From a trained autoencoder and pictures to maps of what it could not reconstruct.
import { gaussianBlur, l1Map, l2Map, ssimErrorMap } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { ConvolutionalAutoencoder } from './network.ts';
import type { LossName } from './objective.ts';

export interface ScoreOptions {
  readonly loss: LossName;
  /** What the map shows; 'loss': the same as was minimised. */
  readonly discrepancy: 'loss' | LossName;
  /** Standard deviation in pixels of the Gaussian that smooths the map; 0: none. */
  readonly smooth: number;
}

const maps = { l1: l1Map, l2: l2Map, ssim: (x: Tensor, y: Tensor) => ssimErrorMap(x, y) } as const;

/** @param images f32 [N C H W] within 0 … 1 */
export function score(model: ConvolutionalAutoencoder, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const reconstruction = model.forward(images);
    const map = maps[h.discrepancy === 'loss' ? h.loss : h.discrepancy](images, reconstruction);
    return { map: h.smooth > 0 ? gaussianBlur(map, h.smooth) : map, reconstruction };
  });
}
