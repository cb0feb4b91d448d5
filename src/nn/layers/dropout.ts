// Dropout: noise in training, nothing afterwards.
import { must } from '../../errors.ts';
import { dropout } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';

/** In training mode sets each number to 0 with the given probability and scales the others up; otherwise passes x on (Srivastava et al. 2014). */
export class Dropout extends Module {
  readonly probability: number;
  private readonly random: Random;

  /** @param options random: where the choice comes from, anew at every call; probability: from 0 to below 1, default 0.5 */
  constructor({ random, probability = 0.5 }: { random: Random; probability?: number }) {
    super();
    must(probability >= 0 && probability < 1, `Dropout: probability is ${probability}; expected at least 0 and below 1`);
    this.random = random;
    this.probability = probability;
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.probability === 0) return x;
    return dropout(x, this.random, this.probability);
  }
}
