// Networks of ssae: an encoder, stacked dilated convolutions, a decoder; skips that mix encoder and decoder convexly.

import * as init from '../../nn/init.ts';
import { BatchNorm2d, Conv2d, MaxPool2d, Sequential, Sspcab, UpsampleConv2d } from '../../nn/layers/index.ts';
import { Module } from '../../nn/module.ts';
import { readTensors, type State } from '../../nn/state.ts';
import { add, concat, mul, pixelShuffle, pixelUnshuffle, sigmoid, sub } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { PositionReference } from './reference.ts';

export interface NetworkOptions {
  readonly channels: 1 | 3;
  /** Side of the blocks of pixels that the first layer makes one position of; a power of two. */
  readonly block: number;
  /** Channels at the first level; every halving has 1.5 to 2 times as many. */
  readonly width: number;
  /** Halvings before the bottleneck. */
  readonly levels: number;
  /** Blocks of the bottleneck. */
  readonly blocks: number;
  /** Dilations 1, 2, 4, … 2^reach in every block; 0 is a plain convolution of the same cost. */
  readonly reach: number;
  /** Extent of the bottleneck's kernels. */
  readonly kernel: number;
  readonly skips: 'convex' | 'plain' | 'none';
  /** Weight of the own loss of a predictive block behind the bottleneck. Default 0: no such block. */
  readonly sspcab?: number;
  /** Extents of the input, where maps are to be compared with what is expected at each position. Default null: they are not. */
  readonly reference?: readonly [height: number, width: number] | null;
  readonly random: Random;
}

const tidy = (channels: number) => new BatchNorm2d(channels, { activation: 'relu' });

/** conv3x3 - batch norm - ReLU, twice. */
function pair(inputs: number, outputs: number, random: Random): Sequential {
  const convolution = (from: number, label: string) => new Conv2d(from, outputs, 3, { random: random.split(label), padding: 'same', bias: false });
  return new Sequential(convolution(inputs, 'first'), tidy(outputs), convolution(outputs, 'second'), tidy(outputs));
}

/** About a quarter of the channels, in whole blocks of those 16 that vector units work on where there are as many. */
const branchWidth = (channels: number): number => (channels >= 32 ? 16 * Math.max(1, Math.round(channels / 64)) : Math.max(4, Math.round(channels / 4)));

/**
 * Stacked dilated convolutions (SDC): parallel convolutions of one kernel at dilations 1, 2, 4, …, joined and mixed back by a 1x1
 * convolution, added to what came in. Schuster et al. 2019, as used by Bauer et al. 2024.
 */
export class DilatedStack extends Module {
  readonly branches: Sequential[];
  readonly mix: Sequential;

  constructor(channels: number, { reach, kernel, random }: Pick<NetworkOptions, 'reach' | 'kernel' | 'random'>) {
    super();
    const each = branchWidth(channels);
    const dilations = Array.from({ length: 5 }, (_, i) => (reach === 0 ? 1 : 2 ** Math.round((i * reach) / 4)));
    this.branches = dilations.map((dilation, i) => {
      const options = { random: random.split(i), padding: 'same', dilation, bias: false } as const;
      return new Sequential(new Conv2d(channels, each, kernel, options), tidy(each));
    });
    this.mix = new Sequential(new Conv2d(each * dilations.length, channels, 1, { random: random.split('mix'), bias: false }), tidy(channels));
  }

  override forward(x: Tensor): Tensor {
    return add(
      x,
      this.mix.forward(
        concat(
          this.branches.map((branch) => branch.forward(x)),
          1,
        ),
      ),
    );
  }
}

/**
 * Convex combination module (CCM): c = sigmoid(conv1x1(relu(norm(conv1x1([encoder, decoder])))), result c encoder + (1 - c) decoder, for
 * every position and channel. Bauer et al. 2024 in words; the layers inside are ours.
 */
export class ConvexCombination extends Module<[encoder: Tensor, decoder: Tensor]> {
  readonly look: Sequential;
  readonly gate: Conv2d;

  constructor(channels: number, random: Random) {
    super();
    this.look = new Sequential(new Conv2d(2 * channels, channels, 1, { random: random.split('look'), bias: false }), tidy(channels));
    this.gate = new Conv2d(channels, channels, 1, { random: random.split('gate') });
  }

  override forward(encoder: Tensor, decoder: Tensor): Tensor {
    const c = sigmoid(this.gate.forward(this.look.forward(concat([encoder, decoder], 1))));
    return add(decoder, mul(c, sub(encoder, decoder)));
  }
}

class PlainSkip extends Module<[encoder: Tensor, decoder: Tensor]> {
  readonly join: Sequential;

  constructor(channels: number, random: Random) {
    super();
    this.join = new Sequential(new Conv2d(2 * channels, channels, 1, { random, bias: false }), tidy(channels));
  }

  override forward(encoder: Tensor, decoder: Tensor): Tensor {
    return this.join.forward(concat([encoder, decoder], 1));
  }
}

/** What the network makes of pictures. */
export interface Filtered {
  /** f32 [N C H W]: the pictures without what is irregular. */
  readonly output: Tensor;
  /** f32 [N 1 H W], logits of the share of the input that is kept; null without skips. */
  readonly keep: Tensor | null;
}

/**
 * `[N C H W]` → the same extents; H and W multiples of block · 2^levels. With skips the last combination is of the input itself and what
 * the decoder paints: keep x + (1 - keep) painted, so that what is normal passes untouched.
 */
export class FilteringAutoencoder extends Module {
  readonly down: Sequential[];
  readonly middle: Module[];
  readonly up: Sequential[];
  readonly skips: Module<[encoder: Tensor, decoder: Tensor]>[];
  readonly refine: Sequential[];
  readonly paint: Conv2d;
  readonly keep: Conv2d | null;
  readonly reference: PositionReference | null;
  private readonly block: number;
  private readonly pool = new MaxPool2d(2);

  constructor(options: NetworkOptions) {
    super();
    const { channels, block, width, levels, blocks, sspcab = 0, random } = options;
    this.block = block;
    const widths = Array.from({ length: levels + 1 }, (_, i) => width * [1, 2, 4, 6, 8, 8][Math.min(i, 5)]);
    this.down = widths.map((outputs, i) => pair(i === 0 ? channels * block ** 2 : widths[i - 1], outputs, random.split(`down${i}`)));
    this.middle = Array.from({ length: blocks }, (_, i) => new DilatedStack(widths[levels], { ...options, random: random.split(`middle${i}`) }));
    if (sspcab > 0) this.middle.push(new Sspcab(widths[levels], { random: random.split('sspcab'), weight: sspcab }));
    const upwards = Array.from({ length: levels }, (_, i) => levels - 1 - i);
    this.up = upwards.map(
      (i) => new Sequential(new UpsampleConv2d(widths[i + 1], widths[i], 3, { random: random.split(`up${i}`), bias: false }), tidy(widths[i])),
    );
    this.skips = upwards.flatMap((i) => {
      if (options.skips === 'none') return [];
      return [options.skips === 'convex' ? new ConvexCombination(widths[i], random.split(`skip${i}`)) : new PlainSkip(widths[i], random.split(`skip${i}`))];
    });
    this.refine = upwards.map((i) => pair(widths[i], widths[i], random.split(`refine${i}`)));
    this.paint = new Conv2d(widths[0], channels * block ** 2, 1, { random: random.split('paint') });
    // Begins by keeping most: the identity is the right answer nearly everywhere.
    this.keep = options.skips !== 'none' ? new Conv2d(widths[0], block ** 2, 1, { random: random.split('keep'), biasInit: init.constant(2) }) : null;
    this.reference = options.reference ? new PositionReference(...options.reference) : null;
  }

  /** With the logits of what is kept. */
  filter(x: Tensor): Filtered {
    return scope(() => {
      const encoded: Tensor[] = [];
      let value = this.block === 1 ? x : pixelUnshuffle(x, this.block);
      this.down.forEach((block, i) => {
        value = block.forward(i === 0 ? value : this.pool.forward(value));
        encoded.push(value);
      });
      for (const block of this.middle) value = block.forward(value);
      this.up.forEach((block, i) => {
        value = block.forward(value);
        if (this.skips.length) value = this.skips[i].forward(encoded[encoded.length - 2 - i], value);
        value = this.refine[i].forward(value);
      });
      const pixels = (blocks: Tensor) => (this.block === 1 ? blocks : pixelShuffle(blocks, this.block));
      const painted = pixels(this.paint.forward(value));
      if (!this.keep) return { output: painted, keep: null };
      const keep = pixels(this.keep.forward(value));
      return { output: add(painted, mul(sigmoid(keep), sub(x, painted))), keep };
    });
  }

  override forward(x: Tensor): Tensor {
    return this.filter(x).output;
  }
}

/** The encoder of a fused network, stage by stage, as the feature source `encoder` takes it: `<stage>.<convolution>.weight` and `bias`. */
export async function encoderState(model: FilteringAutoencoder): Promise<State> {
  const tensors = model.down.flatMap((stage, i) => [...stage.namedBuffers()].map(([name, value]): [string, Tensor] => [`${i}.${name}`, value]));
  return readTensors(new Map(tensors));
}
