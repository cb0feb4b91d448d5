// The networks of f-anogan: a generator of pictures from chance, its critic, and the encoder that finds a picture's code.
import { Module } from '../../nn/module.ts';
import { ResidualCritic, type ResidualGanOptions, ResidualGenerator } from '../../nn/networks/index.ts';
import { normal } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface NetworkOptions extends ResidualGanOptions {
  /** Numbers in a code. */
  readonly latent: number;
}

/** Pictures within -1 … 1 in; out, what is painted from their codes. */
export class GeneratorAndEncoder extends Module {
  readonly generator: ResidualGenerator;
  /** Of a network in training, and of one that scores by its features. */
  readonly critic: ResidualCritic;
  readonly encoder: ResidualCritic;
  private readonly latent: number;

  constructor(options: NetworkOptions) {
    super();
    const { latent, random } = options;
    this.latent = latent;
    this.generator = new ResidualGenerator({ ...options, random: random.split('generator') });
    this.critic = new ResidualCritic({ ...options, random: random.split('critic') });
    this.encoder = new ResidualCritic({ ...options, outputs: latent, norm: 'batch', random: random.split('encoder') });
  }

  /** Pictures from codes of chance. */
  imagine(count: number, random: Random): Tensor {
    return scope(() => this.generator.forward(normal([count, this.latent], random)));
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.generator.forward(this.encoder.forward(x)));
  }
}
