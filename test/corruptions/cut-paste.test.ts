// CutPaste: rectangles of the picture itself, as sharp as they were.
import { describe, expect, it } from 'vitest';
import { corrupted, numbersOf, type Pictures, pictureOf, sumOf } from '../support/corrupted.ts';
import { thrown } from '../support/thrown.ts';

const size = 48;
// No two pixels alike.
const distinct: Pictures = { count: 8, size, image: (x, y) => (x + size * y) / size ** 2 };

/** Rows and columns that a mask spans. */
function box(mask: Float32Array): { left: number; top: number; width: number; height: number } {
  const places = [...mask.keys()].filter((i) => mask[i]);
  const [xs, ys] = [places.map((i) => i % size), places.map((i) => Math.floor(i / size))];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 };
}

describe('patch', () => {
  it('is an upright rectangle of pixels from one other place, bit for bit', () => {
    const before = numbersOf({ ...distinct, count: 1 });
    const { image, mask, opacity } = corrupted('cutPaste', distinct, { variant: 'patch', jitter: 0, narrowest: 0.1, widest: 0.3 });
    for (let n = 0; n < distinct.count; n++) {
      const [own, shape] = [pictureOf(image, n, size), pictureOf(mask, n, size)];
      const { left, top, width, height } = box(shape);
      expect(sumOf(shape)).toBe(width * height);
      expect(pictureOf(opacity, n, size)).toEqual(shape);
      const from = before.indexOf(own[top * size + left]);
      expect(from).toBeGreaterThanOrEqual(0);
      for (let y = 0; y < height; y++) {
        const row = own.slice((top + y) * size + left, (top + y) * size + left + width);
        expect(row).toEqual(before.slice(from + y * size, from + y * size + width));
      }
    }
  });

  it('is in another tone by no more than the jitter', () => {
    const grey: Pictures = { count: 16, size, image: () => 0.5 };
    const { image, mask } = corrupted('cutPaste', grey, { variant: 'patch', jitter: 0.1 });
    let most = 0;
    image.forEach((v, i) => {
      if (mask[i]) most = Math.max(most, Math.abs(v - 0.5));
    });
    expect(most).toBeGreaterThan(0.02);
    expect(most).toBeLessThan(0.12);
  });
});

it('has scars that are longer than broad', () => {
  const { mask } = corrupted('cutPaste', distinct, { variant: 'scar', narrowest: 0.1, widest: 0.2, attracted: 0 }, 3);
  for (let n = 0; n < distinct.count; n++) {
    const shape = pictureOf(mask, n, size);
    const { width, height } = box(shape);
    expect(sumOf(shape)).toBeGreaterThan(3);
    expect(Math.max(width, height)).toBeGreaterThan(1.2 * Math.sqrt(sumOf(shape)));
  }
});

it('says which two sizes do not go together', () => {
  expect(thrown(() => corrupted('cutPaste', distinct, { narrowest: 0.3, widest: 0.2 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: cutPaste: narrowest is 0.3, widest 0.2; expected narrowest not above widest"`,
  );
});
