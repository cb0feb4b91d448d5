// Layers by name; every entry is tested by test/conformance/layers.test.ts.
import * as activation from './activation.ts';
import { Conv2d, ConvTranspose2d, UpsampleConv2d } from './conv.ts';
import { Dropout } from './dropout.ts';
import { Linear } from './linear.ts';
import { BatchNorm2d, GroupNorm, InstanceNorm2d, LayerNorm } from './norm.ts';
import { AdaptiveAveragePool2d, AdaptiveMaxPool2d, AveragePool2d, Flatten, MaxPool2d, Resize, Upsample } from './resample.ts';
import { Sequential } from './sequential.ts';
import { SpectralNorm } from './spectral-norm.ts';
import { SqueezeExcitation } from './squeeze-excitation.ts';
import { Sspcab } from './sspcab.ts';

export * from './activation.ts';
export * from './conv.ts';
export { Dropout } from './dropout.ts';
export { Linear } from './linear.ts';
export * from './norm.ts';
export * from './resample.ts';
export { Sequential } from './sequential.ts';
export * from './spectral-norm.ts';
export { SqueezeExcitation, type SqueezeExcitationOptions } from './squeeze-excitation.ts';
export { Sspcab, type SspcabOptions } from './sspcab.ts';

const { Elu, Gelu, HardSwish, LeakyRelu, Mish, Relu, Relu6, Selu, Sigmoid, Silu, Softplus, Tanh } = activation;

/** Every layer by its name. */
export const layers = {
  adaptiveAveragePool2d: AdaptiveAveragePool2d,
  adaptiveMaxPool2d: AdaptiveMaxPool2d,
  averagePool2d: AveragePool2d,
  batchNorm2d: BatchNorm2d,
  conv2d: Conv2d,
  convTranspose2d: ConvTranspose2d,
  dropout: Dropout,
  elu: Elu,
  flatten: Flatten,
  gelu: Gelu,
  groupNorm: GroupNorm,
  hardSwish: HardSwish,
  instanceNorm2d: InstanceNorm2d,
  layerNorm: LayerNorm,
  leakyRelu: LeakyRelu,
  linear: Linear,
  maxPool2d: MaxPool2d,
  mish: Mish,
  relu: Relu,
  relu6: Relu6,
  resize: Resize,
  selu: Selu,
  sequential: Sequential,
  sigmoid: Sigmoid,
  silu: Silu,
  softplus: Softplus,
  spectralNorm: SpectralNorm,
  squeezeExcitation: SqueezeExcitation,
  sspcab: Sspcab,
  tanh: Tanh,
  upsample: Upsample,
  upsampleConv2d: UpsampleConv2d,
} as const;
