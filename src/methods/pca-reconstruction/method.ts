// pca-reconstruction: what the principal components of normal features do not explain.
import { sourceHypers, vectorHypers, weightsWanted } from '../../features/index.ts';
import { choice, real } from '../../hyper.ts';
import { maxScore } from '../../scoring/image-score.ts';
import { defineMethod } from '../method.ts';
import { aheadOf, learnOnFeatures } from '../parts/features.ts';
import { FeatureComponents } from './network.ts';
import { finish, observe } from './objective.ts';
import { score } from './score.ts';

const hyper = {
  ...sourceHypers('squeezenet'),
  ...vectorHypers({ aggregate: 3, length: 'unit' }),
  share: real(0.1, 0.9999, 0.97, 'share of the variance that the components kept explain'),
  measure: choice(['residual', 'likelihood'], 'what counts: what the components leave, or what lies along them too, each over its variance'),
  smooth: real(0, 32, 4, 'standard deviation in pixels of the Gaussian that smooths the map; 0: none'),
} as const;

export const pcaReconstruction = defineMethod({
  name: 'pca-reconstruction',
  paper: 'ndiour2022fre',
  family: 'reconstruction',
  needsWeights: true,
  weightsWanted,
  hyper,
  multipleOf: () => 8,
  build: (h, options) => new FeatureComponents(h, options),
  learn: learnOnFeatures<FeatureComponents, typeof hyper>({
    components: {
      observe: (model, maps) => observe(model, maps),
      finish: (model, h) => finish(model, h.share),
    },
  }),
  before: aheadOf,
  score,
  imageScore: (map) => maxScore(map),
});
