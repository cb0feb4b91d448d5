// Networks built from our layers: a general U-Net, encoders, decoders and critics for adversarial learning; and those of others, whose weights are given by path and never shipped.
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
export { SqueezeNet, type SqueezeNetLayer, type SqueezeNetOptions, squeezeNetGeometry, squeezeNetLayers } from './squeezenet.ts';
export { doublingWidths, UNet, type UNetOptions } from './unet.ts';
export { loadWeights, readWeights } from './weights.ts';
