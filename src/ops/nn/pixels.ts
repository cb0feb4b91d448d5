// Pixels with their channels side by side, and planes, one for each channel.
import { reshape } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { toUnitRange } from './convert.ts';
import { affine } from './elementwise.ts';
import { slice, transpose } from './layout.ts';

/** How pixels become planes. */
export interface PlanesOptions {
  /** How many of the channels are kept, the first ones; default all. */
  channels?: number;
  /** The number that stands for white and becomes 1: 255 of bytes, 65535 of floats from 16 bits. Default 1, which changes nothing. */
  white?: 1 | 255 | 65535;
}

/** The planes of a picture's pixels: `[H W C]` of any type → `[1 C H W]`, f32 where `white` is not 1. */
export function pixelsToPlanes(pixels: Tensor, { channels = pixels.shape[2], white = 1 }: PlanesOptions = {}): Tensor {
  const [height, width, all] = pixels.shape;
  const kept = channels === all ? pixels : slice(pixels, [0, 0, 0], [height, width, channels]);
  // Put into planes as bytes: a quarter of what floats would move.
  const planes = reshape(channels === 1 ? kept : transpose(kept, [2, 0, 1]), [1, channels, height, width]);
  return white === 255 ? toUnitRange(planes) : white === 1 ? planes : affine(planes, { scale: 1 / white });
}

/** The other way round: `[1 C H W]` → `[H W C]`. */
export function planesToPixels(planes: Tensor): Tensor {
  const [, channels, height, width] = planes.shape;
  const flat = reshape(planes, [channels, height, width]);
  return channels === 1 ? reshape(flat, [height, width, 1]) : transpose(flat, [1, 2, 0]);
}
