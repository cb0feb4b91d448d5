// patchcore: the distance of patches to the nearest of a memory bank of normal ones.
import { sourceHypers, vectorHypers, weightsWanted } from '../../features/index.ts';
import { choice, integer, real } from '../../hyper.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { aheadOf, learnOnFeatures } from '../parts/features.ts';
import { PatchCore } from './network.ts';
import { finish, observe, observeHeld } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  ...sourceHypers('squeezenet', { finest: 2, coarsest: 3 }),
  ...vectorHypers({ aggregate: 3, length: 'unit' }),
  bank: integer(16, 1_000_000, 8192, 'vectors of the memory bank at most, a coreset of all'),
  memory: integer(16, 65_536, 1024, 'MiB that vectors may take while they are gathered, whatever the number of pictures'),
  projected: integer(4, 4096, 64, 'dimensions in which vectors are compared while the coreset is chosen, by a random projection'),
  place: choice(
    ['everywhere', 'position'],
    'distances as they are; or over what is usual at their position, where pictures are aligned: 5 or more of them are wanted',
  ),
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
      finish: (model, _h, signal) => finish(model, signal),
    },
    usual: {
      wanted: ({ usual }) => usual !== null,
      observe: (model, maps, _h, random, _images, signal) => observeHeld(model, maps, random, signal),
      finish: (model, _h, signal) => finish(model, signal),
    },
  }),
  before: aheadOf,
  score,
  imageScore: (map) => maxScore(map),
});
