// Portable any-maps: every kind, comments, scales, and what is cut short.
import { describe, expect, it } from 'vitest';
import { readPicture } from '../../src/tensor/pictures.ts';
import { rejected } from '../support/thrown.ts';

const file = (header: string, ...numbers: number[]) => Buffer.concat([Buffer.from(header), Buffer.from(numbers)]);
const picture = (data: Uint8Array | Uint16Array, width: number, height: number, channels = 1) => ({ data, width, height, channels });

describe('portable any-maps', () => {
  it('of bytes', async () => {
    expect(await readPicture(file('P5\n# made by hand\n3 2\n255\n', 1, 2, 3, 4, 5, 6))).toEqual(picture(Uint8Array.of(1, 2, 3, 4, 5, 6), 3, 2));
    expect(await readPicture(file('P6 1 2 255 ', 1, 2, 3, 4, 5, 6))).toEqual(picture(Uint8Array.of(1, 2, 3, 4, 5, 6), 1, 2, 3));
    expect(await readPicture(file('P4\n10 2\n', 0b10110000, 0b01000000, 255, 255))).toEqual(
      picture(Uint8Array.from([0, 255, 0, 0, 255, 255, 255, 255, 255, 0, ...new Array(10).fill(0)]), 10, 2),
    );
  });

  it('of 16 bits, big-endian', async () => {
    expect(await readPicture(file('P5 2 1 65535\n', 1, 2, 255, 255))).toEqual(picture(Uint16Array.of(258, 65535), 2, 1));
  });

  it('are scaled to the whole range', async () => {
    expect(await readPicture(file('P5 3 1 15\n', 0, 7, 15))).toEqual(picture(Uint8Array.of(0, 119, 255), 3, 1));
    expect(await readPicture(file('P5 2 1 1023\n', 3, 255, 0, 1))).toEqual(picture(Uint16Array.of(65535, 64), 2, 1));
  });

  it('of text', async () => {
    expect(await readPicture(file('P2\n2 2\n9 # largest\n0 3\n6 9\n'))).toEqual(picture(Uint8Array.of(0, 85, 170, 255), 2, 2));
    expect(await readPicture(file('P3 1 1 255 1 2 3'))).toEqual(picture(Uint8Array.of(1, 2, 3), 1, 1, 3));
    expect(await readPicture(file('P1 3 2 101\n0 1 0'))).toEqual(picture(Uint8Array.of(0, 255, 0, 255, 0, 255), 3, 2));
  });

  it('that are cut short or mad are refused', async () => {
    const refused = (bytes: Uint8Array) => rejected(readPicture(bytes, { name: 'x.pgm' }));
    expect(await refused(file('P5 3 2 255\n', 1, 2, 3))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.pgm: it has 14 bytes; expected at least 17"`);
    expect(await refused(file('P5 3'))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.pgm: it ends at byte 4; expected the height"`);
    expect(await refused(file('P5 3 x'))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.pgm: byte 5 is 120; expected the height"`);
    expect(await refused(file('P5 0 2 255\n'))).toMatchInlineSnapshot(
      `"PICTURE_DAMAGED: readPicture: x.pgm: it is 0 x 2 of 0 … 255; expected pixels of 0 … 65535 at most"`,
    );
    expect(await refused(file('P5 1 1 70000\n', 1))).toMatchInlineSnapshot(
      `"PICTURE_DAMAGED: readPicture: x.pgm: it is 1 x 1 of 0 … 70000; expected pixels of 0 … 65535 at most"`,
    );
    expect(await refused(file('P2 1 1 9\n10'))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.pgm: a number is 10; expected 0 … 9"`);
    expect(await refused(file('P1 2 1 1'))).toMatchInlineSnapshot(`"PICTURE_DAMAGED: readPicture: x.pgm: it ends at byte 8; expected 0 or 1"`);
    expect(await refused(file('P5 20000 20000 255\n'))).toMatchInlineSnapshot(
      `"PICTURE_TOO_LARGE: readPicture: x.pgm: the picture has 20000 x 20000 pixels; expected at most 16384 a side and 268435456 in all"`,
    );
  });
});
