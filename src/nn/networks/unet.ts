// U-Net (Ronneberger et al. 2015) of declared widths: an encoder of halvings, a decoder of doublings, and what joins them.
import { BlemishError, must } from '../../errors.ts';
import { add, concat, pixelShuffle, pixelUnshuffle } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Initializer } from '../init.ts';
import {
  BatchNorm2d,
  Conv2d,
  ConvTranspose2d,
  GroupNorm,
  InstanceNorm2d,
  LeakyRelu,
  MaxPool2d,
  Relu,
  Sequential,
  Sigmoid,
  Tanh,
  UpsampleConv2d,
} from '../layers/index.ts';
import { Module } from '../module.ts';

/** What a U-Net is made of. */
export interface UNetOptions {
  /** Channels that come in. */
  readonly inputs: number;
  /** Channels that go out, at the input's extents. */
  readonly outputs: number;
  /** Channels at every level, the first at the input's extents over `block`; one halving between neighbours. Multiples of 16 are fast. */
  readonly widths: readonly number[];
  /** Where the first weights come from. */
  readonly random: Random;
  /** Side of the blocks of pixels that the first layer makes one position of, and the last one pixels again. Default 1. */
  readonly block?: number;
  /** Convolutions of 3x3 at a level, in the encoder and in the decoder; with `down: 'stride'` the halving is the first. Default 2. */
  readonly convolutions?: number;
  /** After every convolution but the last. 'group': of 16 channels, or of all where 16 do not divide them. Default 'batch'. */
  readonly norm?: 'batch' | 'instance' | 'group' | 'none';
  /** After every normalisation; leakyRelu has a slope of 0.2. Default 'relu'. */
  readonly activation?: 'relu' | 'leakyRelu';
  /** Halvings by the largest of 2x2, or by a 4x4 convolution of stride 2. Default 'maxPool'. */
  readonly down?: 'maxPool' | 'stride';
  /** Doublings by a 3x3 convolution behind nearest upsampling, or by a transposed 4x4 one of stride 2. Default 'nearest'. */
  readonly up?: 'nearest' | 'transposed';
  /** How encoder features reach the decoder: side by side, added, or not at all (an autoencoder). Default 'join'. */
  readonly skips?: 'join' | 'add' | 'none';
  /** What becomes of the result. Default 'identity'. */
  readonly last?: 'identity' | 'sigmoid' | 'tanh';
  /** First weights of all convolutions. Default: uniform within ±1/√fanIn. */
  readonly weightInit?: Initializer;
  /** Works on the deepest features `[N widths.at(-1) h w]` before the decoder; keeps their extents. Default none. */
  readonly bottleneck?: Module | null;
  /** Works on the decoder's last features `[N widths[0] H/block W/block]` before the last convolution; keeps their extents. Default none. */
  readonly penultimate?: Module | null;
}

type Shared = Required<Pick<UNetOptions, 'norm' | 'activation'>> & { readonly weightInit: Initializer | undefined };

function tidy(channels: number, { norm, activation }: Shared): Module[] {
  const last = activation === 'relu' ? new Relu() : new LeakyRelu({ slope: 0.2 });
  if (norm === 'none') return [last];
  if (norm === 'instance') return [new InstanceNorm2d(channels, { affine: true }), last];
  if (norm === 'group') return [new GroupNorm(channels % 16 === 0 ? channels / 16 : 1, channels), last];
  return activation === 'relu' ? [new BatchNorm2d(channels, { activation })] : [new BatchNorm2d(channels), last];
}

/** Convolutions of 3x3, each with its normalisation and activation. */
function stack(inputs: number, outputs: number, count: number, shared: Shared, random: Random): Module[] {
  const { weightInit } = shared;
  return Array.from({ length: count }, (_, i) => [
    new Conv2d(i === 0 ? inputs : outputs, outputs, 3, { random: random.split(i), padding: 'same', bias: shared.norm === 'none', weightInit }),
    ...tidy(outputs, shared),
  ]).flat();
}

/** `[N inputs H W]` → `[N outputs H W]`; H and W are multiples of `multiple`. */
export class UNet extends Module {
  readonly down: Sequential[];
  readonly bottleneck: Module | null;
  readonly up: Sequential[];
  readonly refine: Sequential[];
  readonly penultimate: Module | null;
  readonly last: Sequential;
  /** What the input's extents are multiples of. */
  readonly multiple: number;
  readonly skips: 'join' | 'add' | 'none';
  private readonly block: number;
  private readonly pool: MaxPool2d | null;

  constructor({
    inputs,
    outputs,
    widths,
    random,
    block = 1,
    convolutions = 2,
    norm = 'batch',
    activation = 'relu',
    down = 'maxPool',
    up = 'nearest',
    skips = 'join',
    last = 'identity',
    weightInit,
    bottleneck = null,
    penultimate = null,
  }: UNetOptions) {
    super();
    must(widths.length > 0, 'UNet: there are no widths; expected those of one level or more');
    for (const [name, value] of Object.entries({ block, convolutions }))
      must(Number.isSafeInteger(value) && value >= 1, `UNet: ${name} is ${value}; expected a whole number of at least 1`);
    const shared: Shared = { norm, activation, weightInit };
    const bias = norm === 'none';
    const levels = widths.length - 1;
    this.block = block;
    this.multiple = block * 2 ** levels;
    this.skips = skips;
    this.pool = down === 'maxPool' ? new MaxPool2d(2) : null;
    this.down = widths.map((width, i) => {
      const own = random.split(`down${i}`);
      const from = i === 0 ? inputs * block ** 2 : widths[i - 1];
      if (i === 0 || down === 'maxPool') return new Sequential(...stack(from, width, convolutions, shared, own));
      const halving = new Conv2d(from, width, 4, { random: own.split('halving'), stride: 2, padding: 1, bias, weightInit });
      return new Sequential(halving, ...tidy(width, shared), ...stack(width, width, convolutions - 1, shared, own));
    });
    this.bottleneck = bottleneck;
    const upwards = Array.from({ length: levels }, (_, i) => levels - 1 - i);
    this.up = upwards.map((i) => {
      const options = { random: random.split(`up${i}`), bias, weightInit };
      const [from, to] = [widths[i + 1], widths[i]];
      const doubling = up === 'nearest' ? new UpsampleConv2d(from, to, 3, options) : new ConvTranspose2d(from, to, 4, { ...options, stride: 2, padding: 1 });
      return new Sequential(doubling, ...tidy(to, shared));
    });
    this.refine = upwards.map((i) => {
      const from = skips === 'join' ? 2 * widths[i] : widths[i];
      return new Sequential(...stack(from, widths[i], convolutions, shared, random.split(`refine${i}`)));
    });
    this.penultimate = penultimate;
    const paint = new Conv2d(widths[0], outputs * block ** 2, block === 1 ? 3 : 1, { random: random.split('last'), padding: 'same', weightInit });
    this.last = new Sequential(paint, ...(last === 'sigmoid' ? [new Sigmoid()] : last === 'tanh' ? [new Tanh()] : []));
  }

  /** What the encoder makes of `[N inputs H W]`: the features of every level, `[N widths[i] h w]`. */
  encode(x: Tensor): Tensor[] {
    const { shape } = x;
    if (shape.length !== 4 || shape[2] % this.multiple !== 0 || shape[3] % this.multiple !== 0)
      throw new BlemishError('SHAPE_MISMATCH', `UNet: x is [${shape.join(' ')}]; expected [N C H W] with extents that are multiples of ${this.multiple}`);
    return scope(() => {
      const features: Tensor[] = [];
      let value = this.block === 1 ? x : pixelUnshuffle(x, this.block);
      this.down.forEach((level, i) => {
        value = level.forward(i === 0 || !this.pool ? value : this.pool.forward(value));
        features.push(value);
      });
      return features;
    });
  }

  /** From the features of every level to the result. */
  decode(features: readonly Tensor[]): Tensor {
    return scope(() => {
      let value = features[features.length - 1];
      if (this.bottleneck) value = this.bottleneck.forward(value);
      this.up.forEach((doubling, i) => {
        value = doubling.forward(value);
        const beside = features[features.length - 2 - i];
        if (this.skips !== 'none') value = this.skips === 'add' ? add(beside, value) : concat([beside, value], 1);
        value = this.refine[i].forward(value);
      });
      if (this.penultimate) value = this.penultimate.forward(value);
      value = this.last.forward(value);
      return this.block === 1 ? value : pixelShuffle(value, this.block);
    });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.decode(this.encode(x)));
  }
}
