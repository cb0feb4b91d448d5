// Pictures from files and to PNG, through libvips; the only importer of sharp.
import type { Sharp } from 'sharp';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import { decodeBmp } from './bmp.ts';
import { decodeNetpbm } from './netpbm.ts';
import { pictureBytes, pictureKind } from './picture-file.ts';
import { type Shape, sizeOf, Tensor } from './tensor.ts';

export { isPictureName } from './picture-file.ts';

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

export interface DecodeOptions extends PictureLimits {
  /** What comes back, whatever the file holds: 1 grey, 3 sRGB without opacity, 4 sRGB with opacity. Default 3. */
  channels?: 1 | 3 | 4;
}

/** Larger pictures are refused with PICTURE_TOO_LARGE before they are decoded. */
export interface PictureLimits {
  /** Pixels along the longer side. Default 16384. */
  readonly maxSide?: number;
  /** Pixels in all. Default 268,435,456. */
  readonly maxPixels?: number;
}

export interface ReadOptions extends PictureLimits {
  /** What messages call it. Default the path, or the number of bytes. */
  readonly name?: string;
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

/** What reads pictures here, with its version, and the formats that can be read. Rejects with BINARY_MISSING where it cannot be loaded. */
export async function pictureFormats(): Promise<{ library: string; formats: string[] }> {
  const sharp = await libvips();
  const readable = Object.values(sharp.format).filter((one) => one.input.file && one.id !== 'vips' && one.id !== 'raw');
  return { library: `libvips ${sharp.versions.vips}`, formats: [...readable.map((one) => one.id), 'bmp', 'pnm'].sort() };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0];
const nameOf = (source: string | Uint8Array): string => (typeof source === 'string' ? source : `${source.byteLength} bytes`);

interface Opened {
  readonly pipeline: Sharp;
  readonly width: number;
  readonly height: number;
  readonly grey: boolean;
  /** 16 bits a number. */
  readonly deep: boolean;
}

/** The picture's own pixels, not yet decoded, upright. */
async function open(where: string, source: string | Uint8Array, limits: PictureLimits): Promise<Opened | RawPicture> {
  const bytes = typeof source === 'string' ? await pictureBytes(where, source) : source;
  const kind = pictureKind(where, bytes.subarray(0, 4096));
  if (kind === 'bmp' || kind === 'netpbm') {
    return (kind === 'bmp' ? decodeBmp : decodeNetpbm)(where, bytes, (width, height) => checkExtents(where, width, height, limits));
  }
  const sharp = await libvips();
  // 'warning': a JPEG with corrupt data decodes to nonsense under anything milder.
  const input = sharp(bytes, { failOn: 'warning', limitInputPixels: false });
  const { depth, space, channels, autoOrient } = await input.metadata().catch((cause: unknown) => damaged(where, cause));
  checkExtents(where, autoOrient.width, autoOrient.height, limits);
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new BlemishError<OwnCode>('PICTURE_UNSUPPORTED', `${where}: its numbers are of the kind ${depth}; expected 8 or 16 bits without sign`);
  }
  if (channels > (space === 'cmyk' ? 5 : 4)) {
    throw new BlemishError<OwnCode>('PICTURE_UNSUPPORTED', `${where}: the picture has ${channels} channels; expected at most 4`);
  }
  return { pipeline: input.autoOrient(), ...autoOrient, grey: space === 'b-w' || space === 'grey16', deep: depth === 'ushort' };
}

/** Pixels along a side of a picture, at most, where nobody says otherwise. */
export const usualSide = 16384;

function checkExtents(where: string, width: number, height: number, { maxSide = usualSide, maxPixels = 2 ** 28 }: PictureLimits): void {
  if (width <= maxSide && height <= maxSide && width * height <= maxPixels) return;
  throw new BlemishError<OwnCode>(
    'PICTURE_TOO_LARGE',
    `${where}: the picture has ${width} x ${height} pixels; expected at most ${maxSide} a side and ${maxPixels} in all`,
  );
}

function damaged(where: string, cause: unknown): never {
  const reason = firstLine(cause).replace(/^Input buffer has corrupt header: ?/, '') || 'its header is damaged';
  // What libvips lacks a codec for is no fault of the file.
  const code: OwnCode = /unsupported codec|unsupported feature|not supported|no decoding plugin/i.test(reason) ? 'PICTURE_UNSUPPORTED' : 'PICTURE_DAMAGED';
  throw new BlemishError<OwnCode>(code, `${where}: ${reason}; expected a whole picture file`, { cause });
}

/**
 * Reads a picture from a path, from the bytes of a file or from pixels. Files: PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM, SVG;
 * of several pages or frames the first. What comes back is upright (the camera's orientation is applied), 8 or 16 bit as the
 * file is, grey (1 channel) or sRGB (3 channels; other colour spaces, such as CMYK, are converted); opacity is left out, the
 * colours under it stay as they are. Pixels are checked, and come back as they came.
 *
 * Always the whole picture: a smaller version decoded from a JPEG would carry libvips' resampler into every score (see
 * docs/decisions).
 *
 * Rejects with PICTURE_MISSING, PICTURE_UNREADABLE, PICTURE_EMPTY, PICTURE_UNKNOWN, PICTURE_UNSUPPORTED, PICTURE_DAMAGED or
 * PICTURE_TOO_LARGE; for pixels with PICTURE_INVALID.
 */
export async function readPicture(source: PictureSource, options: ReadOptions = {}): Promise<RawPicture> {
  if (typeof source === 'function') return readPicture(await source(), { name: 'made pixels', ...options });
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) return checkPixels(`readPicture: ${options.name ?? 'pixels'}`, source, options);
  const where = `readPicture: ${options.name ?? nameOf(source)}`;
  const opened = await open(where, source, options);
  if ('data' in opened) return opened;
  const { pipeline, grey, deep } = opened;
  const space = deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb';
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => damaged(where, cause));
  return {
    data: deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
    channels: info.channels,
  };
}

function checkPixels(where: string, picture: RawPicture, limits: PictureLimits): RawPicture {
  const bad = (wrong: string, expected: string) => new BlemishError<OwnCode>('PICTURE_INVALID', `${where}: ${wrong}; expected ${expected}`);
  const { data, width, height, channels } = picture ?? {};
  const typed = data instanceof Uint8Array || data instanceof Uint8ClampedArray || data instanceof Uint16Array || data instanceof Float32Array;
  if (!typed) throw bad('its data is no typed array of pixels', 'Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array');
  const counts = [height, width, channels];
  if (!counts.every((n) => Number.isSafeInteger(n) && n > 0)) throw bad(`it is [${counts.join(' ')}]`, 'positive [height width channels]');
  if (data.length !== height * width * channels) throw bad(`${data.length} numbers came for [${counts.join(' ')}]`, `${height * width * channels}`);
  checkExtents(where, width, height, limits);
  if (data instanceof Float32Array) {
    const at = data.findIndex((x) => !(x >= 0 && x <= 1));
    if (at >= 0) throw bad(`number ${at} is ${data[at]}`, '0 … 1 in floats');
  }
  return picture;
}

/**
 * Reads a picture from a path or from the bytes of a file, as 8-bit sRGB or grey; see `readPicture`, which keeps grey grey and
 * 16 bits, for the kinds of files and the errors.
 */
export async function decodePicture(source: string | Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  const channels = options.channels ?? 3;
  must(channels === 1 || channels === 3 || channels === 4, `decodePicture: channels is ${channels}; expected 1, 3 or 4`);
  const where = `decodePicture: ${nameOf(source)}`;
  const opened = await open(where, source, options);
  const upright = 'data' in opened ? await fromPixels(opened) : opened.pipeline;
  const opaque = channels === 4 ? upright.ensureAlpha() : upright.removeAlpha();
  const { data, info } = await opaque
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => damaged(where, cause));
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), shape: [info.height, info.width, info.channels] };
}

async function fromPixels({ data, width, height, channels }: RawPicture): Promise<Sharp> {
  const sharp = await libvips();
  const image = sharp(data, { raw: { width, height, channels: channels as 1 | 3 | 4 } });
  return data instanceof Uint16Array ? image.pipelineColourspace(channels === 1 ? 'grey16' : 'rgb16') : image;
}

/**
 * A picture as the bytes of a PNG file, of 8 bits, or of 16 for a Uint16Array.
 *
 * @param picture u8 [H W C] or [H W], C is 1, 3 or 4: a tensor, which is read but not disposed, or plain numbers
 */
export async function encodePng(picture: Tensor | { readonly data: Uint8Array | Uint8ClampedArray | Uint16Array; readonly shape: Shape }): Promise<Buffer> {
  const { shape } = picture;
  const [height, width, channels = 1] = shape;
  const fits = (shape.length === 2 || shape.length === 3) && height > 0 && width > 0 && (channels === 1 || channels === 3 || channels === 4);
  if (!fits) throw invalid(`the picture is [${shape.join(' ')}]`, '[height width channels] with 1, 3 or 4 channels');
  if (picture instanceof Tensor && picture.dtype !== 'u8') throw invalid(`the picture is ${picture.dtype}`, 'u8, 0 … 255');
  const data = picture instanceof Tensor ? ((await picture.read()) as Uint8Array) : picture.data;
  if (data.length !== sizeOf(shape)) throw invalid(`${data.length} numbers came for [${shape.join(' ')}]`, `${sizeOf(shape)}`);
  const sharp = await libvips();
  const image = sharp(data, { raw: { width, height, channels: channels as 1 | 3 | 4 } });
  // Said, because sharp makes three channels of one otherwise.
  const space = data instanceof Uint16Array ? (channels === 1 ? 'grey16' : 'rgb16') : channels === 1 ? 'b-w' : 'srgb';
  return image.toColourspace(space).png().toBuffer();
}

const invalid = (wrong: string, expected: string) => new BlemishError<OwnCode>('PICTURE_INVALID', `encodePng: ${wrong}; expected ${expected}`);
