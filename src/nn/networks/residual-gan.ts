// Residual generator and critic of WGAN-GP (Gulrajani et al. 2017), as f-AnoGAN uses them.
import { add, averagePool2d, mean, relu, reshape, upsampleNearest } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as init from '../init.ts';
import { BatchNorm2d, Conv2d, GroupNorm, Linear, Relu, Sequential, Tanh, UpsampleConv2d } from '../layers/index.ts';
import { Module } from '../module.ts';
import { halvingsOf, type Verdict } from './dcgan.ts';
import { doublingWidths } from './widths.ts';

/** What generators and critics are made of. */
export interface ResidualGanOptions {
  readonly channels: number;
  /** Extents of the pictures in pixels; each is halved as often as `halvingsOf` says. */
  readonly height: number;
  readonly width: number;
  /** Channels at the pictures' extents; every halving doubles them. */
  readonly features: number;
  /** Most channels that there are anywhere. Default 8 times as many. */
  readonly widest?: number;
  /** Where the first weights come from. */
  readonly random: Random;
}

const widthsOf = ({ height, width, features, widest }: ResidualGanOptions): number[] => doublingWidths(features, halvingsOf(height, width), widest);

const convolution = (inputs: number, outputs: number, side: number, random: Random) =>
  new Conv2d(inputs, outputs, side, { random, padding: 'same', weightInit: init.kaimingUniform(), biasInit: init.zeros });

/** norm - ReLU - doubling - conv - norm - ReLU - conv, beside a doubled 1x1 convolution: `[N inputs H W]` → `[N outputs 2H 2W]`. */
class UpBlock extends Module {
  readonly before: BatchNorm2d;
  readonly body: Sequential;
  readonly beside: Conv2d;

  constructor(inputs: number, outputs: number, random: Random) {
    super();
    this.before = new BatchNorm2d(inputs, { activation: 'relu' });
    this.body = new Sequential(
      new UpsampleConv2d(inputs, outputs, 3, { random: random.split('up'), bias: false, weightInit: init.kaimingUniform() }),
      new BatchNorm2d(outputs, { activation: 'relu' }),
      convolution(outputs, outputs, 3, random.split('second')),
    );
    this.beside = convolution(inputs, outputs, 1, random.split('beside'));
  }

  override forward(x: Tensor): Tensor {
    // A 1x1 convolution and nearest upsampling change places without changing the result.
    return add(this.body.forward(this.before.forward(x)), upsampleNearest(this.beside.forward(x)));
  }
}

type BodyNorm = 'batch' | 'layer' | 'none';

/** A normalisation and ReLU. */
function tidy(channels: number, norm: BodyNorm): Module[] {
  if (norm === 'batch') return [new BatchNorm2d(channels, { activation: 'relu' })];
  return norm === 'layer' ? [new GroupNorm(1, channels), new Relu()] : [new Relu()];
}

/** norm - ReLU - conv - norm - ReLU - conv, halved by 2x2 means, beside a halved 1x1 convolution: `[N inputs H W]` → `[N outputs H/2 W/2]`. */
class DownBlock extends Module {
  readonly body: Sequential;
  readonly beside: Conv2d;

  constructor(inputs: number, outputs: number, norm: BodyNorm, random: Random) {
    super();
    this.body = new Sequential(
      ...tidy(inputs, norm),
      convolution(inputs, outputs, 3, random.split('first')),
      ...tidy(outputs, norm),
      convolution(outputs, outputs, 3, random.split('second')),
    );
    this.beside = convolution(inputs, outputs, 1, random.split('beside'));
  }

  override forward(x: Tensor): Tensor {
    return add(averagePool2d(this.body.forward(x), 2), this.beside.forward(averagePool2d(x, 2)));
  }
}

/** Codes `[N latent]` → pictures `[N channels H W]` within -1 … 1. */
export class ResidualGenerator extends Module {
  readonly bottom: Linear;
  readonly blocks: UpBlock[];
  readonly before: BatchNorm2d;
  readonly paint: Sequential;
  private readonly start: readonly [channels: number, height: number, width: number];

  constructor({ latent, ...options }: ResidualGanOptions & { readonly latent: number }) {
    super();
    const { channels, height, width, random } = options;
    const widths = widthsOf(options).reverse();
    const factor = 2 ** (widths.length - 1);
    this.start = [widths[0], height / factor, width / factor];
    const linear = { weightInit: init.xavierUniform(), biasInit: init.zeros };
    this.bottom = new Linear(
      latent,
      this.start.reduce((a, b) => a * b),
      { ...linear, random: random.split('bottom') },
    );
    this.blocks = widths.slice(1).map((outputs, i) => new UpBlock(widths[i], outputs, random.split(`block${i}`)));
    this.before = new BatchNorm2d(widths.at(-1)!, { activation: 'relu' });
    this.paint = new Sequential(convolution(widths.at(-1)!, channels, 3, random.split('paint')), new Tanh());
  }

  override forward(codes: Tensor): Tensor {
    return scope(() => {
      let value = reshape(this.bottom.forward(codes), [codes.shape[0], ...this.start]);
      for (const block of this.blocks) value = block.forward(value);
      return this.paint.forward(this.before.forward(value));
    });
  }
}

/** What a critic is made of. */
export interface ResidualCriticOptions extends ResidualGanOptions {
  /** Numbers that come out. Default 1: a verdict; more make an encoder of it. */
  readonly outputs?: number;
  /** 'layer' normalises each picture by itself, as a gradient penalty wants it. Default 'layer'. */
  readonly norm?: BodyNorm;
}

/** `[N channels H W]` → `[N outputs]`; its features are the means over all positions, `[N F 1 1]`. */
export class ResidualCritic extends Module {
  readonly first: Conv2d;
  readonly blocks: DownBlock[];
  readonly top: Linear;

  constructor({ outputs = 1, norm = 'layer', ...options }: ResidualCriticOptions) {
    super();
    const { channels, random } = options;
    const widths = widthsOf(options);
    this.first = convolution(channels, widths[0], 3, random.split('first'));
    this.blocks = widths.slice(1).map((to, i) => new DownBlock(widths[i], to, norm, random.split(`block${i}`)));
    this.top = new Linear(widths.at(-1)!, outputs, { random: random.split('top'), weightInit: init.xavierUniform(), biasInit: init.zeros });
  }

  /** Features and what is made of them, `[N outputs]`. */
  private look(x: Tensor): { readonly features: Tensor; readonly numbers: Tensor } {
    return scope(() => {
      let value = this.first.forward(x);
      for (const block of this.blocks) value = block.forward(value);
      const features = mean(relu(value), [2, 3], { keepDims: true });
      return { features, numbers: this.top.forward(reshape(features, features.shape.slice(0, 2))) };
    });
  }

  /** Of a critic of one output. */
  judge(x: Tensor): Verdict {
    return scope(() => {
      const { features, numbers } = this.look(x);
      return { features, logits: reshape(numbers, [x.shape[0]]) };
    });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.look(x).numbers);
  }
}
