// patchcore: the distance of patches to the nearest of a memory bank of normal ones.
import { sourceHypers, weightsWanted } from '../../features/index.ts';
import { integer, real } from '../../hyper.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { aheadOf, learnOnFeatures } from '../parts/features.ts';
import { PatchCore } from './network.ts';
import { observe } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  ...sourceHypers('squeezenet'),
  aggregate: integer(1, 9, 3, 'side of the square of positions that vectors are averaged over, odd'),
  bank: integer(16, 1_000_000, 8192, 'vectors of the memory bank at most, a coreset of all'),
  memory: integer(16, 65_536, 1024, 'MiB that vectors may take while they are gathered, whatever the number of pictures'),
  projected: integer(4, 4096, 64, 'dimensions in which vectors are compared while the coreset is chosen, by a random projection'),
  neighbours: integer(1, 64, 9, 'neighbours in the bank by which the image score is re-weighted; 1: it is the largest distance'),
  smooth: real(0, 32, 4, 'standard deviation in pixels of the Gaussian that smooths the map; 0: none'),
} as const;

export const patchcore = defineMethod({
  name: 'patchcore',
  paper: 'roth2022patchcore',
  family: 'embedding',
  needsWeights: true,
  weightsWanted,
  hyper,
  multipleOf: () => 8,
  build: (h, options) => new PatchCore(h, options),
  learn: learnOnFeatures<PatchCore, typeof hyper>({
    bank: {
      observe: (model, maps, _h, random, _images, signal) => observe(model, maps, random, signal),
      finish: (model, _h, signal) => model.bank.settle(signal),
    },
  }),
  before: aheadOf,
  score,
  imageScore: (map) => maxScore(map),
});
