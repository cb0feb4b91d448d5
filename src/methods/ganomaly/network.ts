// The network of ganomaly: encoder, decoder, encoder once more; and the critic that it learns against.
import { Module } from '../../nn/module.ts';
import { DcganCritic, DcganDecoder, DcganEncoder, type DcganOptions } from '../../nn/networks/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface NetworkOptions extends DcganOptions {
  /** Numbers in a code. */
  readonly latent: number;
}

/** What is made of pictures; pictures are within -1 … 1. */
export interface Passed {
  /** f32 [N latent]: codes of the pictures. */
  readonly codes: Tensor;
  /** f32 [N C H W]: what is decoded from them. */
  readonly output: Tensor;
  /** f32 [N latent]: codes of that. */
  readonly again: Tensor;
}

export class EncoderDecoderEncoder extends Module<[x: Tensor], Passed> {
  readonly encoder: DcganEncoder;
  readonly decoder: DcganDecoder;
  /** As the first, with weights of its own; of a network in training, and of one that scores by codes. */
  readonly second: DcganEncoder;
  /** Of a network in training alone. */
  readonly critic: DcganCritic;

  constructor(options: NetworkOptions) {
    super();
    const { random } = options;
    this.encoder = new DcganEncoder({ ...options, random: random.split('encoder') });
    this.decoder = new DcganDecoder({ ...options, random: random.split('decoder') });
    this.second = new DcganEncoder({ ...options, random: random.split('second') });
    this.critic = new DcganCritic({ ...options, random: random.split('critic') });
  }

  /** The pictures that are decoded from pictures within -1 … 1. */
  paint(x: Tensor): Tensor {
    return scope(() => this.decoder.forward(this.encoder.forward(x)));
  }

  override forward(x: Tensor): Passed {
    return scope(() => {
      const codes = this.encoder.forward(x);
      const output = this.decoder.forward(codes);
      return { codes, output, again: this.second.forward(output) };
    });
  }
}
