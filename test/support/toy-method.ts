// A small method for tests of what is around methods: the squared distance to the mean picture, seen through two convolutions.
import { type InputSpec, toInput } from '../../src/data/input.ts';
import { choice, integer, real } from '../../src/hyper.ts';
import { type AnyMethod, defineMethod } from '../../src/methods/method.ts';
import { BatchNorm2d, Conv2d, Sequential } from '../../src/nn/layers/index.ts';
import { Module } from '../../src/nn/module.ts';
import { stateBuffer } from '../../src/nn/parameter.ts';
import { abs, add, broadcastTo, concat, copyStep, full, mean, mul, reciprocal, sub } from '../../src/ops/index.ts';
import { Detector } from '../../src/scoring/detector.ts';
import { maxScore, topShareScore } from '../../src/scoring/image-score.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';

export class ToyNetwork extends Module {
  /** `[1 C H W]` */
  readonly mean: Tensor;
  readonly seen: Tensor;
  readonly look: Sequential;

  constructor(channels: 1 | 3, height: number, width: number, features: number, random: Random) {
    super();
    this.mean = stateBuffer(full([1, channels, height, width], 0));
    this.seen = stateBuffer(full([1], 0));
    this.look = new Sequential(
      new Conv2d(channels, features, 3, { random: random.split('first'), padding: 'same', dilation: 2 }),
      new BatchNorm2d(features, { activation: 'relu' }),
      new Conv2d(features, 1, 1, { random: random.split('second') }),
    );
  }

  override forward(x: Tensor): Tensor {
    const away = sub(x, this.mean);
    return abs(this.look.forward(mul(away, away)));
  }
}

export const toyMethod = defineMethod({
  name: 'toy',
  paper: 'none',
  family: 'statistics',
  needsWeights: false,
  multipleOf: () => 4,
  hyper: {
    features: integer(1, 256, 8, 'channels between the two convolutions'),
    share: real(0.001, 1, 0.02, 'part of the pixels that make the image score'),
    score: choice(['top', 'largest'], 'what of the map makes the image score'),
  },
  build: (h, { channels, height, width, random }) => new ToyNetwork(channels, height, width, h.features, random),
  learn: {
    learns: 'onePass',
    // The mean of all pictures seen so far moves by what each batch says.
    observe: (model: ToyNetwork, images) => {
      scope(() => {
        const count = images.shape[0];
        copyStep(model.seen, add(model.seen, count));
        const away = sub(mean(images, 0, { keepDims: true }), model.mean);
        copyStep(model.mean, add(model.mean, mul(away, mul(reciprocal(model.seen), count))));
      });
    },
    finish: () => {},
  },
  score: (model: ToyNetwork, images) => ({ map: model.forward(images), reconstruction: broadcastTo(model.mean, images.shape) }),
  imageScore: (map, h) => (h.score === 'largest' ? maxScore(map) : topShareScore(map, h.share)),
});

const size = 16;

/** Pixels by formula: a plaid whose phase is the picture's own, so that no two are equal; with a dark square where asked for. */
export function toyPicture(seed: number, { width = 24, height = 20, channels = 3, square = false } = {}): RawPicture {
  const random = new Random(seed);
  const [a, b, level] = [6 * random.uniform(), 6 * random.uniform(), 110 + 20 * random.uniform()];
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = square && x >= 6 && x < 11 && y >= 5 && y < 9 ? 10 : level + 50 * Math.sin(0.9 * x + a) * Math.cos(0.7 * y + b);
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = value + 9 * c + 6 * random.uniform();
    }
  }
  return { data, width, height, channels };
}

export const toyPictures = (count: number, first = 1): RawPicture[] => Array.from({ length: count }, (_, i) => toyPicture(first + i));

/** A network that has learnt from a few pictures; the same seed, the same bits. */
export function toyNetwork(seed = 1, { features = 8 } = {}): ToyNetwork {
  const hyper = { features, share: 0.02, score: 'top' } as const;
  const model = toyMethod.build(hyper, { channels: 3, height: size, width: size, random: new Random(seed) });
  scope(() => {
    const images = toyPictures(4, 100 * seed).map((picture) => toInput(picture, toyInput).x);
    if (toyMethod.learn.learns === 'onePass') toyMethod.learn.observe(model, concat(images), hyper, new Random(0), 'observe');
    // As after training: statistics that are not those of an untouched layer.
    const norm = model.look.layers[1] as BatchNorm2d;
    copyStep(norm.runningVariance, full(norm.runningVariance.shape, 0.3));
    copyStep(norm.runningMean, full(norm.runningMean.shape, 0.05));
  });
  return model;
}

export const toyInput: InputSpec = { height: size, width: size, channels: 3, fit: 'stretch' };

/** A detector of it, or of a method made from it. */
export function toyDetector(seed = 1, { method = toyMethod as AnyMethod, features = 8 } = {}): Detector {
  return Detector.from({ method, hyper: { features }, input: toyInput, model: toyNetwork(seed, { features }), provenance: { seed, training: { steps: 4 } } });
}
