// Networks of others, built from our layers; weights are given by path and never shipped.
export { ConvDecoder, type ConvDecoderOptions, ConvEncoder, type ConvEncoderOptions } from './conv-autoencoder.ts';
export { MobileNetV2, type MobileNetV2Layer, type MobileNetV2Options, mobileNetV2Geometry } from './mobilenet-v2.ts';
export { ResNet, type ResNetOptions, resNet18 } from './resnet.ts';
export { SqueezeNet, type SqueezeNetLayer, type SqueezeNetOptions, squeezeNetGeometry, squeezeNetLayers } from './squeezenet.ts';
export { loadWeights, readWeights } from './weights.ts';
