// Networks built from our layers: a general U-Net; and those of others, whose weights are given by path and never shipped.
export { MobileNetV2, type MobileNetV2Layer, type MobileNetV2Options, mobileNetV2Geometry } from './mobilenet-v2.ts';
export { SqueezeNet, type SqueezeNetLayer, type SqueezeNetOptions, squeezeNetGeometry, squeezeNetLayers } from './squeezenet.ts';
export { doublingWidths, UNet, type UNetOptions } from './unet.ts';
export { loadWeights, readWeights } from './weights.ts';
