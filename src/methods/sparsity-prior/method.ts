// sparsity-prior: a generator turns any picture into a normal one, and a segmentation learns without labels, by how little may be abnormal, where it had to.
import { augment, wholeAugmentations } from '../../data/augment.ts';
import { choice, integer, real, type ValuesOf } from '../../hyper.ts';
import { toSigned } from '../../nn/networks/index.ts';
import { Adam, linearSchedule, oneCycleSchedule } from '../../nn/optim/index.ts';
import { imageScoreBy } from '../../scoring/image-score.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { defineMethod, type TrainingBatch } from '../method.ts';
import { adamHypers, adamOf, criticTerms, halves, parametersOf, restartWhenWon, together } from '../parts/adversaries.ts';
import { defectHypers, spoil, spoilForValidation, visiblyChanged } from '../parts/made-defects.ts';
import { RestoreAndMask } from './network.ts';
import { discrepancy, inUsualUnits, maskObjective, restoreObjective, supervisedObjective } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  block: choice(['2', '1', '4'], 'side of the blocks of pixels that generator and segmentation make one position of'),
  features: integer(
    4,
    256,
    32,
    "channels of the generator's first level and behind the critic's first halving, doubled at each further one; best a multiple of 16",
  ),
  widest: integer(4, 2048, 256, 'most channels of generator and critic'),
  levels: integer(1, 7, 4, 'halvings of the generator'),
  skips: choice(['join', 'add', 'none'], "how the generator's encoder features reach its decoder: side by side, added, or not at all"),
  segmentFeatures: integer(4, 256, 16, "channels of the segmentation's first level, doubled at each further one; best a multiple of 16"),
  segmentLevels: integer(1, 6, 4, 'levels of the segmentation'),
  adversarial: real(0, 1000, 1, 'weight of passing for real'),
  context: real(0, 1000, 50, 'weight of the absolute error of what is restored'),
  structure: real(0, 1000, 10, 'weight of 1 - SSIM of what is restored'),
  latent: real(0, 1000, 1, "weight of the distance of the critic's features"),
  ...defectHypers('mixture', 0.3),
  mask: choice(
    ['prior', 'none', 'focal'],
    'what masks learn from: the expected share and the discrepancy; the discrepancy alone; or, as ablation, the true masks of made defects',
  ),
  sparsity: real(0, 100, 3, 'weight of the divergence from the expected share; also the discrepancy in units of the usual one above which a mask pays'),
  normalShare: real(1e-6, 0.5, 0.001, 'expected share of a normal picture that a mask covers'),
  defectShare: real(1e-6, 0.5, 0.03, 'expected share of a spoilt picture that a mask covers'),
  structural: real(0, 10, 0.2, 'weight of 1 - SSIM in the discrepancy, beside the absolute error'),
  mostCounted: real(1, 1000, 20, 'largest discrepancy that counts, in units of the usual one'),
  variation: real(0, 100, 0.5, 'weight of the total variation of the masks'),
  binary: real(0, 100, 0.1, 'weight of the mean of m (1 - m) of masks m'),
  ...wholeAugmentations,
  ...adamHypers,
  segmentRate: real(1e-6, 0.1, 1e-3, 'largest step length of Adam, for the segmentation'),
  average: real(0, 0.9999, 0.99, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  shows: choice(
    ['mask', 'product', 'residual'],
    'what a map shows; mask: -ln (1 - m) of the mask m; product: m times the discrepancy; residual: the discrepancy alone',
  ),
  smooth: real(0, 32, 2, 'standard deviation in pixels of the Gaussian that smooths the map'),
  imageScore: choice(['top', 'max', 'mean'], 'from the map to one number: the mean of its largest share, its largest, its mean'),
  top: real(1e-5, 1, 0.005, 'the share that imageScore top averages'),
} as const;

type Values = ValuesOf<typeof hyper>;

/** What a segmentation learns from: masks of normal pictures and of as many spoilt ones, by what the settings say. */
function maskTerms(model: RestoreAndMask, batch: TrainingBatch, h: Values): Record<string, Tensor> {
  const { image } = spoil(batch, { ...h, clean: 0 });
  const pictures = together(batch.images, image);
  const restored = model.restored(pictures);
  const [normal, spoilt] = halves(model.segmentation.forward(pictures, restored));
  if (h.mask === 'focal') return supervisedObjective(normal, spoilt, visiblyChanged(image, batch.images));
  const apart = discrepancy(pictures, restored, h.structural);
  const [normalDiscrepancy, spoiltDiscrepancy] = halves(inUsualUnits(apart, h.mostCounted));
  return maskObjective({ normal, spoilt, normalDiscrepancy, spoiltDiscrepancy }, { ...h, sparsity: h.mask === 'prior' ? h.sparsity : 0 });
}

export const sparsityPrior = defineMethod({
  name: 'sparsity-prior',
  paper: 'wang2024sparsity',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf: (h) => Math.max(16, Number(h.block) * 2 ** Math.max(h.levels, h.segmentLevels - 1)),
  trainingOnly: (h) => (h.shows === 'residual' ? ['critic', 'segmentation'] : ['critic']),
  build: (h, options) => new RestoreAndMask({ ...options, ...h, block: Number(h.block) }),
  learn: {
    learns: 'gradient',
    average: (h) => h.average,
    augment,
    corrupt: spoilForValidation,
    phases: [
      {
        name: 'restore',
        share: 2,
        schedule: () => linearSchedule({ from: 0.5 }),
        players: [
          {
            name: 'generator',
            parameters: parametersOf('generator'),
            optimizer: adamOf,
            losses(model, batch, h) {
              const restored = model.restore(spoil(batch, h).image);
              const [real, made] = [batch.images, restored].map((x) => model.critic.judge(toSigned(x)));
              return restoreObjective(batch.images, restored, real, made, h);
            },
          },
          {
            name: 'critic',
            parameters: parametersOf('critic'),
            optimizer: adamOf,
            losses: (model, batch, h) =>
              criticTerms('crossEntropy', (x) => model.critic.judge(toSigned(x)), batch.images, model.restore(spoil(batch, h).image)),
          },
        ],
        react: (model, terms, _h, random) => restartWhenWon(model.critic, terms, random),
      },
      {
        name: 'mask',
        parameters: parametersOf('segmentation'),
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.segmentRate }),
        schedule: () => oneCycleSchedule({ peakAt: 0.25 }),
        losses: maskTerms,
      },
    ],
  },
  score,
  imageScore: (map, h) => imageScoreBy(h.imageScore, map, h.top),
});
