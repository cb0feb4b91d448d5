// Masks: whatever is not 0 is abnormal, opacity aside; extents are those of the picture.
import { describe, expect, it } from 'vitest';
import { readMask } from '../../src/data/mask.ts';
import { encodePng } from '../../src/tensor/pictures.ts';
import { rejected } from '../support/thrown.ts';

const extents = { width: 3, height: 1 };

describe('readMask', () => {
  it('takes small numbers, colours, 16 bits, and leaves opacity out', async () => {
    expect([...(await readMask(await encodePng({ data: Uint8Array.of(0, 1, 255), shape: [1, 3] }), extents))]).toEqual([0, 1, 1]);
    expect([...(await readMask(await encodePng({ data: Uint16Array.of(0, 1, 0), shape: [1, 3] }), extents))]).toEqual([0, 1, 0]);
    expect([...(await readMask({ data: Uint8Array.of(0, 0, 0, 0, 9, 0, 0, 0, 1), channels: 3, ...extents }, extents))]).toEqual([0, 1, 1]);
    expect([...(await readMask({ data: Uint8Array.of(0, 255, 1, 0, 0, 7), channels: 2, ...extents }, extents))]).toEqual([0, 1, 0]);
    expect([...(await readMask({ data: Float32Array.of(0, 0.2, 1), channels: 1, ...extents }, extents))]).toEqual([0, 1, 1]);
  });

  it('takes one as long as its picture, however long that is', async () => {
    const long = { width: 20_000, height: 1 };
    const mask = await readMask({ data: new Uint8Array(20_000).fill(1), channels: 1, ...long }, long);
    expect([mask.length, mask.every((one) => one === 1)]).toEqual([20_000, true]);
  });

  it('refuses a mask of other extents', async () => {
    const mask = { data: new Uint8Array(3), channels: 1, ...extents };
    expect(await rejected(readMask(mask, { width: 1, height: 3 }, 'm/1.png'))).toMatchInlineSnapshot(
      `"DATA_INVALID: readMask: m/1.png has 3 x 1 pixels; expected 1 x 3, as its picture"`,
    );
  });
});
