// The network of compare/README.md on our own layers, its folded form for inference, and its arithmetic.
import { keep, ops, scope, type Tensor } from '../../src/index.ts';
import { BatchNorm2d, Conv2d, MaxPool2d, Sequential, Sigmoid, UpsampleConv2d } from '../../src/nn/layers/index.ts';
import type { Module } from '../../src/nn/module.ts';
import { Random } from '../../src/tensor/random.ts';
import { type Layer, layerList } from './layer-list.ts';

/** Convolutions, batch normalisations with their ReLU fused, pooling, sigmoid. Weights as PyTorch draws them. */
export function buildNetwork(seed: number): Sequential {
  const random = new Random(seed);
  const layers: Module[] = [];
  layerList.forEach((layer, i) => {
    const options = { random: random.split(String(i)), bias: layer.last };
    // Nearest upsampling and the convolution behind it in one: the same numbers, four ninths of the arithmetic.
    if (layer.upsampled) layers.push(new UpsampleConv2d(layer.inputs, layer.outputs, layer.kernel, options));
    else layers.push(new Conv2d(layer.inputs, layer.outputs, layer.kernel, { ...options, padding: 'same', dilation: layer.dilation }));
    if (layer.last) layers.push(new Sigmoid());
    else layers.push(new BatchNorm2d(layer.outputs, { activation: 'relu' }));
    if (layer.pooled) layers.push(new MaxPool2d(2));
  });
  return new Sequential(...layers);
}

/** Parameters and buffers in the order of PyTorch's state dict. */
export function stateInOrder(network: Sequential): Tensor[] {
  return network.layers.flatMap((layer): Tensor[] => {
    if (layer instanceof BatchNorm2d) return [layer.scale, layer.shift, layer.runningMean, layer.runningVariance];
    if (layer instanceof Conv2d || layer instanceof UpsampleConv2d) return layer.bias ? [layer.weight, layer.bias] : [layer.weight];
    return [];
  });
}

interface FoldedLayer {
  layer: Layer;
  weight: Tensor;
  bias: Tensor;
}

/** A trained network with its batch normalisations folded into the convolutions; for inference alone. */
export class FoldedNetwork {
  private readonly layers: FoldedLayer[];

  constructor(network: Sequential) {
    const norms = network.layers.filter((layer) => layer instanceof BatchNorm2d);
    const convolutions = network.layers.filter((layer) => layer instanceof Conv2d || layer instanceof UpsampleConv2d);
    this.layers = layerList.map((layer, i) => {
      const { weight, bias } = convolutions[i];
      if (layer.last) return { layer, weight: keep(ops.reorderLayout(weight)), bias: keep(ops.reshape(bias!, [layer.outputs])) };
      return scope(() => {
        const { scale, shift, runningMean, runningVariance, epsilon } = norms[i];
        const factor = ops.div(scale, ops.sqrt(ops.add(runningVariance, ops.full([1], epsilon))));
        const folded = ops.mul(weight, ops.reshape(factor, [layer.outputs, 1, 1, 1]));
        return {
          layer,
          weight: keep(layer.upsampled ? ops.upsampleWeight(folded) : folded),
          bias: keep(ops.sub(shift, ops.mul(runningMean, factor))),
        };
      });
    });
  }

  forward(image: Tensor): Tensor {
    return this.layers.reduce((x, { layer, weight, bias }) => {
      const { kernel, dilation } = layer;
      const padding = (kernel >> 1) * dilation;
      const activation = layer.last ? 'sigmoid' : 'relu';
      const y = layer.upsampled
        ? // A window of padding 1 on the upsampled picture is one of padding 1 with a kernel of 4 and a stride of 2.
          ops.convTranspose2dFused(x, weight, bias, { height: 2 * x.shape[2], width: 2 * x.shape[3], stride: 2, padding: 1, activation: 'relu' })
        : ops.conv2dFused(x, weight, bias, null, { padding, dilation, activation });
      const z = layer.pooled ? scope(() => ops.maxPool2d(y)) : y;
      // What nobody reads again goes back at once: memory is reused in program order.
      if (z !== y) y.dispose();
      if (x !== image) x.dispose();
      return z;
    }, image);
  }

  dispose(): void {
    for (const { weight, bias } of this.layers) {
      weight.dispose();
      bias.dispose();
    }
  }
}
