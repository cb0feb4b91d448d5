// Strokes: long and thin, of every style, within their ranges.
import { describe, expect, it } from 'vitest';
import { corrupted, largest, type Pictures, pictureOf, sumOf } from '../support/corrupted.ts';
import { thrown } from '../support/thrown.ts';

const size = 96;
const grey: Pictures = { count: 16, size, image: () => 0.5 };

/** Extent of a mask: the diagonal of the box around it. */
function extent(mask: Float32Array): number {
  let [left, right, top, bottom] = [size, 0, size, 0];
  mask.forEach((m, i) => {
    if (!m) return;
    [left, right] = [Math.min(left, i % size), Math.max(right, i % size)];
    [top, bottom] = [Math.min(top, Math.floor(i / size)), Math.max(bottom, Math.floor(i / size))];
  });
  return right < left ? 0 : Math.hypot(right - left + 1, bottom - top + 1);
}

describe.each(['scratch', 'bundle', 'crack', 'fibre'])('%s', (style) => {
  it('is long and thin, and of one defect for each picture', () => {
    const { mask } = corrupted('scratch', grey, { style, most: 1, shortest: 0.4, longest: 0.5, thickest: 0.01 });
    for (let n = 0; n < grey.count; n++) {
      const one = pictureOf(mask, n, size);
      const area = sumOf(one);
      expect(area).toBeGreaterThan(5);
      // At most six strokes of 48 pixels, their branches counted in, and 3 pixels wide with their edges.
      expect(area).toBeLessThan((style === 'bundle' ? 6 : style === 'crack' ? 2.2 : 1) * 48 * 4.5);
      expect(extent(one)).toBeLessThan(48 * 1.6);
    }
  });
});

it('is brighter and darker', () => {
  const { image } = corrupted('scratch', { ...grey, count: 48 }, { most: 1 });
  const tops = Array.from({ length: 48 }, (_, n) => [largest(pictureOf(image, n, size)), largest(pictureOf(image, n, size).map((v) => 1 - v))]);
  expect(tops.filter(([bright]) => bright > 0.53).length).toBeGreaterThan(12);
  expect(tops.filter(([, dark]) => dark > 0.53).length).toBeGreaterThan(12);
});

it('says which two ranges do not go together', () => {
  expect(thrown(() => corrupted('scratch', grey, { shortest: 1, longest: 0.5 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: scratch: shortest is 1, longest 0.5; expected shortest not above longest"`,
  );
  expect(thrown(() => corrupted('scratch', grey, { thinnest: 0.1, thickest: 0.05 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: scratch: thinnest is 0.1, thickest 0.05; expected thinnest not above thickest"`,
  );
});
