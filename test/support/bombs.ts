// Small files that are, or say they are, something huge.
import { constants, deflateRawSync, deflateSync } from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crcOf = (bytes: Uint8Array): number => (bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(kind: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crcOf(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A zlib stream of about so many zeros: a piece again and again, so that it is made in no time. Its checksum is not right. */
export function zeros(count: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(1 << 20), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...new Array<Buffer>(Math.ceil(count / (1 << 20))).fill(piece), Buffer.from([3, 0, 0, 0, 0, 1])]);
}

/** A grey PNG of these extents, with these chunks before its pixels, which come as `pixels`. */
export function pngOf(width: number, height: number, pixels: Uint8Array, extra: readonly Uint8Array[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), ...extra, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** A PNG of 1.6 gigapixels in less than two megabytes, all of them there. */
export const gigapixelPng = (): Buffer => pngOf(40_000, 40_000, zeros(40_000 * 40_001));

/** A PNG of four pixels whose comment becomes a gigabyte. */
export const commentPng = (): Buffer =>
  pngOf(2, 2, deflateSync(Buffer.alloc(6)), [chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), zeros(1 << 30)]))]);

/** A PNG of four pixels whose colour profile becomes a gigabyte. */
export const profilePng = (): Buffer =>
  pngOf(2, 2, deflateSync(Buffer.alloc(6)), [chunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), zeros(1 << 30)]))]);

/** A GIF whose head says 65,535 x 65,535 and in which hardly anything follows. */
export const wideGif = (): Buffer =>
  Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.from([255, 255, 255, 255, 0, 0, 0, 0x2c, 0, 0, 0, 0, 255, 255, 255, 255, 0, 2, 1, 0, 0, 0x3b])]);

/** PNM and BMP whose heads say more than any memory holds. */
export const hugeNetpbm = (): Buffer => Buffer.from('P5 2000000000 2000000000 255\n');
export function hugeBmp(): Buffer {
  const head = Buffer.alloc(64);
  head.write('BM', 'latin1');
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(2 ** 31 - 1, 18);
  head.writeInt32LE(2 ** 31 - 1, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return head;
}
