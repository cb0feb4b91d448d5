// ssae: a self-supervised autoencoder that filters what is irregular out of a picture and keeps the rest.
import { corruptions, shared } from '../../corruptions/index.ts';
import { augment, augmentations } from '../../data/augment.ts';
import { inLight, lightHyper } from '../../features/light.ts';
import { choice, integer, real, resolveHypers, type ValuesOf } from '../../hyper.ts';
import { withAuxiliaryLosses } from '../../nn/auxiliary.ts';
import { Adam, cosineSchedule, oneCycleSchedule, type Schedule } from '../../nn/optim/index.ts';
import { add, mul, normal, uniform } from '../../ops/index.ts';
import { maxScore, meanScore, topShareScore } from '../../scoring/image-score.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { defineMethod, type TrainingBatch } from '../method.ts';
import { encoderState, FilteringAutoencoder } from './network.ts';
import { objective } from './objective.ts';
import { observe, score } from './score.ts';

const hyper = {
  block: choice(['2', '1', '4'], 'side of the blocks of pixels that the first layer makes one position of'),
  width: integer(4, 256, 16, 'channels at the first level, best a multiple of 16; a halving has up to twice as many'),
  levels: integer(1, 5, 3, 'halvings before the bottleneck'),
  blocks: integer(1, 12, 3, 'blocks of stacked dilated convolutions in the bottleneck'),
  reach: integer(0, 5, 4, 'largest dilation in a block, as a power of two; 0: a plain bottleneck of the same cost'),
  kernel: choice(['3', '5'], 'extent of the bottleneck kernels'),
  skips: choice(
    ['convex', 'plain', 'none'],
    "how encoder features reach the decoder: convex combinations (the paper's second model), joined, or not at all (its first)",
  ),
  sspcab: real(0, 10, 0, 'weight of the own loss of a predictive block behind the bottleneck; 0: no such block; 0.1 in its paper'),
  weighting: choice(['areas', 'plain'], 'whether clean and corrupted area are averaged apart, or all pixels together'),
  lambda: real(0, 1, 0.1, 'weight of the corrupted area; the clean area has the rest'),
  structure: real(0, 10, 0, 'weight of 1 - SSIM in the loss'),
  segment: real(0, 10, 1, 'weight of the cross-entropy of what is replaced against what was visibly changed; needs skips'),
  balance: real(0, 1, 1, 'how far segment weighs both areas alike; 0: every pixel'),
  noise: real(0, 0.5, 0, 'largest deviation of the Gaussian noise that is added to the input and stays in the target'),
  corruption: choice(['mixture', 'softBlob', 'scratch', 'cutPaste', 'perlinPaste', 'gaussianNoise'], 'what spoils the training pictures'),
  clean: real(0, 0.9, 0.15, 'share of the training pictures left unspoilt, with corruption mixture'),
  ...shared,
  ...augmentations,
  light: lightHyper,
  rate: real(1e-6, 0.1, 2e-3, 'largest step length of Adam'),
  schedule: choice(['oneCycle', 'cosine'], 'how the step length goes: up and down again, or down from the start'),
  average: real(0, 0.9999, 0.99, 'share of the averaged weights that a step keeps; 0: the last weights are used'),
  discrepancy: choice(
    ['surprise', 'replaced', 'weighted', 'l2', 'l1', 'ssim', 'gms'],
    'what a map shows; surprise: -ln of the share of the input that is kept; replaced: the share that is not; weighted: that times l1; these are l2 without skips',
  ),
  filter: choice(['box', 'gaussian', 'none'], 'what smooths the map'),
  filterSize: integer(1, 63, 3, 'side of the box in pixels, odd; or four times the deviation of the Gaussian'),
  filterRepeats: integer(1, 8, 2, 'times that the filter is applied'),
  passes: integer(1, 4, 1, 'times that the network filters before the comparison'),
  views: choice(
    ['one', 'mirrored', 'turned', 'both'],
    'average the map over mirrored pictures too, over those turned by right angles, or over all eight; good where training pictures are mirrored or turned alike',
  ),
  reference: choice(['none', 'position'], 'position: maps are in deviations from what normal pictures show at each position; for parts that always lie alike'),
  imageScore: choice(['max', 'top', 'mean'], 'from the map to one number: its largest, the mean of its largest share, its mean'),
  top: real(1e-5, 1, 0.01, 'the share that imageScore top averages'),
} as const;

type Values = ValuesOf<typeof hyper>;

function corrupt({ images, donors, random }: TrainingBatch, h: Values) {
  const chosen = corruptions[h.corruption];
  const given = Object.fromEntries(Object.entries({ ...h }).filter(([key]) => (key === 'clean' || key in shared) && key in chosen.hyper));
  return chosen.apply({ images, donors, random: random.split('corruption') }, resolveHypers(chosen.name, chosen.hyper, given));
}

const schedules: Record<Values['schedule'], () => Schedule> = {
  oneCycle: () => oneCycleSchedule({ peakAt: 0.25 }),
  cosine: () => cosineSchedule(),
};

export const ssae = defineMethod({
  name: 'ssae',
  paper: 'bauer2024ssae',
  family: 'reconstruction',
  needsWeights: false,
  hyper,
  multipleOf: (h) => Number(h.block) * 2 ** h.levels,
  build(h, { channels, height, width, random }) {
    const reference = h.reference === 'position' ? ([height, width] as const) : null;
    return new FilteringAutoencoder({ ...h, block: Number(h.block), kernel: Number(h.kernel), channels, reference, random });
  },
  learn: {
    learns: 'gradient',
    clip: 1,
    average: (h) => h.average,
    augment: (images, h, random) => augment(images, h, random),
    corrupt,
    phases: [
      {
        name: 'filter',
        optimizer: (parameters, h) => new Adam(parameters, { rate: h.rate }),
        schedule: (h) => schedules[h.schedule](),
        losses(model, batch, h) {
          const { image, opacity } = corrupt(batch, h);
          const [corrupted, clean] = inLight(h.light, image, batch.images).pictures;
          const learnt = (x: Tensor, target: Tensor) => {
            const { value, losses } = withAuxiliaryLosses(() => model.filter(x));
            return { ...objective(value, { corrupted, clean, target, opacity }, h), ...losses };
          };
          if (h.noise === 0) return learnt(corrupted, clean);
          // Kept in the target: fine texture is to pass, only what is structured is to be filtered out.
          const random = batch.random.split('noise');
          const noise = mul(normal(corrupted.shape, random), uniform([corrupted.shape[0], 1, 1, 1], random, { high: h.noise }));
          return learnt(add(corrupted, noise), add(clean, noise));
        },
      },
    ],
    settle: (h) => (h.reference === 'none' ? null : { observe, finish: (model) => model.reference?.settle() }),
  },
  score,
  encoder: (model) => encoderState(model),
  imageScore: (map, h) => (h.imageScore === 'max' ? maxScore(map) : h.imageScore === 'top' ? topShareScore(map, h.top) : meanScore(map)),
});
