// autoencoder: what does not pass through a short code, learnt from normal pictures, is abnormal. The baseline of its family.
import { augment, augmentations } from '../../data/augment.ts';
import { must } from '../../errors.ts';
import { choice, integer, real } from '../../hyper.ts';
import { Adam, cosineSchedule } from '../../nn/optim/index.ts';
import { add, mul, normal } from '../../ops/index.ts';
import { maxScore, meanScore, topShareScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { spoilForValidation } from '../parts/made-defects.ts';
import { ConvolutionalAutoencoder } from './network.ts';
import { objective } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  width: integer(4, 256, 32, 'channels after the first halving, best a multiple of 16; each further halving has twice as many, up to eight times these'),
  levels: integer(1, 7, 2, 'halvings before the code'),
  latent: integer(1, 2048, 32, 'numbers of the code, the only way through'),
  code: choice(['whole', 'positions'], 'one code for the picture, or one for every position of the coarsest level'),
  loss: choice(['l2', 'l1', 'ssim'], 'what is minimised between picture and reconstruction'),
  noise: real(0, 1, 0, 'deviation of the Gaussian noise on the input that is not in the target; 0: a plain autoencoder, else a denoising one'),
  ...augmentations,
  rate: real(1e-6, 0.1, 1e-3, 'largest step length of Adam, from which it goes down along a cosine'),
  decay: real(0, 0.1, 0, 'part of the weights that Adam draws towards zero'),
  average: real(0, 0.9999, 0.99, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  discrepancy: choice(['loss', 'l2', 'l1', 'ssim'], 'what a map shows; loss: what was minimised'),
  smooth: real(0, 32, 0, 'standard deviation in pixels of the Gaussian that smooths the map; 0: none'),
  imageScore: choice(['mean', 'top', 'max'], 'from the map to one number: its mean, the mean of its largest share, its largest'),
  top: real(1e-5, 1, 0.02, 'the share that imageScore top averages'),
} as const;

export const autoencoder = defineMethod({
  name: 'autoencoder',
  paper: 'bergmann2019aessim',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf: (h) => 2 ** h.levels,
  build({ width: base, levels, latent, code, crop }, options) {
    must(crop === 0 || code === 'positions', `autoencoder: crop is ${crop} with code ${code}, which is of whole pictures; expected code positions, or no crop`);
    must(crop % 2 ** levels === 0, `autoencoder: crop is ${crop}; expected a multiple of ${2 ** levels}, that ${levels} halvings leave whole`);
    return new ConvolutionalAutoencoder({ ...options, base, levels, latent, code });
  },
  learn: {
    learns: 'gradient',
    average: (h) => h.average,
    augment: (images, h, random) => augment(images, h, random),
    corrupt: spoilForValidation,
    phases: [
      {
        name: 'reconstruct',
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.rate, weightDecay: h.decay }),
        schedule: () => cosineSchedule(),
        losses(model, { images, random }, h) {
          const noisy = h.noise > 0 ? add(images, mul(normal(images.shape, random.split('noise')), h.noise)) : images;
          return objective(model.forward(noisy), images, h.loss);
        },
      },
    ],
  },
  score,
  imageScore: (map, h) => (h.imageScore === 'max' ? maxScore(map) : h.imageScore === 'top' ? topShareScore(map, h.top) : meanScore(map)),
});
