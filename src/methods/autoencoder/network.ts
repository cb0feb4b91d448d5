// The network of autoencoder: strided convolutions down to a short code, and up again to a picture.
import { BatchNorm2d, Conv2d, Flatten, LeakyRelu, Linear, Sequential, Sigmoid, UpsampleConv2d } from '../../nn/layers/index.ts';
import { Module } from '../../nn/module.ts';
import { reshape } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface NetworkOptions {
  readonly channels: 1 | 3;
  /** Extents of the input, multiples of 2^levels. */
  readonly height: number;
  readonly width: number;
  /** Channels after the first halving; each further one has twice as many, up to eight times these. */
  readonly base: number;
  /** Halvings. */
  readonly levels: number;
  /** Numbers of the code. */
  readonly latent: number;
  /** 'whole': one code for the picture; 'positions': one for every position of the coarsest level. */
  readonly code: 'whole' | 'positions';
  readonly random: Random;
}

/** `[N C H W]` → the same extents within 0 … 1, by way of the code. */
export class ConvolutionalAutoencoder extends Module {
  readonly encoder: Sequential;
  readonly decoder: Sequential;
  /** From the code back to the coarsest level. */
  readonly widen: Linear | Conv2d;
  /** Extents that a whole code is widened to; null with a code for every position, which has them. */
  private readonly coarsest: readonly [channels: number, height: number, width: number] | null;

  constructor({ channels, height, width, base, levels, latent, code, random }: NetworkOptions) {
    super();
    const widths = Array.from({ length: levels }, (_, i) => base * 2 ** Math.min(i, 3));
    const deepest = widths[levels - 1];
    const coarsest = [deepest, height / 2 ** levels, width / 2 ** levels] as const;
    this.coarsest = code === 'whole' ? coarsest : null;
    const size = coarsest[0] * coarsest[1] * coarsest[2];
    const halvings = widths.flatMap((outputs, i) => [
      new Conv2d(i === 0 ? channels : widths[i - 1], outputs, 4, { random: random.split(`down${i}`), stride: 2, padding: 1, bias: false }),
      new BatchNorm2d(outputs),
      new LeakyRelu({ slope: 0.2 }),
    ]);
    const narrow = random.split('narrow');
    this.encoder = new Sequential(
      ...halvings,
      ...(code === 'whole' ? [new Flatten(), new Linear(size, latent, { random: narrow })] : [new Conv2d(deepest, latent, 1, { random: narrow })]),
    );
    const widen = { random: random.split('widen'), bias: false };
    this.widen = code === 'whole' ? new Linear(latent, size, widen) : new Conv2d(latent, deepest, 1, widen);
    const doublings = widths.slice(1).flatMap((_, i) => {
      const from = levels - 1 - i;
      const to = from - 1;
      return [
        new UpsampleConv2d(widths[from], widths[to], 3, { random: random.split(`up${to}`), bias: false }),
        new BatchNorm2d(widths[to], { activation: 'relu' }),
      ];
    });
    this.decoder = new Sequential(
      new BatchNorm2d(deepest, { activation: 'relu' }),
      ...doublings,
      new UpsampleConv2d(widths[0], channels, 3, { random: random.split('paint') }),
      new Sigmoid(),
    );
  }

  /** f32 [N latent], or [N latent H/2^levels W/2^levels] with a code for every position. */
  encode(x: Tensor): Tensor {
    return this.encoder.forward(x);
  }

  /** What a code stands for: f32 [N C H W]. */
  decode(code: Tensor): Tensor {
    return scope(() => {
      const wide = this.widen.forward(code);
      return this.decoder.forward(this.coarsest ? reshape(wide, [code.shape[0], ...this.coarsest]) : wide);
    });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.decode(this.encode(x)));
  }
}
