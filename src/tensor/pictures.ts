// Pictures from files and to PNG, through libvips; the only importer of sharp.
import { BlemishError, must } from '../errors.ts';
import { type Shape, sizeOf, Tensor } from './tensor.ts';

/** 8-bit pixels, row by row, their channels side by side: `tensor(picture.data, picture.shape)` makes a u8 tensor of it. */
export interface Picture {
  readonly data: Uint8Array;
  /** [height width channels]; channels is 1 (grey), 3 (sRGB) or 4 (sRGB and opacity). */
  readonly shape: readonly [height: number, width: number, channels: number];
}

/** Pixels from anywhere, row by row, their channels side by side. */
export interface RawPicture {
  /** height x width x channels numbers: 8 bit 0 … 255, 16 bit 0 … 65535, floats 0 … 1. */
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array;
  readonly width: number;
  readonly height: number;
  /** 1 … N; of 2 and 4 the last is opacity and is left out. */
  readonly channels: number;
}

/** A path, the bytes of a picture file, or pixels, at hand or made when asked for. */
export type PictureSource = string | Uint8Array | RawPicture | (() => Promise<RawPicture>);

export interface DecodeOptions {
  /** What comes back, whatever the file holds: 1 grey, 3 sRGB without opacity, 4 sRGB with opacity. Default 3. */
  channels?: 1 | 3 | 4;
}

/** @internal Loaded on first use: libvips is large, and most programs that use tensors never meet a picture. */
export async function libvips(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new BlemishError('BINARY_MISSING', `pictures: sharp could not be loaded (${firstLine(cause)}); expected it beside this package: npm install sharp`, {
      cause,
    });
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0];

/**
 * Reads a picture from a path or from the bytes of a file: PNG, JPEG, WebP, TIFF, AVIF, GIF (its first frame) or SVG. The
 * camera's orientation is applied, and any colour space and depth is converted to 8-bit sRGB.
 *
 * Rejects with PICTURE_INVALID where the file is absent, damaged, cut short or no picture.
 */
export async function decodePicture(source: string | Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  const channels = options.channels ?? 3;
  must(channels === 1 || channels === 3 || channels === 4, `decodePicture: channels is ${channels}; expected 1, 3 or 4`);
  const sharp = await libvips();
  try {
    const upright = sharp(source, { failOn: 'truncated' }).autoOrient();
    const opaque = channels === 4 ? upright.ensureAlpha() : upright.removeAlpha();
    const { data, info } = await opaque
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), shape: [info.height, info.width, info.channels] };
  } catch (cause) {
    const name = typeof source === 'string' ? source : `${source.byteLength} bytes`;
    throw new BlemishError('PICTURE_INVALID', `decodePicture: ${name}: ${firstLine(cause)}; expected a whole picture file`, { cause });
  }
}

/**
 * A picture as the bytes of a PNG file.
 *
 * @param picture u8 [H W C] or [H W], C is 1, 3 or 4: a tensor, which is read but not disposed, or plain numbers
 */
export async function encodePng(picture: Tensor | { readonly data: Uint8Array | Uint8ClampedArray; readonly shape: Shape }): Promise<Buffer> {
  const { shape } = picture;
  const [height, width, channels = 1] = shape;
  const fits = (shape.length === 2 || shape.length === 3) && height > 0 && width > 0 && (channels === 1 || channels === 3 || channels === 4);
  if (!fits) throw invalid(`the picture is [${shape.join(' ')}]`, '[height width channels] with 1, 3 or 4 channels');
  if (picture instanceof Tensor && picture.dtype !== 'u8') throw invalid(`the picture is ${picture.dtype}`, 'u8, 0 … 255');
  const data = picture instanceof Tensor ? ((await picture.read()) as Uint8Array) : picture.data;
  if (data.length !== sizeOf(shape)) throw invalid(`${data.length} numbers came for [${shape.join(' ')}]`, `${sizeOf(shape)}`);
  const sharp = await libvips();
  return sharp(data, { raw: { width, height, channels: channels as 1 | 3 | 4 } })
    .png()
    .toBuffer();
}

const invalid = (wrong: string, expected: string) => new BlemishError('PICTURE_INVALID', `encodePng: ${wrong}; expected ${expected}`);
