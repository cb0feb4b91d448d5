// MobileNetV2 1.0 (Sandler et al. 2018), built from our layers; its weights are given by path.
import { add, pad2d } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Initializer, kaimingNormal } from '../init.ts';
import { Conv2d, Relu6, Sequential } from '../layers/index.ts';
import { Module } from '../module.ts';
import { loadWeights, readWeights } from './weights.ts';

/** Channels and stride of blocks 1 … 17: a stage a line. */
const plan: readonly (readonly [channels: number, stride: 1 | 2])[] = [
  [16, 1],
  ...([
    [24, 2],
    [24, 1],
  ] as const),
  ...([
    [32, 2],
    [32, 1],
    [32, 1],
  ] as const),
  ...([
    [64, 2],
    [64, 1],
    [64, 1],
    [64, 1],
  ] as const),
  ...([
    [96, 1],
    [96, 1],
    [96, 1],
  ] as const),
  ...([
    [160, 2],
    [160, 1],
    [160, 1],
  ] as const),
  [320, 1],
];

/** Layers whose maps can be had. */
export type MobileNetV2Layer = 'conv0' | `block${number}` | 'head';

/** What a layer gives: channels, and where its positions stand over a picture of even halvings; see `FeatureLevel`. */
export function mobileNetV2Geometry(layer: MobileNetV2Layer): { channels: number; stride: number; origin: number } {
  const blocks = layer === 'conv0' ? 0 : layer === 'head' ? plan.length : Number(layer.slice('block'.length));
  const stride = plan.slice(0, blocks).reduce((product, [, step]) => product * step, 2);
  const channels = layer === 'conv0' ? 32 : layer === 'head' ? 1280 : plan[blocks - 1][0];
  // Each halving pads at the bottom and right alone: its windows have their middles one step further.
  return { channels, stride, origin: stride - 1 };
}

/** Which part of the network is built. */
export interface MobileNetV2Options {
  /** Where the first weights come from. */
  readonly random: Random;
  /** The last layer that is built; default `head`. */
  readonly until?: MobileNetV2Layer;
  /** Default He et al.'s. */
  readonly weightInit?: Initializer;
}

interface Making {
  readonly random: Random;
  readonly weightInit: Initializer;
}

/** Padding as TensorFlow's SAME: even extents gain one pixel at the bottom and right, odd ones one at each side. */
function halve(layer: Sequential, x: Tensor): Tensor {
  const odd = [x.shape[2] % 2, x.shape[3] % 2];
  return layer.forward(odd[0] || odd[1] ? pad2d(x, [odd[0], 0, odd[1], 0]) : x);
}

const halving = { stride: 2, padding: [0, 1, 0, 1] } as const;

/** Inverted residual: widened by six, filtered channel by channel, narrowed without activation; added to its input where extents agree. */
class Block extends Module {
  readonly expand: Sequential | null;
  readonly dw: Sequential;
  readonly project: Sequential;
  private readonly step: 1 | 2;
  private readonly residual: boolean;

  constructor(inputs: number, outputs: number, step: 1 | 2, widening: number, { random, weightInit }: Making) {
    super();
    const wide = inputs * widening;
    const made = (label: string) => ({ random: random.split(label), weightInit });
    this.expand = widening === 1 ? null : new Sequential(new Conv2d(inputs, wide, 1, made('expand')), new Relu6());
    const window = step === 2 ? halving : ({ padding: 1 } as const);
    this.dw = new Sequential(new Conv2d(wide, wide, 3, { ...made('dw'), ...window, groups: wide }), new Relu6());
    this.project = new Sequential(new Conv2d(wide, outputs, 1, made('project')));
    this.step = step;
    this.residual = step === 1 && inputs === outputs;
  }

  override forward(x: Tensor): Tensor {
    const wide = this.expand ? this.expand.forward(x) : x;
    const filtered = this.step === 2 ? halve(this.dw, wide) : this.dw.forward(wide);
    const narrow = this.project.forward(filtered);
    return this.residual ? add(narrow, x) : narrow;
  }
}

/** `[N 3 H W]`, red, green, blue within -1 … 1, → `[N 1280 H/32 W/32]`, the last features; there is no classifier. */
export class MobileNetV2 extends Module {
  readonly conv0: Sequential;
  readonly blocks: readonly Block[];
  readonly head: Sequential | null;

  constructor({ random, until = 'head', weightInit = kaimingNormal() }: MobileNetV2Options) {
    super();
    const count = until === 'conv0' ? 0 : until === 'head' ? plan.length : Number(until.slice('block'.length));
    this.conv0 = new Sequential(new Conv2d(3, 32, 3, { random: random.split('conv0'), ...halving, weightInit }), new Relu6());
    this.blocks = plan.slice(0, count).map(([outputs, step], i) => {
      const inputs = i === 0 ? 32 : plan[i - 1][0];
      return new Block(inputs, outputs, step, i === 0 ? 1 : 6, { random: random.split(`block${i + 1}`), weightInit });
    });
    this.head = until === 'head' ? new Sequential(new Conv2d(320, 1280, 1, { random: random.split('head'), weightInit }), new Relu6()) : null;
  }

  /** Members are named as in the weights' file. */
  override members(): object {
    const blocks = Object.fromEntries(this.blocks.map((block, i) => [`block${i + 1}`, block]));
    return { conv0: this.conv0, ...blocks, ...(this.head ? { head: this.head } : {}) };
  }

  /** What the layers asked for give, `[N channels P Q]` each, in the order asked; no layer behind the last of them is computed. */
  features(x: Tensor, layers: readonly MobileNetV2Layer[]): Tensor[] {
    return scope(() => {
      const missing = new Set(layers);
      const found = new Map<MobileNetV2Layer, Tensor>();
      const meet = (name: MobileNetV2Layer, value: Tensor) => {
        if (missing.delete(name)) found.set(name, value);
        return value;
      };
      let value = meet('conv0', halve(this.conv0, x));
      this.blocks.forEach((block, i) => {
        if (missing.size) value = meet(`block${i + 1}`, block.forward(value));
      });
      if (missing.size && this.head) meet('head', this.head.forward(value));
      return layers.map((name) => found.get(name) as Tensor);
    });
  }

  override forward(x: Tensor): Tensor {
    return this.features(x, ['head'])[0];
  }

  /** The whole network with the weights of a safetensors file, in inference mode. Throws as `readWeights` and `loadWeights`. */
  static async load(path: string, random: Random): Promise<MobileNetV2> {
    const state = await readWeights(path);
    const network = new MobileNetV2({ random });
    loadWeights(network, state);
    return network.eval();
  }
}
