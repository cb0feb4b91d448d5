// Networks built from our layers: a U-Net, a residual network, encoders, decoders and critics; and those of others, whose weights are given by path and never shipped.
export { ConvDecoder, type ConvDecoderOptions, ConvEncoder, type ConvEncoderOptions } from './conv-autoencoder.ts';
export {
  DcganCritic,
  type DcganCriticOptions,
  DcganDecoder,
  DcganEncoder,
  type DcganOptions,
  dcganInit,
  fromSigned,
  halvingsOf,
  toSigned,
  type Verdict,
} from './dcgan.ts';
export { MobileNetV2, type MobileNetV2Layer, type MobileNetV2Options, mobileNetV2Geometry } from './mobilenet-v2.ts';
export { ResidualCritic, type ResidualCriticOptions, type ResidualGanOptions, ResidualGenerator } from './residual-gan.ts';
export { ResNet, type ResNetOptions, resNet18 } from './resnet.ts';
export { SqueezeNet, type SqueezeNetLayer, type SqueezeNetOptions, squeezeNetGeometry, squeezeNetLayers } from './squeezenet.ts';
export { UNet, type UNetOptions } from './unet.ts';
export { loadWeights, readWeights } from './weights.ts';
export { doublingWidths } from './widths.ts';
