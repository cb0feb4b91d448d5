// The network of compare/README.md on our own layers.
import { scope, type Tensor } from '../../src/index.ts';
import { BatchNorm2d, Conv2d, MaxPool2d, Sequential, Sigmoid, UpsampleConv2d } from '../../src/nn/layers/index.ts';
import type { Module } from '../../src/nn/module.ts';
import { Random } from '../../src/tensor/random.ts';
import { layerList } from './layer-list.ts';

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

/**
 * Runs the layers for inference and frees what no later layer reads as soon as it was read, so that a few blocks of memory
 * serve for all; a scope around the whole would free everything at its end.
 */
export function forwardOnce(network: Sequential, image: Tensor): Tensor {
  return network.layers.reduce((x, layer) => {
    const y = scope(() => layer.forward(x));
    if (x !== image) x.dispose();
    return y;
  }, image);
}
