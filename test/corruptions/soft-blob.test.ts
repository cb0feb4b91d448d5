// Stains: each content does what it says, sizes and opacity keep to their ranges, busy places attract.
import { describe, expect, it } from 'vitest';
import { corrupted, largest, numbersOf, type Pictures, pictureOf, sumOf } from '../support/corrupted.ts';
import { thrown } from '../support/thrown.ts';

const size = 64;
const grey: Pictures = { count: 24, size, image: () => 0.5 };
const ramp: Pictures = { count: 24, size, image: (x, y) => 0.2 + (0.6 * (x + y)) / (2 * size) };

/** The largest change of each picture. */
function peaks(pictures: Pictures, given: Record<string, string | number>): number[] {
  const before = numbersOf(pictures);
  const { image } = corrupted('softBlob', pictures, given);
  return Array.from({ length: pictures.count }, (_, n) => largest(pictureOf(image, n, size).map((v, i) => Math.abs(v - before[n * size * size + i]))));
}

describe('content', () => {
  it('deformed shows nothing new where there is nothing to see, and moves what there is', () => {
    expect(largest(Float32Array.from(peaks({ ...grey }, { content: 'deformed' })))).toBeLessThan(0.11); // now and then in another tone
    const checks: Pictures = { ...grey, image: (x, y) => ((x >> 2) + (y >> 2)) % 2 };
    const moved = peaks(checks, { content: 'deformed', smallest: 0.2 });
    expect(moved.filter((peak) => peak > 0.2).length).toBeGreaterThan(20);
  });

  it('donor comes from the donors', () => {
    const bright: Pictures = { ...grey, image: () => 0.2, donor: () => 0.9 };
    const before = 0.2;
    const { image, opacity } = corrupted('softBlob', bright, { content: 'donor', most: 1 });
    // Brighter by as much as its opacity says, but for the jitter of its tone.
    const rises = image.map((v, i) => (opacity[i] > 0.1 ? (v - before) / opacity[i] : 1));
    expect(Math.min(...rises)).toBeGreaterThan(0.3);
  });

  it.each(['made', 'colour', 'tone'])('%s differs by no more than the contrast allows and is not always faint', (content) => {
    const found = peaks(grey, { content, contrast: 0.2, most: 1 });
    // The middle of a texture may lie as far off as the contrast, and its extremes 0.7 of it beyond.
    expect(Math.max(...found)).toBeLessThan(0.2 * 1.7 + 1e-6);
    expect(found.filter((peak) => peak > 0.06).length).toBeGreaterThan(4);
  });

  it('relief has a bright and a dark side', () => {
    const { image } = corrupted('softBlob', grey, { content: 'relief', smallest: 0.3, most: 1 });
    for (let n = 0; n < grey.count; n++) {
      const one = pictureOf(image, n, size);
      expect([largest(one) > 0.501, largest(one.map((v) => 1 - v)) > 0.501]).toEqual([true, true]);
    }
  });

  it('is brighter and darker, grey and coloured', () => {
    const { image, mask } = corrupted('softBlob', { ...grey, channels: 3 }, { content: 'colour', most: 1, contrast: 0.3 });
    const plane = size * size;
    let [brighter, darker, coloured] = [0, 0, 0];
    for (let n = 0; n < grey.count; n++) {
      const at = pictureOf(mask, n, size).indexOf(1);
      const rgb = [0, 1, 2].map((c) => sumOf(image.subarray((3 * n + c) * plane, (3 * n + c + 1) * plane)) - 0.5 * plane);
      if (at >= 0 && rgb[0] + rgb[1] + rgb[2] > 0) brighter++;
      else darker++;
      if (Math.max(...rgb) - Math.min(...rgb) > 0.05 * Math.abs(rgb[0] + rgb[1] + rgb[2])) coloured++;
    }
    expect(Math.min(brighter, darker)).toBeGreaterThan(4);
    expect(coloured).toBeGreaterThan(4);
    expect(coloured).toBeLessThan(22);
  });
});

describe('ranges', () => {
  it('sizes from a few pixels to a good part of the picture', () => {
    const { mask } = corrupted('softBlob', { ...grey, count: 64 }, { most: 1 });
    const areas = Array.from({ length: 64 }, (_, n) => sumOf(pictureOf(mask, n, size))).sort((a, b) => a - b);
    expect(areas[5]).toBeGreaterThan(0);
    expect(areas[5]).toBeLessThan(25);
    expect(areas[60]).toBeGreaterThan(100);
    const large = corrupted('softBlob', grey, { most: 1, smallest: 0.4, attracted: 0 }).mask;
    expect(sumOf(large) / grey.count).toBeGreaterThan(250); // a disk of 26 pixels has 515, some beyond the edge
    expect(sumOf(large) / grey.count).toBeLessThan(700);
  });

  it('opacity from the faintest to 1', () => {
    const { opacity } = corrupted('softBlob', { ...ramp, count: 64 }, { most: 1, content: 'colour', faintest: 0.3, smallest: 0.1 });
    const tops = Array.from({ length: 64 }, (_, n) => largest(pictureOf(opacity, n, size))).sort((a, b) => a - b);
    expect(tops[6]).toBeLessThan(0.45);
    expect(tops[32]).toBeGreaterThan(0.5);
    expect(tops[60]).toBeGreaterThan(0.85);
  });

  it('says which two sizes do not go together', () => {
    expect(thrown(() => corrupted('softBlob', grey, { smallest: 0.3, largest: 0.2 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: softBlob: smallest is 0.3, largest 0.2; expected smallest not above largest"`,
    );
  });
});

it('is drawn to busy places as often as asked', () => {
  const corner: Pictures = { ...grey, count: 64, image: (x, y) => (x > 40 && y > 40 ? (x + y) % 2 : 0.5) };
  const inCorner = (attracted: number) => {
    const { mask } = corrupted('softBlob', corner, { attracted, most: 1, largest: 0.1 });
    let count = 0;
    for (let n = 0; n < 64; n++) if (pictureOf(mask, n, size).some((m, i) => m && i % size > 38 && i > 38 * size)) count++;
    return count;
  };
  expect(inCorner(1)).toBeGreaterThan(50);
  expect(inCorner(0)).toBeLessThan(25);
});
