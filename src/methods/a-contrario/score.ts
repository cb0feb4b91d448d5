// From standard normal maps to the number of false alarms of every pixel.
import { add, affine, binomialTailMap, chiSquareThreshold, square } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import type { WhiteLevels } from './network.ts';

export interface ScoreOptions {
  readonly probability: number;
  readonly window: number;
}

/**
 * -log10 of the number of false alarms (Tailanian, Musé and Pardo 2024), over levels that each stand at their own places: the sum of
 * -`binomialTailMap`, less log10 of the number of positions that were looked at.
 *
 * @param images f32 [N C H W] within 0 … 1
 * @param before the maps of their levels, where they were waited for
 */
export function score(model: WhiteLevels, images: Tensor, h: ScoreOptions, before?: readonly Tensor[]): Scored {
  return scope(() => {
    const white = model.forward(before ?? model.features.forward(images));
    const threshold = chiSquareThreshold(h.probability);
    const options = { probability: h.probability, radius: (h.window - 1) / 2, strict: false, border: 'inside' } as const;
    const tails = white.map((map, level) => model.toPixels(binomialTailMap(square(map), threshold, options), level));
    const tests = white.reduce((sum, { shape }) => sum + shape[2] * shape[3], 0);
    return {
      map: affine(
        tails.reduce((a, b) => add(a, b)),
        { scale: -1, shift: -Math.log10(tests) },
      ),
    };
  });
}
