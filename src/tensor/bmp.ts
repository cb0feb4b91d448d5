// Windows bitmaps, which libvips cannot read: what cameras and inspection stations write.
import { BlemishError, type OwnCode } from '../errors.ts';
import type { RawPicture } from './pictures.ts';

/** Fields of the headers that were in use from 1990 on; https://learn.microsoft.com/windows/win32/gdi/bitmap-storage. */
interface Header {
  readonly width: number;
  readonly height: number;
  /** The first row in the file is the top one. */
  readonly topDown: boolean;
  readonly bits: number;
  /** Where the pixels begin. */
  readonly pixels: number;
  /** Bits of blue, green and red within a pixel of 16 or 32 bits. */
  readonly masks: readonly number[];
  readonly palette: { readonly at: number; readonly entry: number; readonly count: number };
}

/**
 * Decodes a bitmap of 1, 4, 8, 16, 24 or 32 bits without compression. Grey palettes give 1 channel, all else 3; opacity is
 * left out.
 *
 * @param allow throws where the extents are too large
 */
export function decodeBmp(where: string, bytes: Uint8Array, allow: (width: number, height: number) => void): RawPicture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = headerOf(where, view);
  const { width, height, topDown, bits, pixels } = header;
  allow(width, height);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixels + stride * height > bytes.length) throw cutShort(where, bytes.length, pixels + stride * height);
  const row = (y: number) => bytes.subarray(pixels + (topDown ? y : height - 1 - y) * stride);
  if (bits <= 8) return fromPalette(where, header, bytes, row);
  const data = new Uint8Array(width * height * 3);
  if (bits === 24) {
    for (let y = 0, to = 0; y < height; y++) {
      const from = row(y);
      for (let x = 0; x < 3 * width; x += 3, to += 3) {
        data[to] = from[x + 2];
        data[to + 1] = from[x + 1];
        data[to + 2] = from[x];
      }
    }
    return { data, width, height, channels: 3 };
  }
  const channel = header.masks.map((mask) => {
    const shift = mask ? 31 - Math.clz32(mask & -mask) : 0;
    const most = mask >>> shift || 1;
    return (value: number) => Math.round((((value & mask) >>> shift) * 255) / most);
  });
  const size = bits / 8;
  for (let y = 0, to = 0; y < height; y++) {
    const at = pixels + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++, to += 3) {
      const value = size === 2 ? view.getUint16(at + 2 * x, true) : view.getUint32(at + 4 * x, true);
      for (let c = 0; c < 3; c++) data[to + c] = channel[c](value);
    }
  }
  return { data, width, height, channels: 3 };
}

function headerOf(where: string, view: DataView): Header {
  const need = (length: number) => {
    if (view.byteLength < length) throw cutShort(where, view.byteLength, length);
  };
  need(26);
  const pixels = view.getUint32(10, true);
  const length = view.getUint32(14, true);
  need(14 + length);
  const old = length === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = old ? view.getInt16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? 0 : view.getUint32(30, true);
  // 3 and 6: masks say where the colours are within a pixel.
  const masked = (compression === 3 || compression === 6) && (bits === 16 || bits === 32);
  if ((compression !== 0 && !masked) || ![1, 4, 8, 16, 24, 32].includes(bits)) {
    throw new BlemishError<OwnCode>(
      'PICTURE_UNSUPPORTED',
      `${where}: the bitmap has ${bits} bits a pixel and compression ${compression}; expected 1, 4, 8, 16, 24 or 32 bits without compression`,
    );
  }
  if (width <= 0 || tall === 0) throw new BlemishError<OwnCode>('PICTURE_DAMAGED', `${where}: the bitmap is ${width} x ${tall}; expected pixels`);
  if (masked) need(66);
  const masks = masked ? [54, 58, 62].map((at) => view.getUint32(at, true)) : bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const entry = old ? 3 : 4;
  const at = 14 + length;
  const told = old ? 0 : view.getUint32(46, true);
  const count = bits <= 8 ? Math.min(told || 1 << bits, 1 << bits) : 0;
  need(at + entry * count);
  return { width, height: Math.abs(tall), topDown: tall < 0, bits, pixels, masks, palette: { at, entry, count } };
}

function fromPalette(where: string, { width, height, bits, palette }: Header, bytes: Uint8Array, row: (y: number) => Uint8Array): RawPicture {
  const colours = Array.from({ length: palette.count }, (_, i) => {
    const [blue, green, red] = bytes.subarray(palette.at + i * palette.entry);
    return [red, green, blue];
  });
  const channels = colours.every(([red, green, blue]) => red === green && green === blue) ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  const perByte = 8 / bits;
  for (let y = 0, to = 0; y < height; y++) {
    const from = row(y);
    for (let x = 0; x < width; x++, to += channels) {
      const index = (from[Math.floor(x / perByte)] >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1);
      const colour = colours[index];
      if (!colour)
        throw new BlemishError<OwnCode>('PICTURE_DAMAGED', `${where}: a pixel has colour ${index}; expected one of the ${colours.length} in its palette`);
      for (let c = 0; c < channels; c++) data[to + c] = colour[c];
    }
  }
  return { data, width, height, channels };
}

const cutShort = (where: string, have: number, need: number) =>
  new BlemishError<OwnCode>('PICTURE_DAMAGED', `${where}: the bitmap has ${have} bytes; expected at least ${need}`);
