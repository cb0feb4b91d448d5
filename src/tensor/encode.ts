// Small pictures as WebP, for pages that hold hundreds of them.
import { must } from '../errors.ts';
import { libvips } from './pictures.ts';

/**
 * A picture as the bytes of a WebP file, lossy, at a quality at which no difference is seen beside the original.
 *
 * @param data u8 [height width channels]; channels is 1 (grey) or 3 (sRGB)
 */
export async function encodeWebp(data: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Buffer> {
  const fits = data.length === width * height * channels && data.length > 0;
  must(fits, `encodeWebp: ${data.length} numbers came for ${width} x ${height} pixels of ${channels}; expected ${width * height * channels}, at least 1`);
  const sharp = await libvips();
  return sharp(data, { raw: { width, height, channels } }).webp({ quality: 82, smartSubsample: true }).toBuffer();
}
