// From trained networks and pictures to a map, and to the score of the paper.
import { fromSigned, toSigned } from '../../nn/networks/index.ts';
import { add, gaussianBlur, l1Map, mean, mul, square, sub } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { GeneratorAndEncoder } from './network.ts';

export interface ScoreOptions {
  readonly kappa: number;
  readonly imageScore: 'both' | 'max' | 'top' | 'mean';
  readonly smooth: number;
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @returns the map |x - G(E(x))|, mean over channels, smoothed; the reconstruction; with imageScore both the mean of (x - G(E(x)))² plus
 *   kappa times that of (f(x) - f(G(E(x))))², pictures within -1 … 1
 */
export function score(model: GeneratorAndEncoder, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const x = toSigned(images);
    const output = model.forward(x);
    const reconstruction = fromSigned(output);
    const map = gaussianBlur(l1Map(images, reconstruction), h.smooth);
    if (h.imageScore !== 'both') return { map, reconstruction };
    const [real, made] = [x, output].map((pictures) => model.critic.judge(pictures).features);
    const apart = (a: Tensor, b: Tensor) => mean(square(sub(a, b)), [1, 2, 3]);
    return { map, reconstruction, image: add(apart(x, output), mul(apart(real, made), h.kappa)) };
  });
}
