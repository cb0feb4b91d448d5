// The network of autoencoder: strided convolutions down to a short code, and up again to a picture.
import { Conv2d, Flatten, Linear, Sequential } from '../../nn/layers/index.ts';
import { Module } from '../../nn/module.ts';
import { ConvDecoder, ConvEncoder } from '../../nn/networks/index.ts';
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
  readonly encoder: ConvEncoder;
  /** From the coarsest level to the code. */
  readonly narrow: Sequential | Conv2d;
  readonly decoder: ConvDecoder;

  constructor({ channels, height, width, base, levels, latent, code, random }: NetworkOptions) {
    super();
    const shared = { channels, width: base, levels, random };
    this.encoder = new ConvEncoder(shared);
    const deepest = this.encoder.widths[levels - 1];
    const own = { random: random.split('narrow') };
    this.narrow =
      code === 'whole'
        ? new Sequential(new Flatten(), new Linear(deepest * (height / 2 ** levels) * (width / 2 ** levels), latent, own))
        : new Conv2d(deepest, latent, 1, own);
    this.decoder = new ConvDecoder({ ...shared, code: latent, extents: code === 'whole' ? [height, width] : null });
  }

  /** f32 [N latent], or [N latent H/2^levels W/2^levels] with a code for every position. */
  encode(x: Tensor): Tensor {
    return scope(() => this.narrow.forward(this.encoder.forward(x)));
  }

  /** What a code stands for: f32 [N C H W]. */
  decode(code: Tensor): Tensor {
    return this.decoder.forward(code);
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.decode(this.encode(x)));
  }
}
