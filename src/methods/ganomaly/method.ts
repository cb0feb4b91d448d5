// ganomaly: codes of pictures and of what is decoded from them lie apart where a picture is not normal.
import { augment, wholeAugmentations } from '../../data/augment.ts';
import { choice, integer, real } from '../../hyper.ts';
import { toSigned } from '../../nn/networks/index.ts';
import { linearSchedule } from '../../nn/optim/index.ts';
import { imageScoreBy } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { adamHypers, adamOf, criticTerms, parametersOf, restartWhenWon } from '../parts/adversaries.ts';
import { spoilForValidation } from '../parts/made-defects.ts';
import { EncoderDecoderEncoder } from './network.ts';
import { objective } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  latent: integer(1, 4096, 100, 'numbers in a code'),
  features: integer(4, 256, 32, 'channels behind the first halving, doubled at each further one; best a multiple of 16'),
  widest: integer(4, 2048, 512, 'most channels anywhere'),
  adversarial: real(0, 1000, 1, "weight of the distance of the critic's features"),
  context: real(0, 1000, 50, 'weight of the absolute error of the pictures'),
  codes: real(0, 1000, 1, 'weight of the distance of the codes'),
  ...wholeAugmentations,
  ...adamHypers,
  hold: real(0, 0.99, 0.5, 'share of the steps after which the step length falls to 0'),
  average: real(0, 0.9999, 0, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  imageScore: choice(['codes', 'max', 'top', 'mean'], 'distance of the codes; or from the map: its largest number, the mean of its largest share, its mean'),
  top: real(1e-5, 1, 0.01, 'the share that imageScore top averages'),
  smooth: real(0, 32, 2, 'standard deviation in pixels of the Gaussian that smooths the map'),
} as const;

export const ganomaly = defineMethod({
  name: 'ganomaly',
  paper: 'akcay2018ganomaly',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  // So that extents can be halved four times, or down to 4.
  multipleOf: () => 16,
  trainingOnly: (h) => (h.imageScore === 'codes' ? ['critic'] : ['critic', 'second']),
  build: (h, options) => new EncoderDecoderEncoder({ ...options, ...h }),
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
            parameters: parametersOf('encoder', 'decoder', 'second'),
            optimizer: adamOf,
            losses(model, { images }, h) {
              const x = toSigned(images);
              const passed = model.forward(x);
              const [real, made] = [x, passed.output].map((pictures) => model.critic.judge(pictures).features);
              return objective(x, passed, { real, made }, h);
            },
          },
          {
            name: 'critic',
            parameters: parametersOf('critic'),
            optimizer: adamOf,
            losses(model, { images }) {
              const x = toSigned(images);
              return criticTerms('crossEntropy', (pictures) => model.critic.judge(pictures), x, model.paint(x));
            },
          },
        ],
        react: (model, terms, _h, random) => restartWhenWon(model.critic, terms, random),
      },
    ],
  },
  score,
  // Asked only where the codes do not say it.
  imageScore: (map, h) => imageScoreBy(h.imageScore === 'codes' ? 'mean' : h.imageScore, map, h.top),
});
