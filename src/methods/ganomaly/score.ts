// From a trained network and pictures to the distance of two codes, and to a map of disagreement.
import { fromSigned, toSigned } from '../../nn/networks/index.ts';
import { gaussianBlur, l1Map, mean, square, sub } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { EncoderDecoderEncoder } from './network.ts';

export interface ScoreOptions {
  readonly imageScore: 'codes' | 'max' | 'top' | 'mean';
  readonly smooth: number;
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @returns the map |x - x̂|, mean over channels, smoothed; the reconstruction; with imageScore codes the mean of (z - ẑ)² as image score
 */
export function score(model: EncoderDecoderEncoder, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const x = toSigned(images);
    const passed = h.imageScore === 'codes' ? model.forward(x) : null;
    const reconstruction = fromSigned(passed?.output ?? model.paint(x));
    const map = gaussianBlur(l1Map(images, reconstruction), h.smooth);
    return passed ? { map, reconstruction, image: mean(square(sub(passed.codes, passed.again)), 1) } : { map, reconstruction };
  });
}
