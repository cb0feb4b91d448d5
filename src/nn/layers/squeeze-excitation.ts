// Squeeze and excitation: every channel weighed by what all of them say on average.
import { must } from '../../errors.ts';
import { mean, mul, relu, reshape, sigmoid } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';
import { Linear } from './linear.ts';

/** What a squeeze-and-excitation is made of. */
export interface SqueezeExcitationOptions {
  /** Where the first weights come from. */
  random: Random;
  /** Channels over those in between, of which there is at least one. Default 8. */
  reduction?: number;
}

/** `[N C H W]` → the same (Hu et al. 2018): x · σ(excite(relu(squeeze(mean of x over H and W)))), a factor for every channel of every picture. */
export class SqueezeExcitation extends Module {
  readonly squeeze: Linear;
  readonly excite: Linear;

  constructor(channels: number, { random, reduction = 8 }: SqueezeExcitationOptions) {
    super();
    must(reduction >= 1, `SqueezeExcitation: reduction is ${reduction}; expected at least 1`);
    const between = Math.max(1, Math.floor(channels / reduction));
    this.squeeze = new Linear(channels, between, { random: random.split('squeeze') });
    this.excite = new Linear(between, channels, { random: random.split('excite') });
  }

  override forward(x: Tensor): Tensor {
    const factors = sigmoid(this.excite.forward(relu(this.squeeze.forward(mean(x, [2, 3])))));
    return mul(x, reshape(factors, [x.shape[0], x.shape[1], 1, 1]));
  }
}
