// True masks: what counts as marked, and what does not go with a picture.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import { mustFit, readMask } from '../../src/evaluation/masks.ts';
import { encodePng } from '../../src/tensor/pictures.ts';
import { rejected, thrown } from '../support/thrown.ts';

const sample = (mask: Sample['mask'], label: 0 | 1 = 1): Sample => ({ name: 'a/b.png', source: 'a/b.png', label, kind: 'hole', mask });
const png = (data: number[], shape: number[]) => encodePng({ data: Uint8Array.from(data), shape });

describe('a mask', () => {
  it('marks whatever is not 0, in any colour, of any depth', async () => {
    const grey = await readMask(sample(await png([0, 1, 255, 0, 128, 0], [2, 3])));
    expect(grey).toEqual({ data: Uint8Array.of(0, 1, 1, 0, 1, 0), width: 3, height: 2 });
    const colour = await readMask(sample(await png([0, 0, 0, /**/ 0, 0, 7, /**/ 9, 0, 0], [1, 3, 3])));
    expect([...colour!.data]).toEqual([0, 1, 1]);
    const deep = await sharp(Uint16Array.of(0, 3), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect([...(await readMask(sample(deep)))!.data]).toEqual([0, 1]);
    // Opacity marks nothing.
    const pixels = { data: Uint8Array.of(0, 255, 5, 255), width: 2, height: 1, channels: 2 };
    expect([...(await readMask(sample(pixels)))!.data]).toEqual([0, 1]);
  });

  it('is none where there is none, and where a normal picture has an empty one', async () => {
    expect(await readMask(sample(null))).toBeNull();
    expect(await readMask(sample(await png([0, 0], [1, 2]), 0))).toBeNull();
  });

  it('is refused where it contradicts the label', async () => {
    expect(await rejected(readMask(sample(await png([0, 0], [1, 2]))))).toMatchInlineSnapshot(
      `"MASK_INVALID: a/b.png: the picture is abnormal, and its mask marks nothing; expected at least one pixel that is not 0"`,
    );
    expect(await rejected(readMask(sample(await png([0, 9], [1, 2]), 0)))).toMatchInlineSnapshot(
      `"MASK_INVALID: a/b.png: the picture is normal, and its mask marks 1 pixels; expected none"`,
    );
  });

  it('is refused where it cannot be read, or does not fit its picture', async () => {
    expect(await rejected(readMask(sample('there/is/none.png')))).toMatchInlineSnapshot(
      `"PICTURE_MISSING: readPicture: mask of a/b.png: there is no such file; expected a picture file"`,
    );
    const mask = { data: new Uint8Array(6), width: 3, height: 2 };
    mustFit('a', mask, 3, 2);
    expect(thrown(() => mustFit('a', mask, 2, 3))).toMatchInlineSnapshot(`"MASK_INVALID: a: the mask is 3 x 2; expected 2 x 3 as the picture"`);
  });
});
