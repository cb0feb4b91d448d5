// information: codes that tell much of a picture and are little spread, L = -I(x; z) + beta H(z), with estimators of choice.
import { augment, wholeAugmentations } from '../../data/augment.ts';
import { viewHypers } from '../../data/views.ts';
import { choice, integer, real, type ValuesOf } from '../../hyper.ts';
import { Adam, cosineSchedule } from '../../nn/optim/index.ts';
import { meanScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { spoilForValidation } from '../parts/made-defects.ts';
import { InformationNetwork, partsOf } from './network.ts';
import { objective, readout } from './objective.ts';
import { score } from './score.ts';
import { Centring, Settling } from './settle.ts';
import { look } from './step.ts';

const hyper = {
  information: choice(
    ['reconstruction+transforms', 'reconstruction', 'transforms', 'infoNCE', 'jsd', 'donskerVaradhan', 'infoNCE+transforms', 'reconstruction+infoNCE', 'none'],
    'the bound of I(x; z) that is made large: by a decoder, by recognising transforms, by telling views of a picture from those of others; none: Deep SVDD',
  ),
  entropy: choice(
    ['isotropic', 'gaussian', 'renyi2', 'distance', 'norm', 'none'],
    'what stands for H(z): bounds by a Gaussian of one variance or all covariances, Rényi of order 2; squared distance from the centre, length',
  ),
  beta: real(-100, 100, 0.1, 'weight of the entropy, in nats per number of the code; below 0 codes are spread'),
  warmUp: real(0, 1, 0.2, 'share of the training over which beta rises from 0'),
  guard: choice(
    ['sphere', 'noise', 'second', 'none'],
    'what keeps codes from shrinking: one length for all, noise on them, an encoder of what was decoded, nothing',
  ),
  noise: real(0, 10, 0.1, 'deviation of the noise of guard noise'),
  consistency: real(0, 100, 1, 'weight of the squared difference between the codes of guard second'),
  centre: choice(['mean', 'origin', 'first'], 'what distance is from: the mean of codes, 0, their mean before any training'),
  variance: real(0, 10, 0.5, "variance of the decoder's Gaussian: at 0.5 I is minus the squared error; 0: the likeliest"),
  kernel: real(0.01, 100, 1, 'deviation of the kernels of entropy renyi2'),
  transforms: choice(['rotations', 'dihedral', 'geometric'], 'what is to be recognised: 4 turns, 8 turns and mirrors, 72 with shifts by a quarter'),
  erase: choice(['none', 'colour', 'orientation', 'both'], 'what the decoder has to restore: the encoder sees pictures without it'),
  temperature: real(0.01, 10, 0.5, 'by which cosines of views are divided'),
  projection: integer(0, 2048, 128, 'numbers in which views are compared, by a layer of the code’s width and one of this; 0: in the code'),
  ...viewHypers,
  encoder: choice(['light', 'resnet18'], 'a few strided convolutions, or ResNet-18 with the stem for small pictures'),
  width: integer(4, 256, 32, 'channels of the first stage, best a multiple of 16; 64: the published networks'),
  levels: integer(1, 6, 3, 'halvings of the light encoder and of the decoder'),
  code: integer(2, 2048, 128, 'numbers of a code'),
  ...wholeAugmentations,
  rate: real(1e-6, 0.1, 1e-3, 'largest step length of Adam, from which it goes down along a cosine'),
  decay: real(0, 0.1, 0, 'part of the weights that Adam draws towards zero'),
  average: real(0, 0.9999, 0.99, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  density: choice(
    ['nearest', 'gaussian', 'distance', 'norm', 'none'],
    'how unlikely a code is: by the nearest normal ones, by a Gaussian, by its distance from the centre, by its length',
  ),
  bank: integer(16, 1_000_000, 8192, 'pictures whose codes density nearest keeps at most'),
  latent: real(0, 1, 0.5, 'how much the density counts in a score; the rest is for the errors of what was restored and recognised'),
  smooth: real(0, 32, 1, 'standard deviation in pixels of the Gaussian that smooths the map; 0: none'),
} as const;

type Values = ValuesOf<typeof hyper>;

const betaAt = (progress: number, { beta, warmUp }: Values): number => beta * (warmUp > 0 ? Math.min(1, progress / warmUp) : 1);
const termsOf = (h: Values) => ({ ...h, contrast: partsOf(h.information).contrast });

export const information = defineMethod({
  name: 'information',
  paper: 'ye2020information',
  family: 'information',
  needsWeights: false,
  hyper,
  multipleOf: (h) => Math.max(2 ** h.levels, h.encoder === 'light' ? 1 : 8),
  build: (h, options) => new InformationNetwork(h, options),
  learn: {
    learns: 'gradient',
    average: (h) => h.average,
    augment,
    corrupt: spoilForValidation,
    phases: [
      {
        name: 'inform',
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.rate, weightDecay: h.decay }),
        schedule: () => cosineSchedule(),
        losses: (model, { images, random, progress }, h) => objective(look(model, images, h, random), termsOf(h), betaAt(progress, h)),
        monitor: (model, { images, random, progress }, h) => readout(look(model, images, h, random), termsOf(h), betaAt(progress, h)),
      },
    ],
    prepare: (h) => (h.centre === 'first' ? new Centring() : null),
    settle: () => new Settling(),
  },
  score,
  imageScore: (map) => meanScore(map),
});
