// From vectors to distances from the bank, and from the farthest of a picture to its score.
import { argMax, concat, exp, gather, gaussianBlur, logSumExp, max, mul, nearest, norm, reshape, slice, sub, toVectors } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { vectorsFor } from '../parts/features.ts';
import type { PatchCore } from './network.ts';

export interface ScoreOptions {
  readonly neighbours: number;
  readonly smooth: number;
}

/**
 * Roth et al. 2022, eq. 6 and 7: the picture's score is its largest distance s, from the vector v to its nearest m of the bank, times
 * 1 - exp(s) / sum of exp |v - b| over the b nearest vectors b of m: farther where m itself is rare among the normal ones.
 *
 * @param vectors f32 [P D] of one picture
 * @param distances f32 [P]
 * @param indices i32 [P], rows of the bank
 */
function reweighted(vectors: Tensor, distances: Tensor, indices: Tensor, bank: Tensor, neighbours: number): Tensor {
  const most = max(distances, 0, { keepDims: true });
  const count = Math.min(neighbours, bank.shape[0]);
  if (count < 2) return most;
  const farthest = argMax(distances, 0, { keepDims: true });
  const vector = gather(vectors, farthest);
  const around = nearest(gather(bank, gather(indices, farthest)), bank, { k: count }).indices;
  const away = norm(sub(gather(bank, reshape(around, [count])), vector), 1);
  const weight = sub(1, exp(sub(most, logSumExp(away, 0, { keepDims: true }))));
  return mul(most, weight);
}

/**
 * @param images f32 [N C H W] within 0 … 1
 * @param before their vectors, where they were waited for
 */
export function score(model: PatchCore, images: Tensor, h: ScoreOptions, before?: readonly Tensor[]): Scored {
  return scope(() => {
    const maps = model.scale.forward(vectorsFor(model, images, before));
    const [n, d, p, q] = maps.shape;
    const { distances, indices } = model.compare(maps);
    const levels = model.usual ? model.usual.forward(distances) : distances;
    // What is compared by position is no distance any more that another could be set against.
    const image =
      h.neighbours < 2 || model.usual
        ? max(levels, [1, 2, 3])
        : concat(
            Array.from({ length: n }, (_, i) => {
              const of = (x: Tensor) => reshape(slice(x, [i, 0, 0, 0], [1, 1, p, q]), [p * q]);
              const vectors = toVectors(slice(maps, [i, 0, 0, 0], [1, d, p, q]));
              return reweighted(vectors, of(distances), of(indices), model.bank.vectors, h.neighbours);
            }),
          );
    const map = model.features.toPixels(levels);
    return { map: h.smooth > 0 ? gaussianBlur(map, h.smooth) : map, image };
  });
}
