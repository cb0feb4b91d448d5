// Feature sources of fixed filters: Haar's and Gabor's at several scales, and random convolutions.
import * as init from '../nn/init.ts';
import { Conv2d, Relu, Sequential } from '../nn/layers/index.ts';
import { abs, add, averagePool2d, concat, conv2d, mean, pad2d, reshape, slice, sqrt, square } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { chosen, type FeatureLevel, FeatureSource, type SourceOptions } from './source.ts';

/** Pixels of each 2^power square averaged. */
const halved = (x: Tensor, power: number): Tensor => (power === 0 ? x : averagePool2d(x, 2 ** power));

/** A level of stride 2^power whose positions are the middles of squares of that side. */
const squareLevel = (power: number, channels: number): FeatureLevel => ({
  name: `scale${power}`,
  channels,
  stride: 2 ** power,
  origin: (2 ** power - 1) / 2,
});

/** Every channel on its own, each by all filters: [N C H W] and [F 1 R S] → [N C·F P Q]. */
function filtered(x: Tensor, filters: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  const y = conv2d(reshape(x, [n * c, 1, h, w]), filters);
  return reshape(y, [n, c * y.shape[1], y.shape[2], y.shape[3]]);
}

const haarKernels = [
  [0.5, 0.5, -0.5, -0.5],
  [0.5, -0.5, 0.5, -0.5],
  [0.5, -0.5, -0.5, 0.5],
];

/**
 * Haar's wavelets: at each scale of 2^power pixels, per channel, the mean and the strength of what changes from row to row, from column
 * to column and diagonally (Mallat 1989, undecimated; absolute values, averaged, so that a texture's phase does not matter).
 */
export class HaarSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  private readonly powers: readonly number[];

  constructor(options: SourceOptions) {
    super();
    this.powers = chosen('haar', Object.fromEntries([1, 2, 3, 4, 5, 6].map((power) => [power, power])), options);
    this.levels = this.powers.map((power) => squareLevel(power, 4 * options.channels));
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => {
      const kernels = tensor(Float32Array.from(haarKernels.flat()), [3, 1, 2, 2]);
      return this.powers.map((power) => {
        const scaled = halved(images, power - 1);
        const details = abs(filtered(pad2d(scaled, [0, 1, 0, 1], { mode: 'replicate' }), kernels));
        return concat([halved(scaled, 1), halved(details, 1)], 1);
      });
    });
  }
}

const orientations = 6;
const wavelength = 4;
const radius = 4;

/** Even and odd Gabor filters of one pixel's unit, zero in the mean: [2·orientations 1 9 9]. */
function gaborKernels(): Float32Array {
  const side = 2 * radius + 1;
  const deviation = wavelength * 0.5;
  const out = new Float32Array(2 * orientations * side * side);
  for (let o = 0; o < orientations; o++) {
    const angle = (Math.PI * o) / orientations;
    const [even, odd, window] = [0, 1, 2].map(() => new Float64Array(side * side));
    for (let i = 0; i < side * side; i++) {
      const [y, x] = [Math.floor(i / side) - radius, (i % side) - radius];
      const along = (x * Math.cos(angle) + y * Math.sin(angle)) * ((2 * Math.PI) / wavelength);
      window[i] = Math.exp(-(x * x + y * y) / (2 * deviation * deviation));
      even[i] = window[i] * Math.cos(along);
      odd[i] = window[i] * Math.sin(along);
    }
    const offset = even.reduce((a, b) => a + b, 0) / window.reduce((a, b) => a + b, 0);
    for (let i = 0; i < side * side; i++) even[i] -= offset * window[i];
    for (const [phase, kernel] of [even, odd].entries()) {
      const norm = Math.sqrt(kernel.reduce((a, b) => a + b * b, 0));
      for (let i = 0; i < side * side; i++) out[(phase * orientations + o) * side * side + i] = kernel[i] / norm;
    }
  }
  return out;
}

/**
 * Gabor's filters at six orientations: at each scale the amplitude (root of the squares of the even and the odd response) of the picture's
 * grey, averaged over squares of 2^power pixels, and the mean of each channel. Wavelength 4 pixels of the picture at half that scale.
 * Jain and Farrokhnia 1991.
 */
export class GaborSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  private readonly powers: readonly number[];

  constructor(options: SourceOptions) {
    super();
    this.powers = chosen('gabor', Object.fromEntries([1, 2, 3, 4, 5].map((power) => [power, power])), options);
    this.levels = this.powers.map((power) => squareLevel(power, orientations + options.channels));
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => {
      const side = 2 * radius + 1;
      const kernels = tensor(gaborKernels(), [2 * orientations, 1, side, side]);
      return this.powers.map((power) => {
        const scaled = halved(images, power - 1);
        const grey = scaled.shape[1] === 1 ? scaled : mean(scaled, 1, { keepDims: true });
        // A small picture at a coarse scale may be smaller than what reflection needs.
        const mode = Math.min(grey.shape[2], grey.shape[3]) > radius ? 'reflect' : 'replicate';
        const response = conv2d(pad2d(grey, radius, { mode }), kernels);
        const [n, , p, q] = response.shape;
        const phase = (first: number) => square(slice(response, [0, first, 0, 0], [n, orientations, p, q]));
        const amplitude = sqrt(add(add(phase(0), phase(orientations)), 1e-8));
        return concat([halved(amplitude, 1), halved(scaled, 1)], 1);
      });
    });
  }
}

/** Filters whose numbers add up to nothing, so that light alone is no feature. */
const centred: init.Initializer = (shape, random) =>
  scope(() => {
    const values = init.kaimingNormal()(shape, random).readSync() as Float32Array;
    const size = values.length / shape[0];
    for (let at = 0; at < values.length; at += size) {
      const average = values.subarray(at, at + size).reduce((a, b) => a + b, 0) / size;
      for (let i = at; i < at + size; i++) values[i] -= average;
    }
    return tensor(values, shape);
  });

/** Random convolutions, never trained: 5x5, then 3x3, each a halving and a ReLU; the first have no mean. Seeded; Saxe et al. 2011. */
export class RandomSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  readonly stages: readonly Sequential[];
  private readonly taken: readonly number[];

  constructor(options: SourceOptions) {
    super();
    const { channels, width, random } = options;
    const powers = chosen('random', Object.fromEntries([1, 2, 3, 4, 5].map((power) => [power, power])), options);
    const last = powers[powers.length - 1];
    this.stages = Array.from({ length: last }, (_, i) => {
      const side = i === 0 ? 5 : 3;
      const convolution = new Conv2d(i === 0 ? channels : width, width, side, {
        random: random.split(i),
        stride: 2,
        padding: (side - 1) / 2,
        mode: 'replicate',
        weightInit: i === 0 ? centred : init.kaimingNormal(),
        biasInit: init.constant(0),
      });
      return new Sequential(convolution, new Relu());
    });
    this.taken = powers.map((power) => power - 1);
    this.levels = powers.map((power) => ({ name: `stage${power}`, channels: width, stride: 2 ** power, origin: 0 }));
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => {
      const found: Tensor[] = [];
      this.stages.forEach((stage, i) => found.push(stage.forward(i === 0 ? images : found[i - 1])));
      return this.taken.map((i) => found[i]);
    });
  }
}
