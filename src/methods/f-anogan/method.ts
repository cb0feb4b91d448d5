// f-anogan: a generator learns to imagine normal pictures, then an encoder to find the code of each; what cannot be imagined is abnormal.
import { augment, wholeAugmentations } from '../../data/augment.ts';
import { choice, integer, real } from '../../hyper.ts';
import { inInference } from '../../nn/module.ts';
import { toSigned } from '../../nn/networks/index.ts';
import { Adam, constantSchedule, cosineSchedule } from '../../nn/optim/index.ts';
import { imageScoreBy } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { parametersOf } from '../parts/adversaries.ts';
import { spoilForValidation } from '../parts/made-defects.ts';
import { GeneratorAndEncoder } from './network.ts';
import { criticObjective, encoderObjective, generatorObjective } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  latent: integer(1, 4096, 128, 'numbers in a code'),
  features: integer(4, 256, 32, "channels at the pictures' extents, doubled at each halving; best a multiple of 16"),
  widest: integer(4, 2048, 256, 'most channels anywhere'),
  turns: integer(1, 20, 5, 'turns of the critic for each of the generator'),
  penalty: real(0, 1000, 10, 'weight of the gradient penalty on the critic'),
  kappa: real(0, 1000, 1, "weight of the distance of the critic's features, for the encoder and in the score"),
  ...wholeAugmentations,
  rate: real(1e-6, 0.1, 1e-4, 'step length of Adam, for generator and critic'),
  encoderRate: real(1e-6, 0.1, 1e-3, 'step length of Adam at first, for the encoder'),
  average: real(0, 0.9999, 0, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  imageScore: choice(
    ['both', 'max', 'top', 'mean'],
    "squared errors of pixels and critic's features; or from the map: its largest number, the mean of its largest share, its mean",
  ),
  top: real(1e-5, 1, 0.01, 'the share that imageScore top averages'),
  smooth: real(0, 32, 2, 'standard deviation in pixels of the Gaussian that smooths the map'),
} as const;

export const fAnogan = defineMethod({
  name: 'f-anogan',
  paper: 'schlegl2019fanogan',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  // So that extents can be halved four times, or down to 4.
  multipleOf: () => 16,
  // Its features are half of the paper's score.
  trainingOnly: (h) => (h.imageScore === 'both' ? [] : ['critic']),
  build: (h, options) => new GeneratorAndEncoder({ ...options, ...h }),
  learn: {
    learns: 'gradient',
    average: (h) => h.average,
    augment,
    corrupt: spoilForValidation,
    phases: [
      {
        name: 'imagine',
        share: 3,
        schedule: () => constantSchedule(),
        players: [
          {
            name: 'critic',
            parameters: parametersOf('critic'),
            turns: (h) => h.turns,
            optimizer: (parameters, { rate }) => new Adam(parameters, { rate, beta1: 0, beta2: 0.9 }),
            losses(model, { images, random }, h) {
              const made = model.imagine(images.shape[0], random.split('codes'));
              return criticObjective((x) => model.critic.judge(x), toSigned(images), made, random.split('penalty'), h);
            },
          },
          {
            name: 'generator',
            parameters: parametersOf('generator'),
            optimizer: (parameters, { rate }) => new Adam(parameters, { rate, beta1: 0, beta2: 0.9 }),
            losses: (model, { images, random }) => generatorObjective(model.critic.judge(model.imagine(images.shape[0], random))),
          },
        ],
      },
      {
        name: 'encode',
        parameters: parametersOf('encoder'),
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.encoderRate }),
        schedule: () => cosineSchedule(),
        losses(model, { images }, h) {
          const x = toSigned(images);
          const codes = model.encoder.forward(x);
          // As it will score: what is not trained any more is not to move with the batch.
          const output = inInference(model.generator, () => model.generator.forward(codes));
          return encoderObjective(x, output, model.critic.judge(x), model.critic.judge(output), h);
        },
      },
    ],
  },
  score,
  // Asked only where the errors do not say it.
  imageScore: (map, h) => imageScoreBy(h.imageScore === 'both' ? 'mean' : h.imageScore, map, h.top),
});
