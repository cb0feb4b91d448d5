// skip-ganomaly: a U-Net paints normal pictures so well that its critic's features cannot tell; what is abnormal it cannot paint.
import { augment, wholeAugmentations } from '../../data/augment.ts';
import { choice, integer, real } from '../../hyper.ts';
import { toSigned } from '../../nn/networks/index.ts';
import { linearSchedule } from '../../nn/optim/index.ts';
import { imageScoreBy } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { adamHypers, adamOf, criticTerms, parametersOf, restartWhenWon } from '../parts/adversaries.ts';
import { spoilForValidation } from '../parts/made-defects.ts';
import { SkipGenerator } from './network.ts';
import { objective } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  features: integer(4, 256, 32, "channels of the generator's first level and behind the critic's first halving, doubled at each further one"),
  widest: integer(4, 2048, 256, 'most channels anywhere'),
  levels: integer(1, 7, 5, 'halvings of the generator'),
  block: choice(['2', '1', '4'], "side of the blocks of pixels that the generator's first layer makes one position of"),
  skips: choice(['join', 'add', 'none'], "how the encoder's features reach the decoder: side by side, added, or not at all"),
  game: choice(['crossEntropy', 'leastSquares', 'hinge'], 'what critic and generator play for'),
  adversarial: real(0, 1000, 1, 'weight of passing for real'),
  context: real(0, 1000, 50, 'weight of the absolute error of the pictures'),
  latent: real(0, 1000, 1, "weight of the distance of the critic's features"),
  ...wholeAugmentations,
  ...adamHypers,
  hold: real(0, 0.99, 0.5, 'share of the steps after which the step length falls to 0'),
  average: real(0, 0.9999, 0, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  lambda: real(0, 1, 0.9, "weight of the pixels' error in the map; the critic's features have the rest"),
  imageScore: choice(['mean', 'max', 'top'], 'from the map to one number: its mean, its largest, the mean of its largest share'),
  top: real(1e-5, 1, 0.01, 'the share that imageScore top averages'),
  smooth: real(0, 32, 2, 'standard deviation in pixels of the Gaussian that smooths the map'),
} as const;

export const skipGanomaly = defineMethod({
  name: 'skip-ganomaly',
  paper: 'akcay2019skip',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf: (h) => Math.max(16, Number(h.block) * 2 ** h.levels),
  build: (h, options) => new SkipGenerator({ ...options, ...h, block: Number(h.block) }),
  learn: {
    learns: 'gradient',
    average: (h) => h.average,
    augment,
    corrupt: spoilForValidation,
    phases: [
      {
        name: 'adversarial',
        schedule: (h) => linearSchedule({ from: h.hold }),
        players: [
          {
            name: 'generator',
            parameters: parametersOf('generator'),
            optimizer: adamOf,
            losses(model, { images }, h) {
              const x = toSigned(images);
              const output = model.forward(x);
              return objective(x, output, model.critic.judge(x), model.critic.judge(output), h);
            },
          },
          {
            name: 'critic',
            parameters: parametersOf('critic'),
            optimizer: adamOf,
            losses(model, { images }, h) {
              const x = toSigned(images);
              return criticTerms(h.game, (pictures) => model.critic.judge(pictures), x, model.forward(x));
            },
          },
        ],
        react: (model, terms, h, random) => h.game === 'crossEntropy' && restartWhenWon(model.critic, terms, random),
      },
    ],
  },
  score,
  imageScore: (map, h) => imageScoreBy(h.imageScore, map, h.top),
});
