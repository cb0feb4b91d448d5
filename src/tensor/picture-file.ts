// The bytes of a picture file, and what kind of picture they begin like.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { BlemishError, type OwnCode } from '../errors.ts';

/** More than Node reads at once; a file of this size holds no picture within the limits either. */
const mostBytes = 2 ** 31 - 1;
const headBytes = 4096;

/** Kinds that can be decoded, and some of those that cannot but are worth naming. */
export type PictureKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff' | 'heif' | 'svg' | 'bmp' | 'netpbm';

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

const kinds: readonly [PictureKind, (head: Uint8Array) => boolean][] = [
  ['png', (head) => ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n'],
  ['jpeg', (head) => ascii(head, 0, 3) === '\xff\xd8\xff'],
  ['webp', (head) => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP'],
  ['gif', (head) => /^GIF8[79]a/.test(ascii(head, 0, 6))],
  ['tiff', (head) => /^(II[*+]\0|MM\0[*+])/.test(ascii(head, 0, 4))],
  ['heif', (head) => /^ftyp(avif|avis|heic|heix|hevc|heim|heis|mif1|msf1)/.test(ascii(head, 4, 12))],
  // The header's own length follows at byte 14: text that begins with BM has no such number there.
  ['bmp', (head) => ascii(head, 0, 2) === 'BM' && [12, 16, 40, 52, 56, 64, 108, 124].includes(head[14]) && ascii(head, 15, 18) === '\0\0\0'],
  ['netpbm', (head) => /^P[1-6](\s|#)/.test(ascii(head, 0, 3))],
  ['svg', (head) => /^(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE svg|!--|svg)/.test(ascii(head, 0, 64)) && ascii(head, 0, headBytes).includes('<svg')],
];

const foreign: readonly [string, (head: Uint8Array) => boolean][] = [
  ['JPEG 2000', (head) => ascii(head, 4, 12) === 'jP  \r\n\x87\n' || ascii(head, 0, 4) === '\xff\x4f\xff\x51'],
  ['JPEG XL', (head) => ascii(head, 0, 2) === '\xff\x0a' || ascii(head, 4, 12) === 'JXL \r\n\x87\n'],
  ['a Photoshop file', (head) => ascii(head, 0, 4) === '8BPS'],
  ['OpenEXR', (head) => ascii(head, 0, 4) === 'v/1\x01'],
  ['Radiance HDR', (head) => ascii(head, 0, 2) === '#?'],
  ['FITS', (head) => ascii(head, 0, 9) === 'SIMPLE  ='],
  ['DICOM', (head) => ascii(head, 128, 132) === 'DICM'],
  ['a PDF', (head) => ascii(head, 0, 5) === '%PDF-'],
  ['an icon', (head) => ascii(head, 0, 4) === '\0\0\x01\0'],
];

/** Names of files that are pictures by their ending, in small or capital letters. */
export const isPictureName = (name: string): boolean => /\.(png|jpe?g|jpe|webp|gif|tiff?|avif|svg|bmp|p[bgpn]m)$/i.test(name);

/** Pictures made of pixels, as messages name them. */
export const pixelKinds = 'PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF or PNM';
const allKinds = pixelKinds.replace(' or PNM', ', PNM or SVG');

/**
 * What a file begins like. Throws PICTURE_EMPTY, PICTURE_UNSUPPORTED or PICTURE_UNKNOWN where it is no picture that can be decoded.
 *
 * @param expected what messages say is expected
 */
export function pictureKind(where: string, head: Uint8Array, expected = allKinds): PictureKind {
  if (!head.length) throw failure('PICTURE_EMPTY', where, 'the file has 0 bytes');
  for (const [kind, matches] of kinds) if (matches(head)) return kind;
  const named = foreign.find(([, matches]) => matches(head));
  if (named) throw new BlemishError<OwnCode>('PICTURE_UNSUPPORTED', `${where}: the file is ${named[0]}; expected ${expected}`);
  const begins = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new BlemishError<OwnCode>('PICTURE_UNKNOWN', `${where}: the file begins with the bytes ${begins}; expected a picture (${expected})`);
}

/**
 * The bytes of a picture file. Only the beginning is read of what is no picture.
 *
 * Rejects with PICTURE_MISSING, PICTURE_UNREADABLE, PICTURE_EMPTY, PICTURE_UNKNOWN, PICTURE_UNSUPPORTED or PICTURE_TOO_LARGE.
 */
export async function pictureBytes(where: string, path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    // Asked first: to open a pipe would wait for its other end.
    const status = await stat(path);
    if (!status.isFile()) throw failure('PICTURE_UNREADABLE', where, `it is ${status.isDirectory() ? 'a folder' : 'no file'}`);
    file = await open(path, 'r');
    const head = new Uint8Array(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0);
    pictureKind(where, head.subarray(0, bytesRead));
    if (status.size > mostBytes) throw failure('PICTURE_TOO_LARGE', where, `the file has ${status.size} bytes`);
    return await file.readFile();
  } catch (cause) {
    throw cause instanceof BlemishError ? cause : systemFailure(where, cause as NodeJS.ErrnoException);
  } finally {
    await file?.close();
  }
}

const failure = (code: OwnCode, where: string, wrong: string) => new BlemishError<OwnCode>(code, `${where}: ${wrong}; expected a picture file`);

function systemFailure(where: string, cause: NodeJS.ErrnoException): BlemishError<OwnCode> {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return failure('PICTURE_MISSING', where, 'there is no such file');
  const denied = cause.code === 'EACCES' || cause.code === 'EPERM';
  const wrong = denied ? 'it may not be read' : `it cannot be read (${cause.code ?? cause.message})`;
  return new BlemishError<OwnCode>('PICTURE_UNREADABLE', `${where}: ${wrong}; expected a picture file`, { cause });
}
