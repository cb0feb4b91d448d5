// Encoder, decoder and critic of DCGAN (Radford et al. 2016), for pictures of any extents that can be halved.
import { must } from '../../errors.ts';
import { affine, copyStep, normal as normalNumbers, reshape } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as init from '../init.ts';
import { BatchNorm2d, Conv2d, ConvTranspose2d, GroupNorm, InstanceNorm2d, LeakyRelu, Sequential, SpectralNorm, Tanh } from '../layers/index.ts';
import { Module } from '../module.ts';
import { doublingWidths } from './widths.ts';

/** What encoders and decoders are made of. */
export interface DcganOptions {
  readonly channels: number;
  /** Extents of the pictures in pixels; each is halved as often as `halvingsOf` says. */
  readonly height: number;
  readonly width: number;
  /** Channels behind the first halving; every further one doubles them. */
  readonly features: number;
  /** Most channels that there are anywhere. Default 512. */
  readonly widest?: number;
  /** Where the first weights come from. */
  readonly random: Random;
}

/** What a critic is made of. */
export interface DcganCriticOptions extends DcganOptions {
  /**
   * What keeps the critic's features apart from their scale: batch statistics, those of each picture's channels, those of each picture
   * ('layer'), the largest singular value of the weights, or nothing. Default 'batch'.
   */
  readonly norm?: 'batch' | 'instance' | 'layer' | 'spectral' | 'none';
}

const least = 4;

/** How often pictures are halved: while both extents are even and the shorter is above 4. */
export function halvingsOf(height: number, width: number): number {
  let count = 0;
  for (let [h, w] = [height, width]; h % 2 === 0 && w % 2 === 0 && Math.min(h, w) > least; [h, w] = [h / 2, w / 2]) count++;
  must(count >= 1, `DCGAN: pictures are ${height} by ${width}; expected extents that can be halved, above ${least}`);
  return count;
}

/** Pictures within 0 … 1 as the networks take and paint them: within -1 … 1. */
export const toSigned = (x: Tensor): Tensor => affine(x, { scale: 2, shift: -1 });
/** The other way round. */
export const fromSigned = (x: Tensor): Tensor => affine(x, { scale: 0.5, shift: 0.5 });

/** First weights of all convolutions: normal of deviation 0.02. */
export const dcganInit = init.normal({ deviation: 0.02 });

/** A batch normalisation whose scales begin as DCGAN's: normal of mean 1 and deviation 0.02. */
function batchNorm(channels: number, random: Random, activation: 'identity' | 'relu' = 'identity'): BatchNorm2d {
  const layer = new BatchNorm2d(channels, { activation });
  scope(() => copyStep(layer.scale, normalNumbers([channels], random, { mean: 1, deviation: 0.02 })));
  return layer;
}

const widthsOf = ({ height, width, features, widest = 512 }: DcganOptions): number[] => doublingWidths(features, halvingsOf(height, width) - 1, widest);

/** Extents behind all halvings. */
const smallest = ({ height, width }: DcganOptions): readonly [number, number] => {
  const factor = 2 ** halvingsOf(height, width);
  return [height / factor, width / factor];
};

/** Halvings by 4x4 convolutions of stride 2, leaky ReLU behind each, normalised from the second on. */
function halvings(options: DcganCriticOptions): Module[] {
  const { channels, random, norm = 'batch' } = options;
  const widths = widthsOf(options);
  return widths.flatMap((outputs, i): Module[] => {
    const own = random.split(`halving${i}`);
    const convolution = new Conv2d(i === 0 ? channels : widths[i - 1], outputs, 4, { random: own, stride: 2, padding: 1, bias: false, weightInit: dcganInit });
    const tidy = (): Module[] => {
      if (norm === 'batch') return [batchNorm(outputs, own.split('norm'))];
      if (norm === 'instance') return [new InstanceNorm2d(outputs, { affine: true })];
      return norm === 'layer' ? [new GroupNorm(1, outputs)] : [];
    };
    const first = norm === 'spectral' ? new SpectralNorm(convolution, { random: own.split('singular') }) : convolution;
    return [first, ...(i === 0 ? [] : tidy()), new LeakyRelu({ slope: 0.2 })];
  });
}

/** `[N channels H W]` → codes `[N latent]`; no layer has a bias. */
export class DcganEncoder extends Module {
  readonly layers: Sequential;

  constructor({ latent, ...options }: DcganOptions & { readonly latent: number }) {
    super();
    const top = new Conv2d(widthsOf(options).at(-1)!, latent, smallest(options), { random: options.random.split('top'), bias: false, weightInit: dcganInit });
    this.layers = new Sequential(...halvings(options), top);
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const codes = this.layers.forward(x);
      return reshape(codes, codes.shape.slice(0, 2));
    });
  }
}

/** Codes `[N latent]` → pictures `[N channels H W]` within -1 … 1: the encoder turned round, by transposed convolutions. */
export class DcganDecoder extends Module {
  readonly layers: Sequential;

  constructor({ latent, ...options }: DcganOptions & { readonly latent: number }) {
    super();
    const { channels, random } = options;
    const widths = widthsOf(options).reverse();
    const shared = { bias: false, weightInit: dcganInit };
    const doublings = widths.flatMap((inputs, i): Module[] => {
      const own = random.split(`doubling${i}`);
      const last = i === widths.length - 1;
      const doubling = new ConvTranspose2d(inputs, last ? channels : widths[i + 1], 4, { ...shared, random: own, stride: 2, padding: 1 });
      return [doubling, last ? new Tanh() : batchNorm(widths[i + 1], own.split('norm'), 'relu')];
    });
    const own = random.split('bottom');
    const bottom = new ConvTranspose2d(latent, widths[0], smallest(options), { ...shared, random: own });
    this.layers = new Sequential(bottom, batchNorm(widths[0], own.split('norm'), 'relu'), ...doublings);
  }

  override forward(codes: Tensor): Tensor {
    return scope(() => this.layers.forward(reshape(codes, [...codes.shape, 1, 1])));
  }
}

/** What a critic makes of pictures. */
export interface Verdict {
  /** f32 [N F h w]: what it looks at last, for feature matching (Salimans et al. 2016). */
  readonly features: Tensor;
  /** f32 [N]: logits of being real, or the value of a Wasserstein critic. */
  readonly logits: Tensor;
}

/** `[N channels H W]` → a verdict on each picture: the encoder with one number at its end. */
export class DcganCritic extends Module {
  readonly trunk: Sequential;
  readonly top: Conv2d | SpectralNorm;

  constructor(options: DcganCriticOptions) {
    super();
    this.trunk = new Sequential(...halvings(options));
    const { random } = options;
    const top = new Conv2d(widthsOf(options).at(-1)!, 1, smallest(options), { random: random.split('top'), bias: false, weightInit: dcganInit });
    this.top = options.norm === 'spectral' ? new SpectralNorm(top, { random: random.split('singular') }) : top;
  }

  /** What it says of pictures, and the features by which it says so. */
  judge(x: Tensor): Verdict {
    return scope(() => {
      const features = this.trunk.forward(x);
      return { features, logits: reshape(this.top.forward(features), [x.shape[0]]) };
    });
  }

  override forward(x: Tensor): Tensor {
    return this.judge(x).logits;
  }

  /** Starts anew, with other first weights: for a critic that has won and teaches nothing any more. */
  restart(random: Random): void {
    scope(() => {
      for (const [name, parameter] of this.namedParameters()) {
        const own = random.split(name);
        if (parameter.shape.length === 4) copyStep(parameter, dcganInit(parameter.shape, own));
        else if (name.endsWith('scale')) copyStep(parameter, normalNumbers(parameter.shape, own, { mean: 1, deviation: 0.02 }));
        else copyStep(parameter, init.zeros(parameter.shape, own));
      }
    });
  }
}
