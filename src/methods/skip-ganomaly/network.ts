// The networks of skip-ganomaly: a U-Net that paints pictures, and the critic that it learns against.
import { Module } from '../../nn/module.ts';
import { DcganCritic, dcganInit, doublingWidths, UNet } from '../../nn/networks/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface NetworkOptions {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Channels of the generator at the pictures' extents over `block`, and of the critic behind its first halving. */
  readonly features: number;
  readonly widest: number;
  /** Halvings of the generator. */
  readonly levels: number;
  /** Side of the blocks of pixels that the generator makes one position of. */
  readonly block: number;
  readonly skips: 'join' | 'add' | 'none';
  readonly random: Random;
}

/** Pictures within -1 … 1 in, the same painted anew out. */
export class SkipGenerator extends Module {
  readonly generator: UNet;
  readonly critic: DcganCritic;

  constructor({ channels, height, width, features, widest, levels, block, skips, random }: NetworkOptions) {
    super();
    this.generator = new UNet({
      inputs: channels,
      outputs: channels,
      widths: doublingWidths(features, levels, widest),
      random: random.split('generator'),
      block,
      skips,
      convolutions: 1,
      activation: 'leakyRelu',
      down: 'stride',
      up: 'transposed',
      last: 'tanh',
      weightInit: dcganInit,
    });
    this.critic = new DcganCritic({ channels, height, width, features, widest, random: random.split('critic') });
  }

  override forward(x: Tensor): Tensor {
    return this.generator.forward(x);
  }
}
