// Small maps and masks: extents within a limit, and no defect lost between pixels.
import { describe, expect, it } from 'vitest';
import { extentsWithin, smallMap, smallMask } from '../../src/evaluation/thumbnails.ts';

describe('extents', () => {
  it('keep the aspect within the limit, and never grow', () => {
    expect(extentsWithin(1024, 1024, 160)).toEqual({ width: 160, height: 160 });
    expect(extentsWithin(565, 230, 160)).toEqual({ width: 160, height: 65 });
    expect(extentsWithin(28, 28, 160)).toEqual({ width: 28, height: 28 });
    expect(extentsWithin(20000, 10, 160)).toEqual({ width: 160, height: 1 });
  });
});

describe('a small map', () => {
  it('holds the largest number of what each of its pixels stands for', () => {
    const map = Float32Array.of(1, 2, 3, 4, /**/ 5, 6, 7, 8, /**/ 9, 10, 11, 12, /**/ -1, -2, -3, -4);
    expect([...smallMap(map, 4, 4, { width: 2, height: 2 }).data]).toEqual([6, 8, 10, 12]);
    // Where cells do not fall on pixels, a pixel counts for both.
    expect([...smallMap(Float32Array.of(1, 9, 2), 3, 1, { width: 2, height: 1 }).data]).toEqual([9, 9]);
  });

  it('loses no single hot pixel, wherever it lies', () => {
    for (let at = 0; at < 37 * 23; at++) {
      const map = new Float32Array(37 * 23);
      map[at] = 1;
      expect(Math.max(...smallMap(map, 37, 23, { width: 8, height: 5 }).data), `pixel ${at}`).toBe(1);
    }
  });

  it('is larger than its source where that is asked for', () => {
    expect([...smallMap(Float32Array.of(1, 2), 2, 1, { width: 4, height: 1 }).data]).toEqual([1, 1, 2, 2]);
  });
});

describe('a small mask', () => {
  it('marks with 255 whatever holds something marked', () => {
    const mask = Uint8Array.of(0, 0, 0, 1, /**/ 0, 0, 0, 0, /**/ 0, 0, 0, 0, /**/ 7, 0, 0, 0);
    expect(smallMask(mask, 4, 4, { width: 2, height: 2 })).toEqual({ data: Uint8Array.of(0, 255, 255, 0), width: 2, height: 2, channels: 1 });
  });
});
