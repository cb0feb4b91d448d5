// Portable any-maps (PBM, PGM, PPM), which libvips is built without here: what laboratories write, often with 16 bits.
import { BlemishError, type OwnCode } from '../errors.ts';
import type { RawPicture } from './pictures.ts';

/**
 * Decodes the first picture of a P1 … P6 file (https://netpbm.sourceforge.net/doc/ppm.html): 1 or 3 channels, 16 bits where the
 * largest number exceeds 255; numbers are scaled so that the file's largest one becomes 255 or 65535.
 *
 * @param allow throws where the extents are too large
 */
export function decodeNetpbm(where: string, bytes: Uint8Array, allow: (width: number, height: number) => void): RawPicture {
  const damaged = (wrong: string, expected: string) => new BlemishError<OwnCode>('PICTURE_DAMAGED', `${where}: ${wrong}; expected ${expected}`);
  const kind = bytes[1] - 48;
  let at = 2;
  const blank = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);
  const skip = () => {
    for (; at < bytes.length; at++) {
      if (bytes[at] === 35) while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++;
      else if (!blank(bytes[at])) return;
    }
  };
  const integer = (what: string): number => {
    skip();
    let value = 0;
    let digits = 0;
    for (; at < bytes.length && bytes[at] >= 48 && bytes[at] <= 57 && digits < 10; at++, digits++) value = value * 10 + bytes[at] - 48;
    if (!digits) throw damaged(at < bytes.length ? `byte ${at} is ${bytes[at]}` : `it ends at byte ${at}`, what);
    return value;
  };
  const width = integer('the width');
  const height = integer('the height');
  const bilevel = kind === 1 || kind === 4;
  const largest = bilevel ? 1 : integer('the largest number');
  if (!width || !height || !largest || largest > 65535) throw damaged(`it is ${width} x ${height} of 0 … ${largest}`, 'pixels of 0 … 65535 at most');
  allow(width, height);
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const count = width * height * channels;
  const deep = largest > 255;
  const text = kind <= 3;
  // Exactly one blank stands before bytes; text has at least one digit for each number.
  if (!text) at++;
  const stride = kind === 4 ? Math.ceil(width / 8) : width * channels * (deep && !text ? 2 : 1);
  if (at + stride * height > bytes.length) throw damaged(`it has ${bytes.length} bytes`, `at least ${at + stride * height}`);
  const data = deep ? new Uint16Array(count) : new Uint8Array(count);
  const full = deep ? 65535 : 255;
  const scale = (value: number) => {
    if (value > largest) throw damaged(`a number is ${value}`, `0 … ${largest}`);
    return largest === full ? value : Math.round((value * full) / largest);
  };
  if (text) {
    for (let i = 0; i < count; i++) {
      if (kind !== 1) data[i] = scale(integer(`number ${i + 1} of ${count}`));
      else {
        // Bits may stand without blanks between them; 1 is black.
        skip();
        if (bytes[at] !== 48 && bytes[at] !== 49) throw damaged(at < bytes.length ? `byte ${at} is ${bytes[at]}` : `it ends at byte ${at}`, '0 or 1');
        data[i] = bytes[at++] === 49 ? 0 : 255;
      }
    }
    return { data, width, height, channels };
  }
  if (kind === 4) {
    for (let i = 0; i < count; i++) {
      const x = i % width;
      data[i] = (bytes[at + Math.floor(i / width) * stride + (x >> 3)] >> (7 - (x & 7))) & 1 ? 0 : 255;
    }
  } else if (deep) for (let i = 0; i < count; i++) data[i] = scale(bytes[at + 2 * i] * 256 + bytes[at + 2 * i + 1]);
  else if (largest === 255) data.set(bytes.subarray(at, at + count));
  else for (let i = 0; i < count; i++) data[i] = scale(bytes[at + i]);
  return { data, width, height, channels };
}
