// From a trained network and pictures to maps of how badly every part can be painted from the rest.
import { inLight, inOwnLight, type Light } from '../../features/light.ts';
import { add, affine, boxFilter, msgmsMap } from '../../ops/index.ts';
import { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scored } from '../method.ts';
import { hiddenSets } from './masks.ts';
import type { Inpainter } from './network.ts';

export interface ScoreOptions {
  readonly light: Light;
  readonly finest: number;
  readonly coarsest: number;
  readonly sets: number;
  readonly scales: number;
  readonly smooth: number;
}

/** Sides of the cells in pixels. */
export const cellsOf = ({ finest, coarsest }: Pick<ScoreOptions, 'finest' | 'coarsest'>): number[] =>
  Array.from({ length: coarsest - finest + 1 }, (_, i) => 2 ** (finest + i));

/** The same sets for every picture, at any time. */
const random = new Random(1);

/**
 * Every picture is painted once for each side of the cells; the map is the mean of the dissimilarities of gradient magnitudes.
 *
 * @param images f32 [N C H W] within 0 … 1
 * @returns the map, smoothed; and the mean of the paintings in the light of the pictures
 */
export function score(model: Inpainter, images: Tensor, h: ScoreOptions): Scored {
  return scope(() => {
    const lit = inLight(h.light, images);
    const [x] = lit.pictures;
    const [, , height, width] = x.shape;
    const cells = cellsOf(h);
    const each = cells.map((cell) =>
      scope(() => {
        const hidden = hiddenSets({ height, width, cell, sets: h.sets, random: random.split(cell), device: x.device });
        const painted = model.inpaint(x, hidden);
        return [msgmsMap(painted, x, { scales: h.scales }), painted] as const;
      }),
    );
    const [map, painted] = [0, 1].map((i) =>
      affine(
        each.map((one) => one[i]).reduce((sum, one) => add(sum, one)),
        { scale: 1 / cells.length },
      ),
    );
    return { map: boxFilter(map, h.smooth | 1), reconstruction: inOwnLight(painted, images, lit) };
  });
}
