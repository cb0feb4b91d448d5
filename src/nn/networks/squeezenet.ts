// SqueezeNet 1.1 (Iandola et al. 2016), built from our layers; its weights are given by path.
import { adaptiveAveragePool2d, concat, maxPool2d, relu, reshape, softmax } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Initializer, kaimingNormal } from '../init.ts';
import { Conv2d, Relu, Sequential } from '../layers/index.ts';
import { Module } from '../module.ts';
import { loadWeights, readWeights } from './weights.ts';

/** Layers whose results can be asked for, in their order. */
export const squeezeNetLayers = ['conv1', 'fire2', 'fire3', 'fire4', 'fire5', 'fire6', 'fire7', 'fire8', 'fire9'] as const;
/** Layers whose maps can be had. */
export type SqueezeNetLayer = (typeof squeezeNetLayers)[number];

/** What a layer gives: channels, and where its positions stand over the picture; see `FeatureLevel`. */
export const squeezeNetGeometry: Readonly<Record<SqueezeNetLayer, { readonly channels: number; readonly stride: number; readonly origin: number }>> = {
  conv1: { channels: 64, stride: 2, origin: 1 },
  fire2: { channels: 128, stride: 4, origin: 3 },
  fire3: { channels: 128, stride: 4, origin: 3 },
  fire4: { channels: 256, stride: 8, origin: 7 },
  fire5: { channels: 256, stride: 8, origin: 7 },
  fire6: { channels: 384, stride: 16, origin: 15 },
  fire7: { channels: 384, stride: 16, origin: 15 },
  fire8: { channels: 512, stride: 16, origin: 15 },
  fire9: { channels: 512, stride: 16, origin: 15 },
};

/** Channels that each fire module squeezes to. */
const squeezed = { fire2: 16, fire3: 16, fire4: 32, fire5: 32, fire6: 48, fire7: 48, fire8: 64, fire9: 64 } as const;

/** Which part of the network is built. */
export interface SqueezeNetOptions {
  /** Where the first weights come from. */
  readonly random: Random;
  /** The last layer that is built; default all, with the classifier. */
  readonly until?: SqueezeNetLayer | 'conv10';
  /** Default He et al.'s. */
  readonly weightInit?: Initializer;
}

/** A 1x1 convolution that narrows, and beside each other a 1x1 and a 3x3 one that widen, each with ReLU. */
class Fire extends Module {
  readonly squeeze1x1: Sequential;
  readonly expand1x1: Sequential;
  readonly expand3x3: Sequential;

  constructor(inputs: number, squeeze: number, options: { random: Random; weightInit: Initializer }) {
    super();
    const convolution = (from: number, to: number, side: number) =>
      new Sequential(new Conv2d(from, to, side, { ...options, padding: (side - 1) / 2 }), new Relu());
    this.squeeze1x1 = convolution(inputs, squeeze, 1);
    this.expand1x1 = convolution(squeeze, 4 * squeeze, 1);
    this.expand3x3 = convolution(squeeze, 4 * squeeze, 3);
  }

  override forward(x: Tensor): Tensor {
    const narrow = this.squeeze1x1.forward(x);
    return concat([this.expand1x1.forward(narrow), this.expand3x3.forward(narrow)], 1);
  }
}

const pool = (x: Tensor): Tensor => maxPool2d(x, 3, { stride: 2, ceilMode: true });

/**
 * `[N 3 H W]` → `[N 1000]`, probabilities of the ImageNet classes. The input is in the order blue, green, red, within 0 … 255, less
 * [104, 117, 123]; extents are at least 15. Batch normalisation has no part in it.
 */
export class SqueezeNet extends Module {
  readonly conv1: Sequential;
  readonly fires: Readonly<Partial<Record<SqueezeNetLayer, Fire>>>;
  readonly conv10: Sequential | null;

  constructor({ random, until = 'conv10', weightInit = kaimingNormal() }: SqueezeNetOptions) {
    super();
    const last = until === 'conv10' ? squeezeNetLayers.length - 1 : squeezeNetLayers.indexOf(until);
    this.conv1 = new Sequential(new Conv2d(3, 64, 3, { random: random.split('conv1'), stride: 2, weightInit }), new Relu());
    this.fires = Object.fromEntries(
      squeezeNetLayers.slice(1, last + 1).map((name, i) => {
        const inputs = squeezeNetGeometry[squeezeNetLayers[i]].channels;
        return [name, new Fire(inputs, squeezed[name as keyof typeof squeezed], { random: random.split(name), weightInit })];
      }),
    );
    this.conv10 = until === 'conv10' ? new Sequential(new Conv2d(512, 1000, 1, { random: random.split('conv10'), padding: 1, weightInit })) : null;
  }

  /** Members are named as in the weights' file. */
  override members(): object {
    return { conv1: this.conv1, ...this.fires, ...(this.conv10 ? { conv10: this.conv10 } : {}) };
  }

  /** What the layers asked for give, `[N channels P Q]` each, in the order asked; no layer behind the last of them is computed. */
  features(x: Tensor, layers: readonly SqueezeNetLayer[]): Tensor[] {
    return scope(() => {
      const found = new Map<string, Tensor>();
      const last = Math.max(...layers.map((name) => squeezeNetLayers.indexOf(name)));
      let value = this.conv1.forward(x);
      found.set('conv1', value);
      for (const name of squeezeNetLayers.slice(1, last + 1)) {
        if (name === 'fire2' || name === 'fire4' || name === 'fire6') value = pool(value);
        value = (this.fires[name] as Fire).forward(value);
        found.set(name, value);
      }
      return layers.map((name) => found.get(name) as Tensor);
    });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const [last] = this.features(x, ['fire9']);
      const logits = adaptiveAveragePool2d(relu((this.conv10 as Sequential).forward(last)), 1);
      return softmax(reshape(logits, [x.shape[0], 1000]));
    });
  }

  /** The whole network with the weights of a safetensors file, in inference mode. Throws as `readWeights` and `loadWeights`. */
  static async load(path: string, random: Random): Promise<SqueezeNet> {
    const state = await readWeights(path);
    const network = new SqueezeNet({ random });
    loadWeights(network, state);
    return network.eval();
  }
}
