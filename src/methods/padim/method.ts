// padim: a Gaussian for every position of the feature map.
import { sourceHypers, vectorHypers, weightsWanted } from '../../features/index.ts';
import { choice, integer, real } from '../../hyper.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { aheadOf, learnOnFeatures } from '../parts/features.ts';
import { PositionalGaussians } from './network.ts';
import { observe } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  ...sourceHypers('squeezenet'),
  ...vectorHypers({ aggregate: 1, length: 'unit' }),
  dimensions: integer(1, 550, 100, 'dimensions of a vector that are kept; memory grows with their square'),
  reduction: choice(['projection', 'random'], 'how: a projection on as many orthonormal directions by chance, or some channels by chance'),
  epsilon: real(1e-6, 1, 0.01, 'added to the variances, of which the mean channel has 1'),
  smooth: real(0, 32, 4, 'standard deviation in pixels of the Gaussian that smooths the map; 0: none'),
} as const;

export const padim = defineMethod({
  name: 'padim',
  paper: 'defard2021padim',
  family: 'statistics',
  needsWeights: true,
  weightsWanted,
  hyper,
  multipleOf: () => 8,
  build: (h, options) => new PositionalGaussians(h, options),
  learn: learnOnFeatures<PositionalGaussians, typeof hyper>({ gaussians: { observe: (model, maps) => observe(model, maps) } }),
  before: aheadOf,
  score,
  imageScore: (map) => maxScore(map),
});
