// a-contrario: how often chance alone would bring together as much as is seen, with a threshold that nobody has to choose.
import { sourceHypers, weightsWanted } from '../../features/index.ts';
import { choice, integer, real } from '../../hyper.ts';
import { nfaThreshold } from '../../ops/index.ts';
import { maxScore } from '../../scoring/image-score.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { defineMethod } from '../method.ts';
import { aheadOf, learnOnFeatures } from '../parts/features.ts';
import { WhiteLevels } from './network.ts';
import { observe } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  ...sourceHypers('gabor', { finest: 1, coarsest: 4 }),
  reference: choice(['normals', 'self'], 'what a picture is held against: normal pictures, or itself; then nothing is learnt'),
  probability: real(0.001, 0.5, 0.1, 'that a normal number counts as large'),
  window: integer(1, 65, 5, 'side in positions of each level of the square in which large numbers are counted, odd'),
  falseAlarms: real(1e-9, 1e6, 1, 'false alarms in a normal picture that the threshold puts up with'),
} as const;

export const aContrario = defineMethod({
  name: 'a-contrario',
  paper: 'tailanian2024uflow',
  family: 'statistics',
  needsWeights: false,
  weightsWanted,
  hyper,
  multipleOf: () => 16,
  build: (h, options) => new WhiteLevels(h, options),
  learn: learnOnFeatures<WhiteLevels, typeof hyper, readonly Tensor[]>({
    moments: { observe: (model, maps, h) => (h.reference === 'self' ? undefined : observe(model, maps)) },
  }),
  before: aheadOf,
  score,
  imageScore: (map) => maxScore(map),
  threshold: (h) => nfaThreshold(h.falseAlarms) + 0, // never -0
});
