// riad: pictures are inpainted piece by piece; what cannot be painted from its surroundings is abnormal.
import { augment, augmentations } from '../../data/augment.ts';
import { must } from '../../errors.ts';
import { inLight, lightHyper } from '../../features/light.ts';
import { choice, integer, real, type ValuesOf } from '../../hyper.ts';
import { withAuxiliaryLosses } from '../../nn/auxiliary.ts';
import { Adam, oneCycleSchedule } from '../../nn/optim/index.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { spoilForValidation } from '../parts/made-defects.ts';
import { hiddenSets } from './masks.ts';
import { Inpainter } from './network.ts';
import { objective } from './objective.ts';
import { cellsOf, score } from './score.ts';

const hyper = {
  block: choice(['2', '1', '4'], 'side of the blocks of pixels that the first layer makes one position of'),
  width: integer(4, 256, 16, 'channels at the first level, best a multiple of 16; doubled at each halving, up to eight times'),
  levels: integer(1, 6, 4, 'halvings'),
  sspcab: real(0, 10, 0, 'weight of the own loss of a predictive block in the bottleneck; 0: no such block; 0.1 in its paper'),
  finest: integer(0, 6, 1, 'side of the smallest hidden cells, as a power of two pixels'),
  coarsest: integer(0, 6, 4, 'side of the largest hidden cells, as a power of two pixels; not below the smallest'),
  sets: integer(2, 8, 3, 'disjoint sets that the cells of a picture are divided among; each is hidden once'),
  gradients: real(0, 10, 1, 'weight of the dissimilarity of gradient magnitudes in the loss'),
  structure: real(0, 10, 1, 'weight of 1 - SSIM in the loss'),
  scales: integer(1, 5, 4, 'scales of the gradient magnitudes, in loss and map: the picture, half of it, a quarter, …'),
  ...augmentations,
  light: lightHyper,
  rate: real(1e-6, 0.1, 2e-3, 'largest step length of Adam'),
  average: real(0, 0.9999, 0.99, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  smooth: integer(1, 63, 21, 'side in pixels of the mean filter that smooths the map, odd'),
} as const;

/** Both are powers of two. */
const multipleOf = (h: Pick<ValuesOf<typeof hyper>, 'block' | 'levels' | 'coarsest'>) => Math.max(Number(h.block) * 2 ** h.levels, 2 ** h.coarsest);

export const riad = defineMethod({
  name: 'riad',
  paper: 'zavrtanik2021riad',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf,
  build(h, { channels, height, width, random }) {
    must(h.finest <= h.coarsest, `riad: finest is ${h.finest}, coarsest ${h.coarsest}; expected finest not above coarsest`);
    const multiple = multipleOf(h);
    must(
      h.crop % multiple === 0,
      `riad: crop is ${h.crop}; expected a multiple of ${multiple}, for ${h.levels} halvings and cells of ${2 ** h.coarsest} pixels`,
    );
    // What chance draws is to fit whatever it draws: not to fail somewhere in the training.
    const [rows, columns] = [height, width].map((extent) => (h.crop > 0 ? Math.min(h.crop, extent) : extent) / 2 ** h.coarsest);
    must(
      rows * columns >= h.sets,
      `riad: pictures of ${rows} by ${columns} cells of ${2 ** h.coarsest} pixels; expected at least ${h.sets} cells, one for each set`,
    );
    return new Inpainter({ ...h, block: Number(h.block), channels, random });
  },
  learn: {
    learns: 'gradient',
    clip: 1,
    average: (h) => h.average,
    augment,
    corrupt: spoilForValidation,
    phases: [
      {
        name: 'inpaint',
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.rate }),
        schedule: () => oneCycleSchedule({ peakAt: 0.25 }),
        losses(model, { images, random }, h) {
          const [x] = inLight(h.light, images).pictures;
          const [, , height, width] = x.shape;
          const cells = cellsOf(h);
          const chance = random.split('masks');
          const cell = cells[chance.integer(cells.length)];
          const hidden = hiddenSets({ height, width, cell, sets: h.sets, random: chance, device: x.device });
          const { value, losses } = withAuxiliaryLosses(() => model.inpaint(x, hidden));
          return { ...objective(value, x, h), ...losses };
        },
      },
    ],
  },
  score,
  imageScore: (map) => maxScore(map),
});
