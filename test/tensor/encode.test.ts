// WebP of small pictures: what goes in comes out, all but.
import { describe, expect, it } from 'vitest';
import { encodeWebp } from '../../src/tensor/encode.ts';
import { decodePicture } from '../../src/tensor/pictures.ts';
import { rejected } from '../support/thrown.ts';

describe('encodeWebp', () => {
  it.each([1, 3] as const)('brings back a picture of %i channels, all but the same, in far fewer bytes', async (channels) => {
    const [width, height] = [48, 40];
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
      const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
      return 128 + 90 * Math.sin(x / 9 + (i % channels)) * Math.cos(y / 7);
    });
    const bytes = await encodeWebp(data, width, height, channels);
    expect(bytes.subarray(8, 12).toString()).toBe('WEBP');
    expect(bytes.length).toBeLessThan(data.length / 2);
    const back = await decodePicture(bytes, { channels });
    expect(back.shape).toEqual([height, width, channels]);
    const off = back.data.reduce((sum, x, i) => sum + Math.abs(x - data[i]), 0) / data.length;
    expect(off).toBeLessThan(6);
    expect(await encodeWebp(data, width, height, channels)).toEqual(bytes);
  });

  it('refuses numbers that do not fill the picture', async () => {
    expect(await rejected(encodeWebp(new Uint8Array(5), 2, 2, 1))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: encodeWebp: 5 numbers came for 2 x 2 pixels of 1; expected 4, at least 1"`,
    );
    expect(await rejected(encodeWebp(new Uint8Array(0), 0, 0, 3))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: encodeWebp: 0 numbers came for 0 x 0 pixels of 3; expected 0, at least 1"`,
    );
  });
});
