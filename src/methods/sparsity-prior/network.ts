// The networks of sparsity-prior: a generator of normal pictures with its critic, and a segmentation of what it changed.

import * as init from '../../nn/init.ts';
import { BatchNorm2d, Conv2d, Sequential, Upsample } from '../../nn/layers/index.ts';
import { inInference, Module } from '../../nn/module.ts';
import { DcganCritic, doublingWidths, fromSigned, toSigned, UNet } from '../../nn/networks/index.ts';
import { abs, add, concat, pixelShuffle, pixelUnshuffle, relu, sub } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { halves, together } from '../parts/adversaries.ts';

export interface NetworkOptions {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Side of the blocks of pixels that generator and segmentation make one position of. */
  readonly block: number;
  /** Channels of the generator's first level and of the critic behind its first halving. */
  readonly features: number;
  readonly widest: number;
  /** Halvings of the generator. */
  readonly levels: number;
  readonly skips: 'join' | 'add' | 'none';
  /** Channels of the segmentation's first level. */
  readonly segmentFeatures: number;
  /** Levels of the segmentation. */
  readonly segmentLevels: number;
  readonly random: Random;
}

const tidy = (channels: number) => new BatchNorm2d(channels, { activation: 'relu' });
const plain = (inputs: number, outputs: number, side: number, random: Random, stride = 1) =>
  new Conv2d(inputs, outputs, side, { random, stride, padding: (side - 1) / 2, bias: false, weightInit: init.kaimingNormal() });

/** A residual block of two 3x3 convolutions (He et al. 2016, basic), the first with a stride. */
class Residual extends Module {
  readonly body: Sequential;
  readonly beside: Sequential;

  constructor(inputs: number, outputs: number, stride: number, random: Random) {
    super();
    this.body = new Sequential(
      plain(inputs, outputs, 3, random.split('first'), stride),
      tidy(outputs),
      plain(outputs, outputs, 3, random.split('second')),
      new BatchNorm2d(outputs),
    );
    this.beside = new Sequential(plain(inputs, outputs, 1, random.split('beside'), stride), new BatchNorm2d(outputs));
  }

  override forward(x: Tensor): Tensor {
    return relu(add(this.body.forward(x), this.beside.forward(x)));
  }
}

/**
 * Pictures f32 [N C H W] and what they would be if they were normal → logits f32 [N 1 H W] of what is abnormal. One residual pyramid φ sees both;
 * at each level φ(x), φ(x̂) and |φ(x) - φ(x̂)| are joined; from the coarsest level down each is fused with what came from above.
 */
export class FusionSegmentation extends Module<[picture: Tensor, normal: Tensor]> {
  readonly pyramid: Residual[];
  readonly joins: Sequential[];
  readonly above: (Sequential | null)[];
  readonly fuses: Sequential[];
  readonly mask: Conv2d;
  private readonly block: number;
  private readonly double = new Upsample({ factor: 2 });

  constructor({ channels, block, segmentFeatures, segmentLevels, random }: NetworkOptions) {
    super();
    const widths = doublingWidths(segmentFeatures, segmentLevels - 1);
    const between = (inputs: number, outputs: number, side: number, name: string) =>
      new Sequential(plain(inputs, outputs, side, random.split(name)), tidy(outputs));
    this.block = block;
    this.pyramid = widths.map((width, i) => new Residual(i === 0 ? channels * block ** 2 : widths[i - 1], width, i === 0 ? 1 : 2, random.split(`pyramid${i}`)));
    this.joins = widths.map((width, i) => between(3 * width, width, 1, `join${i}`));
    this.above = widths.map((width, i) => (i + 1 < widths.length ? between(widths[i + 1], width, 1, `above${i}`) : null));
    this.fuses = widths.map((width, i) => between(width, width, 3, `fuse${i}`));
    // Begins at a twentieth of every picture: near what is expected, and away from masks that are full.
    this.mask = new Conv2d(widths[0], block ** 2, 1, { random: random.split('mask'), biasInit: init.constant(-3) });
  }

  override forward(picture: Tensor, normal: Tensor): Tensor {
    return scope(() => {
      let value = this.block === 1 ? together(picture, normal) : pixelUnshuffle(together(picture, normal), this.block);
      const joined = this.pyramid.map((level, i) => {
        value = level.forward(value);
        const [a, b] = halves(value);
        return this.joins[i].forward(concat([a, b, abs(sub(a, b))], 1));
      });
      const fused = joined.reduceRight<Tensor | null>((from, own, i) => {
        const above = this.above[i];
        const sum = from && above ? add(own, this.double.forward(above.forward(from))) : own;
        return this.fuses[i].forward(sum);
      }, null) as Tensor;
      const logits = this.mask.forward(fused);
      return this.block === 1 ? logits : pixelShuffle(logits, this.block);
    });
  }
}

/** Pictures within 0 … 1 in, logits of their masks out. */
export class RestoreAndMask extends Module {
  readonly generator: UNet;
  /** Of a network in training alone. */
  readonly critic: DcganCritic;
  /** Not of a detector that shows the discrepancy alone. */
  readonly segmentation: FusionSegmentation;

  constructor(options: NetworkOptions) {
    super();
    const { channels, height, width, block, features, widest, levels, skips, random } = options;
    this.generator = new UNet({
      inputs: channels,
      outputs: channels,
      widths: doublingWidths(features, levels, widest),
      random: random.split('generator'),
      block,
      skips,
      activation: 'leakyRelu',
      last: 'tanh',
    });
    this.critic = new DcganCritic({ channels, height, width, features, widest, random: random.split('critic') });
    this.segmentation = new FusionSegmentation({ ...options, random: random.split('segmentation') });
  }

  /** What pictures within 0 … 1 would be if they were normal. */
  restore(x: Tensor): Tensor {
    return scope(() => fromSigned(this.generator.forward(toSigned(x))));
  }

  /** As it will score, whatever mode the network is in: for what learns from it while it stays as it is. */
  restored(x: Tensor): Tensor {
    return inInference(this.generator, () => this.restore(x));
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.segmentation.forward(x, this.restore(x)));
  }
}
