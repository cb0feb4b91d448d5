// Networks made ready for inference: batch normalisation folded into the convolution before it, activations fused into it.
import { must } from '../errors.ts';
import {
  conv2dFused,
  convTranspose2d,
  convTranspose2dFused,
  elu,
  gelu,
  leakyRelu,
  type PadMode,
  pad2d,
  relu,
  relu6,
  sigmoid,
  silu,
  tanh,
  upsampleWeight,
} from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { Elu, Gelu, LeakyRelu, Relu, Relu6, Sigmoid, Silu, Tanh } from './layers/activation.ts';
import { Conv2d, type ConvGeometry, ConvTranspose2d, UpsampleConv2d } from './layers/conv.ts';
import { BatchNorm2d } from './layers/norm.ts';
import { Sequential } from './layers/sequential.ts';
import { type AnyModule, Module } from './module.ts';
import { stateBuffer } from './parameter.ts';

/** What the fused convolution can do to its result; alpha is leakyRelu's slope or elu's scale. */
export interface FusedActivation {
  readonly activation: 'identity' | 'relu' | 'leakyRelu' | 'elu' | 'sigmoid' | 'tanh' | 'silu' | 'gelu' | 'relu6';
  readonly alpha?: number;
}

const identity: FusedActivation = { activation: 'identity' };

/** The fused form of an activation layer; null where there is none. */
export function fusedActivation(layer: AnyModule): FusedActivation | null {
  if (layer instanceof Relu) return { activation: 'relu' };
  if (layer instanceof Relu6) return { activation: 'relu6' };
  if (layer instanceof LeakyRelu) return { activation: 'leakyRelu', alpha: layer.slope };
  if (layer instanceof Elu) return { activation: 'elu', alpha: layer.alpha };
  if (layer instanceof Sigmoid) return { activation: 'sigmoid' };
  if (layer instanceof Tanh) return { activation: 'tanh' };
  if (layer instanceof Silu) return { activation: 'silu' };
  if (layer instanceof Gelu && layer.form === 'exact') return { activation: 'gelu' };
  return null;
}

/** For inference only: activation(conv2d(x) + bias + addend) in one pass. Its weights are buffers: nothing trains them. */
export class FusedConv2d extends Module<[x: Tensor, addend?: Tensor | null]> {
  /** `[K D R S]` */
  readonly weight: Tensor;
  /** `[K]` */
  readonly bias: Tensor;
  readonly geometry: ConvGeometry;
  readonly mode: PadMode;
  readonly after: FusedActivation;

  /** Keeps weight and bias. */
  constructor(weight: Tensor, bias: Tensor, geometry: ConvGeometry, mode: PadMode, after: FusedActivation) {
    super();
    this.weight = stateBuffer(weight);
    this.bias = stateBuffer(bias);
    this.geometry = geometry;
    this.mode = mode;
    this.after = after;
  }

  /** @param addend of the result's extents, added before the activation: the other arm of a residual block */
  /** The convolution with what was folded into it. */
  override forward(x: Tensor, addend: Tensor | null = null): Tensor {
    if (this.mode === 'zero') return conv2dFused(x, this.weight, this.bias, addend, { ...this.geometry, ...this.after });
    const padded = pad2d(x, this.geometry.padding, { mode: this.mode });
    return conv2dFused(padded, this.weight, this.bias, addend, { ...this.geometry, padding: 0, ...this.after });
  }
}

/** For inference only: activation(convTranspose2d(x) + bias). Its weights are buffers: nothing trains them. */
export class FusedConvTranspose2d extends Module {
  /** `[C D R S]` */
  readonly weight: Tensor;
  /** `[K]` */
  readonly bias: Tensor;
  readonly geometry: ConvGeometry;
  readonly outputPadding: readonly [number, number];
  readonly after: FusedActivation;

  /** Keeps weight and bias. */
  constructor(weight: Tensor, bias: Tensor, geometry: ConvGeometry, outputPadding: readonly [number, number], after: FusedActivation) {
    super();
    this.weight = stateBuffer(weight);
    this.bias = stateBuffer(bias);
    this.geometry = geometry;
    this.outputPadding = outputPadding;
    this.after = after;
  }

  override forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this.geometry;
    const plain = groups === 1 && dilation.every((n) => n === 1);
    if (!plain) return activate(convTranspose2d(x, this.weight, this.bias, { ...this.geometry, outputPadding: this.outputPadding }), this.after);
    const extent = (axis: number) =>
      (x.shape[2 + axis] - 1) * stride[axis] - padding[2 * axis] - padding[2 * axis + 1] + this.weight.shape[2 + axis] + this.outputPadding[axis];
    const inside = this.after.activation === 'relu' ? 'relu' : 'identity';
    const y = convTranspose2dFused(x, this.weight, this.bias, { height: extent(0), width: extent(1), stride, padding, activation: inside });
    return inside === 'relu' ? y : activate(y, this.after);
  }
}

function activate(x: Tensor, { activation, alpha }: FusedActivation): Tensor {
  const functions = {
    identity: (y: Tensor) => y,
    relu,
    leakyRelu: (y: Tensor) => leakyRelu(y, { slope: alpha }),
    elu: (y: Tensor) => elu(y, { alpha }),
    sigmoid,
    tanh,
    silu,
    gelu: (y: Tensor) => gelu(y),
    relu6,
  };
  return functions[activation](x);
}

/** Where the numbers of weights come from: by default read from the device, which waits for it. */
type Numbers = (value: Tensor) => ArrayLike<number>;
const readNow: Numbers = (value) => value.readSync();

/** Weight and bias, in float64 until the last, with a batch normalisation's inference form multiplied in. */
function folded(convolution: Conv2d | ConvTranspose2d | UpsampleConv2d, norm: BatchNorm2d | null, numbersOf: Numbers): { weight: Tensor; bias: Tensor } {
  const { weight, bias } = convolution;
  const { device } = weight;
  const transposed = convolution instanceof ConvTranspose2d;
  const groups = transposed ? convolution.geometry.groups : 1;
  const outputs = transposed ? weight.shape[1] * groups : weight.shape[0];
  must(
    !norm || norm.scale.size === outputs,
    `fuseLayers: the convolution has ${outputs} outputs but the normalisation ${norm?.scale.size} channels; expected equal counts`,
  );
  const numbers = Float64Array.from(numbersOf(weight));
  const offsets = bias ? Float64Array.from(numbersOf(bias)) : new Float64Array(outputs);
  if (norm) {
    const [scale, shift, mean, variance] = [norm.scale, norm.shift, norm.runningMean, norm.runningVariance].map(numbersOf);
    const factors = Float64Array.from(variance, (v, k) => scale[k] / Math.sqrt(v + norm.epsilon));
    offsets.forEach((offset, k) => {
      offsets[k] = (offset - mean[k]) * factors[k] + shift[k];
    });
    // The output channel of a number: the first axis, or for transposed ones the second within its group of the first.
    const inner = weight.shape[2] * weight.shape[3];
    const perRow = weight.shape[1] * inner;
    for (let i = 0; i < numbers.length; i++) {
      const row = Math.floor(i / perRow);
      const k = transposed ? Math.floor(row / (weight.shape[0] / groups)) * weight.shape[1] + Math.floor((i % perRow) / inner) : row;
      numbers[i] *= factors[k];
    }
  }
  return { weight: tensor(Float32Array.from(numbers), weight.shape, { device }), bias: tensor(Float32Array.from(offsets), [outputs], { device }) };
}

/**
 * One inference layer for a convolution, the batch normalisation after it and an activation after that. The layers given stay
 * as they are, and stay the caller's.
 *
 * @param numbersOf numbers of their weights where those are on the host already; by default they are read, which waits for the
 *   device
 */
export function fuseLayers(convolution: Conv2d, norm?: BatchNorm2d | null, after?: FusedActivation, numbersOf?: Numbers): FusedConv2d;
export function fuseLayers(
  convolution: ConvTranspose2d | UpsampleConv2d,
  norm?: BatchNorm2d | null,
  after?: FusedActivation,
  numbersOf?: Numbers,
): FusedConvTranspose2d;
export function fuseLayers(
  convolution: Conv2d | ConvTranspose2d | UpsampleConv2d,
  norm: BatchNorm2d | null = null,
  after: FusedActivation = identity,
  numbersOf: Numbers = readNow,
): FusedConv2d | FusedConvTranspose2d {
  must(
    norm?.activation !== 'relu' || after.activation === 'identity',
    'fuseLayers: the normalisation has an activation of its own; expected no other after it',
  );
  const last: FusedActivation = norm?.activation === 'relu' ? { activation: 'relu' } : after;
  return scope(() => {
    const { weight, bias } = folded(convolution, norm, numbersOf);
    if (convolution instanceof Conv2d) return new FusedConv2d(weight, bias, convolution.geometry, convolution.mode, last);
    if (convolution instanceof ConvTranspose2d) return new FusedConvTranspose2d(weight, bias, convolution.geometry, convolution.outputPadding, last);
    const [rows, columns] = weight.shape.slice(2);
    const [top, bottom, left, right] = convolution.padding;
    const geometry: ConvGeometry = {
      stride: [2, 2],
      padding: [rows - 1 - top, rows - 1 - bottom, columns - 1 - left, columns - 1 - right],
      dilation: [1, 1],
      groups: 1,
    };
    return new FusedConvTranspose2d(upsampleWeight(weight), bias, geometry, [0, 0], last);
  });
}

const isConvolution = (layer: unknown): layer is Conv2d | ConvTranspose2d | UpsampleConv2d =>
  layer instanceof Conv2d || layer instanceof ConvTranspose2d || layer instanceof UpsampleConv2d;

/**
 * Replaces, in every Sequential of a module, a convolution with the batch normalisation and the activation that follow it by
 * one inference layer, and puts the module into inference mode. In place and for good: what is replaced is disposed. Layers
 * that stand in several places are left alone.
 *
 * @param numbersOf as of `fuseLayers`
 */
export function fuse<M extends AnyModule>(module: M, numbersOf: Numbers = readNow): M {
  const sequences = [...module.namedModules().values()].filter((one): one is Sequential => one instanceof Sequential);
  const places = new Map<AnyModule, number>();
  for (const { layers } of sequences) for (const layer of layers) places.set(layer, (places.get(layer) ?? 0) + 1);
  for (const sequence of sequences) {
    const out: Module[] = [];
    const { layers } = sequence;
    for (let i = 0; i < layers.length; i++) {
      const convolution = layers[i];
      if (!isConvolution(convolution) || places.get(convolution) !== 1) {
        out.push(convolution);
        continue;
      }
      const next = layers[i + 1];
      const norm = next instanceof BatchNorm2d && places.get(next) === 1 ? next : null;
      if (norm) i++;
      const after = norm?.activation !== 'relu' && layers[i + 1] ? fusedActivation(layers[i + 1]) : null;
      if (after) i++;
      out.push(fuseLayers(convolution as Conv2d, norm, after ?? identity, numbersOf));
      convolution.dispose();
      norm?.dispose();
    }
    sequence.layers.splice(0, layers.length, ...out);
  }
  module.eval();
  return module;
}
