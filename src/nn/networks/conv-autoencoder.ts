// A light convolutional encoder and its mirror: kernels of four at steps of two, as DCGAN has them (Radford et al. 2016).
import { reshape } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { BatchNorm2d, Conv2d, ConvTranspose2d, LeakyRelu, Linear, Sequential, Sigmoid } from '../layers/index.ts';
import { Module } from '../module.ts';

/** What an encoder is made of. */
export interface ConvEncoderOptions {
  readonly channels: number;
  /** Channels after the first halving; every further one doubles them, up to eight times as many. */
  readonly width: number;
  readonly levels: number;
  readonly random: Random;
  /** Whether normalisations have a scale and a shift: without, no constant can be learnt. Default true. */
  readonly affine?: boolean;
}

/** Channels of every level. */
const widthsOf = (width: number, levels: number): number[] => Array.from({ length: levels }, (_, i) => width * 2 ** Math.min(i, 3));

const leaky = () => new LeakyRelu({ slope: 0.2 });

/** Batch normalisation whose scale stays one and whose shift stays zero, where nothing is to be learnt that does not come from the input. */
function norm(channels: number, affine: boolean): BatchNorm2d {
  const layer = new BatchNorm2d(channels);
  return affine ? layer : layer.freeze();
}

/** `[N C H W]` → `[N width·2^(levels - 1) H/2^levels W/2^levels]`: conv4x4 of step two, batch normalisation, leaky ReLU, once a level; no biases. */
export class ConvEncoder extends Module {
  readonly stages: Sequential[];
  /** Channels of each stage's result. */
  readonly widths: readonly number[];

  constructor({ channels, width, levels, random, affine = true }: ConvEncoderOptions) {
    super();
    this.widths = widthsOf(width, levels);
    this.stages = this.widths.map((outputs, i) => {
      const inputs = i === 0 ? channels : this.widths[i - 1];
      return new Sequential(new Conv2d(inputs, outputs, 4, { random: random.split(i), stride: 2, padding: 1, bias: false }), norm(outputs, affine), leaky());
    });
  }

  /** What every stage gives, finest first. */
  levels(x: Tensor): Tensor[] {
    const found: Tensor[] = [];
    for (const stage of this.stages) found.push(stage.forward(found.at(-1) ?? x));
    return found;
  }

  override forward(x: Tensor): Tensor {
    return this.stages.reduce((value, stage) => stage.forward(value), x);
  }
}

/** What a decoder is made of. */
export interface ConvDecoderOptions extends Omit<ConvEncoderOptions, 'affine'> {
  /** Numbers of a code. */
  readonly code: number;
  /** Extents of the pictures, multiples of 2^levels. */
  readonly height: number;
  readonly breadth: number;
}

/** Codes `[N code]` → pictures `[N C H W]` within 0 … 1: the encoder mirrored, by transposed convolutions. */
export class ConvDecoder extends Module {
  readonly widen: Linear;
  readonly stages: Sequential[];
  readonly paint: Sequential;
  private readonly coarsest: readonly [channels: number, rows: number, columns: number];

  constructor({ channels, width, levels, random, code, height, breadth }: ConvDecoderOptions) {
    super();
    const widths = widthsOf(width, levels);
    this.coarsest = [widths[levels - 1], height / 2 ** levels, breadth / 2 ** levels];
    this.widen = new Linear(code, this.coarsest[0] * this.coarsest[1] * this.coarsest[2], { random: random.split('widen') });
    const twice = (inputs: number, outputs: number, label: number, bias: boolean) =>
      new ConvTranspose2d(inputs, outputs, 4, { random: random.split(label), stride: 2, padding: 1, bias });
    this.stages = Array.from({ length: levels - 1 }, (_, i) => levels - 1 - i).map(
      (i) => new Sequential(twice(widths[i], widths[i - 1], i, false), new BatchNorm2d(widths[i - 1]), leaky()),
    );
    this.paint = new Sequential(twice(widths[0], channels, 0, true), new Sigmoid());
  }

  override forward(code: Tensor): Tensor {
    return scope(() => {
      const coarse = reshape(this.widen.forward(code), [code.shape[0], ...this.coarsest]);
      return this.paint.forward(this.stages.reduce((value, stage) => stage.forward(value), coarse));
    });
  }
}
