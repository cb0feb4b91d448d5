// draem: an autoencoder restores what was spoilt, and a U-Net learns from picture and restoration where that was.
import { augment, augmentations } from '../../data/augment.ts';
import { must } from '../../errors.ts';
import { inLight, lightHyper } from '../../features/light.ts';
import { choice, integer, real, type ValuesOf } from '../../hyper.ts';
import { withAuxiliaryLosses } from '../../nn/auxiliary.ts';
import { Adam, oneCycleSchedule } from '../../nn/optim/index.ts';
import { defineMethod } from '../method.ts';
import { defectHypers, spoil, visiblyChanged } from '../parts/made-defects.ts';
import { RestoreAndSegment } from './network.ts';
import { objective } from './objective.ts';
import { imageScore, score } from './score.ts';

const hyper = {
  block: choice(['2', '1', '4'], 'side of the blocks of pixels that the first layers make one position of'),
  width: integer(4, 256, 16, "channels at the autoencoder's first level, best a multiple of 16; doubled at each halving, up to eight times"),
  levels: integer(1, 5, 3, 'halvings of the autoencoder'),
  segmentWidth: integer(4, 256, 16, "channels at the U-Net's first level, best a multiple of 16"),
  segmentLevels: integer(1, 6, 4, 'halvings of the U-Net'),
  sspcab: real(0, 10, 0, "weight of the own loss of a predictive block in the autoencoder's bottleneck; 0: no such block; 0.1 in its paper"),
  structure: real(0, 10, 1, 'weight of 1 - SSIM of the restoration'),
  segment: real(0.001, 100, 10, 'weight of the focal loss of the segmentation; 1 in the paper'),
  gamma: real(0, 8, 2, 'how fast what is told apart stops counting in the focal loss; 0: cross-entropy'),
  ...defectHypers('perlinPaste', 0.5),
  ...augmentations,
  light: lightHyper,
  rate: real(1e-6, 0.1, 2e-3, 'largest step length of Adam'),
  average: real(0, 0.9999, 0.99, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  shows: choice(['probability', 'surprise'], 'what a map shows; probability p of being abnormal, or surprise: -ln (1 - p)'),
  smooth: integer(1, 63, 3, 'side in pixels of the mean filter that smooths the map, odd'),
  imageSmooth: integer(1, 63, 21, 'side in pixels of the mean filter before the largest number of the map is the image score, odd'),
} as const;

const multipleOf = (h: Pick<ValuesOf<typeof hyper>, 'block' | 'levels' | 'segmentLevels'>) => Number(h.block) * 2 ** Math.max(h.levels, h.segmentLevels);

export const draem = defineMethod({
  name: 'draem',
  paper: 'zavrtanik2021draem',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf,
  build(h, { channels, random }) {
    must(h.crop % multipleOf(h) === 0, `draem: crop is ${h.crop}; expected a multiple of ${multipleOf(h)}, that all halvings leave whole`);
    return new RestoreAndSegment({ ...h, block: Number(h.block), channels, random });
  },
  learn: {
    learns: 'gradient',
    clip: 1,
    average: (h) => h.average,
    augment,
    // Validation looks at the pictures as they are as well, so that none need stay unspoilt.
    corrupt: (batch, h) => spoil(batch, { ...h, clean: 0 }),
    phases: [
      {
        name: 'restore and segment',
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.rate }),
        schedule: () => oneCycleSchedule({ peakAt: 0.25 }),
        losses(model, batch, h) {
          const { image } = spoil(batch, h);
          const [spoilt, clean] = inLight(h.light, image, batch.images).pictures;
          const { value, losses } = withAuxiliaryLosses(() => model.forward(spoilt));
          return { ...objective(value, { clean, changed: visiblyChanged(image, batch.images) }, h), ...losses };
        },
      },
    ],
  },
  score,
  imageScore,
});
