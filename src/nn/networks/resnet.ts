// Residual networks of basic blocks (He et al. 2016) for small pictures: a first convolution of step one, and no pooling after it.
import { add, relu } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingNormal } from '../init.ts';
import { BatchNorm2d, Conv2d, Sequential } from '../layers/index.ts';
import { Module } from '../module.ts';

/** What a residual network is made of. */
export interface ResNetOptions {
  readonly channels: number;
  /** Channels of the first stage; every further one has twice as many. ResNet-18 has 64. */
  readonly width: number;
  /** Blocks of every stage, each of which but the first halves the extents. ResNet-18 has [2, 2, 2, 2]. */
  readonly blocks: readonly number[];
  readonly random: Random;
}

const weightInit = kaimingNormal({ mode: 'fanOut' });
const tidy = (channels: number) => new BatchNorm2d(channels, { activation: 'relu' });

/** relu(norm(conv3x3(relu(norm(conv3x3(x))))) + x); where extents or channels change, x comes by way of a convolution of 1x1. */
class BasicBlock extends Module {
  readonly first: Sequential;
  readonly second: Sequential;
  readonly shortcut: Sequential | null;

  constructor(inputs: number, outputs: number, stride: 1 | 2, random: Random) {
    super();
    const made = (label: string) => ({ random: random.split(label), bias: false, weightInit });
    this.first = new Sequential(new Conv2d(inputs, outputs, 3, { ...made('first'), stride, padding: 1 }), tidy(outputs));
    this.second = new Sequential(new Conv2d(outputs, outputs, 3, { ...made('second'), padding: 1 }), new BatchNorm2d(outputs));
    const same = stride === 1 && inputs === outputs;
    this.shortcut = same ? null : new Sequential(new Conv2d(inputs, outputs, 1, { ...made('shortcut'), stride }), new BatchNorm2d(outputs));
  }

  override forward(x: Tensor): Tensor {
    return scope(() => relu(add(this.second.forward(this.first.forward(x)), this.shortcut ? this.shortcut.forward(x) : x)));
  }
}

/** `[N C H W]` → `[N width·2^(stages - 1) P Q]`, P = H halved and rounded up once for every stage but the first; no pooling and no classifier. */
export class ResNet extends Module {
  readonly stem: Sequential;
  readonly stages: Sequential[];
  /** Channels of each stage's result. */
  readonly widths: readonly number[];

  constructor({ channels, width, blocks, random }: ResNetOptions) {
    super();
    this.widths = blocks.map((_, i) => width * 2 ** i);
    this.stem = new Sequential(new Conv2d(channels, width, 3, { random: random.split('stem'), padding: 1, bias: false, weightInit }), tidy(width));
    this.stages = blocks.map((count, stage) => {
      const inputs = stage === 0 ? width : this.widths[stage - 1];
      const made = (i: number) => {
        const halves = stage > 0 && i === 0;
        return new BasicBlock(i === 0 ? inputs : this.widths[stage], this.widths[stage], halves ? 2 : 1, random.split(`stage${stage}`).split(i));
      };
      return new Sequential(...Array.from({ length: count }, (_, i) => made(i)));
    });
  }

  /** What every stage gives, finest first. */
  levels(x: Tensor): Tensor[] {
    const found: Tensor[] = [];
    for (const stage of this.stages) found.push(stage.forward(found.at(-1) ?? this.stem.forward(x)));
    return found;
  }

  override forward(x: Tensor): Tensor {
    return this.stages.reduce((value, stage) => stage.forward(value), this.stem.forward(x));
  }
}

/** ResNet-18 with the stem for CIFAR: 3x3 at step one, no pooling. */
export const resNet18 = (options: Omit<ResNetOptions, 'width' | 'blocks'> & { readonly width?: number }): ResNet =>
  new ResNet({ width: 64, ...options, blocks: [2, 2, 2, 2] });
