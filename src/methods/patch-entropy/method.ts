// patch-entropy: how rare patches are among normal ones, and how unusual the entropy of their grey levels is.
import { sourceHypers, vectorHypers, weightsWanted } from '../../features/index.ts';
import { choice, integer, real } from '../../hyper.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { aheadOf, learnOnFeatures } from '../parts/features.ts';
import { PatchStatistics } from './network.ts';
import { gatherBank, gatherStatistics } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  ...sourceHypers('haar', { finest: 2, coarsest: 3 }),
  ...vectorHypers({ aggregate: 1, length: 'given' }),
  bank: integer(16, 1_000_000, 4096, 'vectors of the memory bank at most, a coreset of all'),
  memory: integer(16, 65_536, 1024, 'MiB that vectors may take while they are gathered, whatever the number of pictures'),
  projected: integer(4, 4096, 64, 'dimensions in which vectors are compared while the coreset is chosen, by a random projection'),
  neighbours: integer(1, 64, 3, 'which nearest neighbour in the bank the density is estimated by'),
  radius: integer(1, 127, 5, 'pixels from the middle to the rim of the disk whose grey levels have the entropy'),
  entropy: real(0, 10, 1, 'weight of the entropy beside the density; 0: the density alone'),
  place: choice(['everywhere', 'position'], 'whether one Gaussian is learnt for all positions, or one for each where pictures are aligned'),
  smooth: real(0, 32, 4, 'standard deviation in pixels of the Gaussian that smooths the map; 0: none'),
} as const;

export const patchEntropy = defineMethod({
  name: 'patch-entropy',
  paper: 'kozachenko1987entropy',
  family: 'information',
  needsWeights: false,
  weightsWanted,
  hyper,
  multipleOf: () => 8,
  build: (h, options) => new PatchStatistics(h, options),
  learn: learnOnFeatures<PatchStatistics, typeof hyper>({
    bank: {
      observe: (model, maps, _h, random, _images, signal) => gatherBank(model, maps, random, signal),
      finish: (model, _h, signal) => model.bank.settle(signal),
    },
    statistics: { observe: (model, maps, _h, _random, images) => gatherStatistics(model, images, maps) },
  }),
  before: aheadOf,
  score,
  imageScore: (map) => maxScore(map),
});
