// Feature sources that are networks: SqueezeNet, MobileNetV2, and encoders that were trained here.
import { BlemishError, type OwnCode } from '../errors.ts';
import { fuse } from '../nn/fold.ts';
import * as init from '../nn/init.ts';
import { Conv2d, MaxPool2d, Relu, Sequential } from '../nn/layers/index.ts';
import type { AnyModule } from '../nn/module.ts';
import {
  loadWeights,
  MobileNetV2,
  type MobileNetV2Layer,
  mobileNetV2Geometry,
  SqueezeNet,
  type SqueezeNetLayer,
  squeezeNetGeometry,
} from '../nn/networks/index.ts';
import { type ArrayEntry, loadModuleState, type State, tensorsOf } from '../nn/state.ts';
import { affine, concat, pixelUnshuffle, slice, sub } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { chosen, type FeatureLevel, FeatureSource, type SourceOptions } from './source.ts';

/** Three channels of what may have one. */
const coloured = (images: Tensor): Tensor => (images.shape[1] === 3 ? images : concat([images, images, images], 1));

/** Of what will be overwritten: no time is spent on chance. */
const weightInit = ({ weights, learnt }: SourceOptions): { weightInit?: init.Initializer } => (weights || learnt ? { weightInit: init.constant(0) } : {});

/** A network ready for use: weights in, frozen, activations fused into convolutions. */
function ready<M extends AnyModule>(network: M, { weights, learnt }: SourceOptions): M {
  if (weights && !learnt) loadWeights(network, weights);
  return fuse(network.freeze() as M);
}

const squeezeNetLevels: Readonly<Record<number, SqueezeNetLayer>> = { 1: 'conv1', 2: 'fire3', 3: 'fire5', 4: 'fire7' };

/** SqueezeNet 1.1: what fire3, fire5 and fire7 give, at strides 4, 8 and 16; conv1 at 2. */
export class SqueezeNetSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  readonly network: SqueezeNet;
  private readonly layers: readonly SqueezeNetLayer[];

  constructor(options: SourceOptions) {
    super();
    this.layers = chosen('squeezenet', squeezeNetLevels, options);
    this.levels = this.layers.map((name) => ({ name, ...squeezeNetGeometry[name] }));
    this.network = ready(new SqueezeNet({ random: options.random, until: this.layers[this.layers.length - 1], ...weightInit(options) }), options);
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => {
      const rgb = coloured(images);
      const [n, , h, w] = rgb.shape;
      const bgr =
        images.shape[1] === 3
          ? concat(
              [2, 1, 0].map((c) => slice(rgb, [0, c, 0, 0], [n, 1, h, w])),
              1,
            )
          : rgb;
      return this.network.features(sub(affine(bgr, { scale: 255 }), tensor([104, 117, 123], [1, 3, 1, 1])), this.layers);
    });
  }
}

const mobileNetLevels: Readonly<Record<number, MobileNetV2Layer>> = { 1: 'block1', 2: 'block3', 3: 'block6', 4: 'block13', 5: 'block17' };

/** MobileNetV2 1.0: what blocks 1, 3, 6, 13 and 17 give, the last of their strides, 2 … 32. */
export class MobileNetSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  readonly network: MobileNetV2;
  private readonly layers: readonly MobileNetV2Layer[];

  constructor(options: SourceOptions) {
    super();
    this.layers = chosen('mobilenet', mobileNetLevels, options);
    this.levels = this.layers.map((name) => ({ name, ...mobileNetV2Geometry(name) }));
    this.network = ready(new MobileNetV2({ random: options.random, until: this.layers[this.layers.length - 1], ...weightInit(options) }), options);
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => this.network.features(affine(coloured(images), { scale: 2, shift: -1 }), this.layers));
  }
}

/** Names of an encoder's arrays: stage by stage, convolution by convolution. */
const encoderArray = /^(?:stages\.)?(\d+)\.(\d+)\.(weight|bias)$/;

/**
 * The encoder of a network that was trained here, as a method's `encoder` gives it: stages of 3x3 convolutions with ReLU, between them a
 * halving by the largest of 2x2. The level of each stage is what its last convolution gives, at stride b, 2b, 4b, … where the first convolution
 * takes blocks of b x b pixels: it then has b² times the pictures' channels.
 */
export class EncoderSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  readonly stages: readonly Sequential[];
  private readonly pool = new MaxPool2d(2);
  private readonly taken: readonly number[];
  private readonly block: number;

  constructor(options: SourceOptions) {
    super();
    const given = options.learnt ?? options.weights;
    if (!given)
      throw new BlemishError<OwnCode>('WEIGHTS_MISSING', 'source encoder: no weights were given; expected the file of a detector whose method has an encoder');
    const shapes = shapesOf(given);
    const inputs = shapes[0][0][1];
    this.block = [1, 2, 4].find((side) => inputs === options.channels * side ** 2) ?? 0;
    if (!this.block) {
      const wrong = `source encoder: it was trained on ${inputs === 1 ? 'grey pictures' : `${inputs} channels`} and is to see ${options.channels} channels`;
      throw new BlemishError<OwnCode>('ARGUMENT_INVALID', `${wrong}; expected as many: set channels`);
    }
    const offered = Object.fromEntries(shapes.map((_, i) => [i, i]));
    this.taken = chosen('encoder', offered, options);
    const used = shapes.slice(0, this.taken[this.taken.length - 1] + 1);
    this.stages = used.map((stage) => {
      const layers = stage.flatMap(([to, from, side]) => [
        new Conv2d(from, to, side, { random: options.random, padding: 'same', weightInit: init.constant(0), biasInit: init.constant(0) }),
        new Relu(),
      ]);
      return new Sequential(...layers);
    });
    fuse(this.freeze());
    if (options.weights && !options.learnt) {
      const own = new Set(tensorsOf(this).keys());
      const renamed = [...options.weights].map(([name, entry]): [string, ArrayEntry] => [`stages.${name.replace(/^stages\./, '')}`, entry]);
      loadModuleState(this, new Map(renamed.filter(([name]) => own.has(name))));
    }
    this.levels = this.taken.map((i) => {
      const stride = this.block * 2 ** i;
      return { name: `stage${i}`, channels: shapes[i][shapes[i].length - 1][0], stride, origin: (stride - 1) / 2 };
    });
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => {
      const found: Tensor[] = [];
      const blocks = this.block === 1 ? images : pixelUnshuffle(images, this.block);
      this.stages.forEach((stage, i) => found.push(stage.forward(i === 0 ? blocks : this.pool.forward(found[i - 1]))));
      return this.taken.map((i) => found[i]);
    });
  }
}

/** Extents of the weights, stage by stage. */
function shapesOf(state: State): (readonly number[])[][] {
  const stages: (readonly number[])[][] = [];
  for (const [name, { shape }] of state) {
    const found = encoderArray.exec(name);
    if (found?.[3] !== 'weight') continue;
    const [stage, layer] = [Number(found[1]), Number(found[2])];
    if (stage > 12 || layer > 12 || shape.length !== 4) continue;
    stages[stage] ??= [];
    stages[stage][layer] = shape;
  }
  const whole = stages.length > 0 && Array.from(stages).every((stage) => stage?.length && Array.from(stage).every(Boolean));
  if (!whole)
    throw new BlemishError<OwnCode>(
      'STATE_INVALID',
      `source encoder: ${state.size} arrays make no encoder; expected <stage>.<layer>.weight and bias, both from 0 on`,
    );
  return stages;
}
