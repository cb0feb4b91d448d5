// A light convolutional encoder, by kernels of four at steps of two as DCGAN has them (Radford et al. 2016), and the way back to a picture.
import { reshape } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { BatchNorm2d, Conv2d, LeakyRelu, Linear, Sequential, Sigmoid, UpsampleConv2d } from '../layers/index.ts';
import { Module } from '../module.ts';
import { doublingWidths } from './widths.ts';

/** What an encoder is made of. */
export interface ConvEncoderOptions {
  readonly channels: number;
  /** Channels after the first halving; every further one doubles them, up to eight times as many. */
  readonly width: number;
  /** Halvings. */
  readonly levels: number;
  /** Where the first weights come from. */
  readonly random: Random;
}

/** `[N C H W]` → `[N width·2^(levels - 1) H/2^levels W/2^levels]`: conv4x4 of step two, batch normalisation, leaky ReLU, once a level; no biases. */
export class ConvEncoder extends Module {
  readonly stages: Sequential[];
  /** Channels of each stage's result. */
  readonly widths: readonly number[];

  constructor({ channels, width, levels, random }: ConvEncoderOptions) {
    super();
    this.widths = doublingWidths(width, levels - 1);
    this.stages = this.widths.map((outputs, i) => {
      const inputs = i === 0 ? channels : this.widths[i - 1];
      const halving = new Conv2d(inputs, outputs, 4, { random: random.split(`down${i}`), stride: 2, padding: 1, bias: false });
      return new Sequential(halving, new BatchNorm2d(outputs), new LeakyRelu({ slope: 0.2 }));
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
export interface ConvDecoderOptions extends ConvEncoderOptions {
  /** Numbers of a code. */
  readonly code: number;
  /** Extents of the pictures that one code stands for, multiples of 2^levels; null: a code stands for one position of the coarsest level. */
  readonly extents: readonly [height: number, width: number] | null;
}

/**
 * Codes `[N code]`, or `[N code H/2^levels W/2^levels]` without extents, → pictures `[N C H W]` within 0 … 1: widened to the encoder's last
 * channels; then once a level batch normalisation, ReLU, and a 3x3 convolution behind nearest upsampling, which leaves no chequered pattern.
 */
export class ConvDecoder extends Module {
  readonly widen: Linear | Conv2d;
  readonly paint: Sequential;
  /** Extents that a whole code is widened to. */
  private readonly coarsest: readonly [channels: number, height: number, width: number] | null;

  constructor({ channels, width, levels, random, code, extents }: ConvDecoderOptions) {
    super();
    const widths = doublingWidths(width, levels - 1);
    const deepest = widths[levels - 1];
    this.coarsest = extents && [deepest, extents[0] / 2 ** levels, extents[1] / 2 ** levels];
    const own = { random: random.split('widen'), bias: false };
    this.widen = this.coarsest
      ? new Linear(
          code,
          this.coarsest.reduce((a, b) => a * b),
          own,
        )
      : new Conv2d(code, deepest, 1, own);
    const doublings = widths.slice(1).flatMap((_, i) => {
      const from = levels - 1 - i;
      const to = from - 1;
      return [
        new UpsampleConv2d(widths[from], widths[to], 3, { random: random.split(`up${to}`), bias: false }),
        new BatchNorm2d(widths[to], { activation: 'relu' }),
      ];
    });
    this.paint = new Sequential(
      new BatchNorm2d(deepest, { activation: 'relu' }),
      ...doublings,
      new UpsampleConv2d(widths[0], channels, 3, { random: random.split('paint') }),
      new Sigmoid(),
    );
  }

  override forward(code: Tensor): Tensor {
    return scope(() => {
      const wide = this.widen.forward(code);
      return this.paint.forward(this.coarsest ? reshape(wide, [code.shape[0], ...this.coarsest]) : wide);
    });
  }
}
