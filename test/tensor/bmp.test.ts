// Bitmaps of every depth against pixels laid out by hand; damaged headers.
import { describe, expect, it } from 'vitest';
import { decodePicture, readPicture } from '../../src/tensor/pictures.ts';
import { noise } from '../support/bad-pictures.ts';
import { rejected } from '../support/thrown.ts';

interface Options {
  bits: number;
  /** Rows of the file, each padded to whole words here. */
  rows: readonly (readonly number[])[];
  width: number;
  topDown?: boolean;
  /** Blue, green, red of each colour. */
  palette?: readonly (readonly [number, number, number])[];
  masks?: readonly number[];
  compression?: number;
  /** Length of the header: 12, 40 or 124. */
  header?: number;
}

function bmp({ bits, rows, width, topDown = false, palette = [], masks = [], compression = masks.length ? 3 : 0, header = 40 }: Options): Buffer {
  const padded = rows.map((row) => [...row, ...new Array((4 - (row.length % 4)) % 4).fill(0)]);
  const head = Buffer.alloc(14 + header + (header === 40 ? 4 * masks.length : 0));
  const colours = palette.flatMap((colour) => (header === 12 ? colour : [...colour, 0]));
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length + colours.length, 10);
  head.writeUInt32LE(header, 14);
  if (header === 12) {
    head.writeUInt16LE(width, 18);
    head.writeInt16LE(rows.length, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt16LE(bits, 24);
  } else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(topDown ? -rows.length : rows.length, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
    head.writeUInt32LE(palette.length, 46);
    masks.forEach((mask, i) => head.writeUInt32LE(mask, 54 + 4 * i));
  }
  return Buffer.concat([head, Buffer.from(colours), Buffer.from(padded.flat())]);
}

const pixels = async (options: Options) => {
  const { data, ...extents } = await readPicture(bmp(options));
  return [extents, [...data]];
};
const colour = (width: number, height: number) => ({ width, height, channels: 3 });

describe('bitmaps', () => {
  const rows = [
    [1, 2, 3, 4, 5, 6],
    [7, 8, 9, 10, 11, 12],
  ];

  it('of 24 bits, upwards and downwards', async () => {
    expect(await pixels({ bits: 24, rows, width: 2 })).toEqual([colour(2, 2), [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4]]);
    expect(await pixels({ bits: 24, rows, width: 2, topDown: true })).toEqual([colour(2, 2), [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]]);
    expect(await pixels({ bits: 24, rows, width: 2, header: 12 })).toEqual([colour(2, 2), [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4]]);
  });

  it('of 32 and 16 bits, with and without masks', async () => {
    expect(await pixels({ bits: 32, rows: [[1, 2, 3, 4]], width: 1 })).toEqual([colour(1, 1), [3, 2, 1]]);
    expect(await pixels({ bits: 32, rows: [[1, 2, 3, 4]], width: 1, masks: [0xff, 0xff00, 0xff000000] })).toEqual([colour(1, 1), [1, 2, 4]]);
    expect(await pixels({ bits: 32, rows: [[1, 2, 3, 4]], width: 1, masks: [0xff, 0xff00, 0xff000000, 0xff0000], header: 124 })).toEqual([
      colour(1, 1),
      [1, 2, 4],
    ]);
    // 5 bits each: 31, 1, 16 of 31.
    const five = (31 << 10) | (1 << 5) | 16;
    expect(await pixels({ bits: 16, rows: [[five & 255, five >> 8]], width: 1 })).toEqual([colour(1, 1), [255, 8, 132]]);
    const sixInTheMiddle = (31 << 11) | (1 << 5) | 16;
    expect(await pixels({ bits: 16, rows: [[sixInTheMiddle & 255, sixInTheMiddle >> 8]], width: 1, masks: [0xf800, 0x7e0, 0x1f] })).toEqual([
      colour(1, 1),
      [255, 4, 132],
    ]);
  });

  it('of 8, 4 and 1 bits by their palettes, grey ones as grey', async () => {
    const grey = Array.from({ length: 256 }, (_, i) => [i, i, i] as const);
    expect(await pixels({ bits: 8, rows: [[7, 8, 9]], width: 3, palette: grey })).toEqual([{ width: 3, height: 1, channels: 1 }, [7, 8, 9]]);
    const coloured = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 7, 7],
    ] as const;
    expect(await pixels({ bits: 8, rows: [[1, 2, 0]], width: 3, palette: coloured })).toEqual([colour(3, 1), [6, 5, 4, 7, 7, 7, 3, 2, 1]]);
    expect(await pixels({ bits: 4, rows: [[0x12, 0x00]], width: 3, palette: coloured })).toEqual([colour(3, 1), [6, 5, 4, 7, 7, 7, 3, 2, 1]]);
    const ends = [
      [0, 0, 0],
      [255, 255, 255],
    ] as const;
    expect(await pixels({ bits: 1, rows: [[0b10110000, 0b01000000]], width: 10, palette: ends })).toEqual([
      { width: 10, height: 1, channels: 1 },
      [255, 0, 255, 255, 0, 0, 0, 0, 0, 255],
    ]);
  });

  it('go through decodePicture as well', async () => {
    expect(await decodePicture(bmp({ bits: 24, rows, width: 2 }))).toEqual({ data: Uint8Array.of(9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4), shape: [2, 2, 3] });
  });

  it('that are cut short, compressed or mad are refused', async () => {
    const whole = bmp({ bits: 24, rows, width: 2 });
    const refused = (bytes: Uint8Array) => rejected(readPicture(bytes, { name: 'x.bmp' }));
    expect(await refused(whole.subarray(0, whole.length - 1))).toMatchInlineSnapshot(
      `"PICTURE_DAMAGED: readPicture: x.bmp: the bitmap has 69 bytes; expected at least 70"`,
    );
    expect(await refused(whole.subarray(0, 24))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.bmp: the bitmap has 24 bytes; expected at least 26"`);
    expect(await refused(whole.subarray(0, 50))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.bmp: the bitmap has 50 bytes; expected at least 54"`);
    expect(await refused(bmp({ bits: 8, rows: [[1]], width: 1, compression: 1 }))).toMatchInlineSnapshot(
      `"PICTURE_UNSUPPORTED: readPicture: x.bmp: the bitmap has 8 bits a pixel and compression 1; expected 1, 4, 8, 16, 24 or 32 bits without compression"`,
    );
    expect(await refused(bmp({ bits: 24, rows, width: -2 }))).toMatchInlineSnapshot(
      `"PICTURE_DAMAGED: readPicture: x.bmp: the bitmap is -2 x 2; expected pixels"`,
    );
    expect(await refused(bmp({ bits: 24, rows, width: 20000 }))).toMatchInlineSnapshot(
      `"PICTURE_TOO_LARGE: readPicture: x.bmp: the picture has 20000 x 2 pixels; expected at most 16384 a side and 268435456 in all"`,
    );
    expect(await refused(bmp({ bits: 8, rows: [[3]], width: 1, palette: [[1, 1, 1]] }))).toMatchInlineSnapshot(
      `"PICTURE_DAMAGED: readPicture: x.bmp: a pixel has colour 3; expected one of the 1 in its palette"`,
    );
    expect(await refused(Buffer.from('BM is how this text begins, and it goes on for a while'))).toMatch(/^PICTURE_UNKNOWN/);
  });

  it('never do anything but decode or refuse, whatever the header says', async () => {
    const whole = bmp({
      bits: 8,
      rows: [[1, 2, 0, 1]],
      width: 4,
      palette: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 7, 7],
      ],
    });
    const random = noise(4 * 2000, 40503);
    for (let i = 0; i < 2000; i++) {
      const bytes = Buffer.from(whole);
      bytes[2 + (random[4 * i] % 60)] = random[4 * i + 1];
      bytes[2 + (random[4 * i + 2] % 60)] = random[4 * i + 3];
      const outcome = await readPicture(bytes, { maxPixels: 1e5 }).catch((error: { code: string }) => error);
      expect('data' in outcome || /^PICTURE_/.test(outcome.code)).toBe(true);
    }
  });
});
