// Made-up surfaces: the same seed gives the same picture, and a defect changes it under its mask and nowhere else.
import { describe, expect, it } from 'vitest';
import { makeSurface, surfaceKinds, surfaces } from '../../../src/cli/demo/surfaces.ts';

const size = 48;
const each = surfaceKinds.flatMap((kind) => surfaces[kind].defects.map((defect) => ({ kind, defect })));

/** For every pixel whether two pictures differ there. */
function differing(a: Uint8Array, b: Uint8Array): boolean[] {
  return Array.from({ length: a.length / 3 }, (_, i) => a[3 * i] !== b[3 * i] || a[3 * i + 1] !== b[3 * i + 1] || a[3 * i + 2] !== b[3 * i + 2]);
}

describe.each(surfaceKinds)('%s', (kind) => {
  it('is the same for the same seed, another for another', () => {
    expect(makeSurface(kind, size, 3)).toEqual(makeSurface(kind, size, 3));
    expect(differing(makeSurface(kind, size, 3).rgb, makeSurface(kind, size, 4).rgb).filter(Boolean).length).toBeGreaterThan((size * size) / 2);
  });

  it('is neither flat nor clipped, and has an empty mask', () => {
    const { rgb, mask } = makeSurface(kind, size, 5);
    const mean = rgb.reduce((a, b) => a + b, 0) / rgb.length;
    const deviation = Math.sqrt(rgb.reduce((a, b) => a + (b - mean) ** 2, 0) / rgb.length);
    expect(deviation).toBeGreaterThan(10);
    expect(rgb.filter((v) => v === 0 || v === 255).length).toBeLessThan(rgb.length / 20);
    expect(mask.every((v) => v === 0)).toBe(true);
  });
});

describe.each(each)('$defect on $kind', ({ kind, defect }) => {
  it('changes what its mask says', () => {
    for (let seed = 0; seed < 8; seed++) {
      const clean = makeSurface(kind, size, seed);
      const { rgb, mask } = makeSurface(kind, size, seed, defect);
      const changed = differing(clean.rgb, rgb);
      const under = [...mask].filter((v) => v === 255).length;
      expect(changed.filter((is, i) => is && mask[i] === 0).length, `pixels changed outside the mask, seed ${seed}`).toBe(0);
      // Where a defect looks like the surface, as the ground between threads does, rounding may leave a pixel as it was.
      expect(changed.filter(Boolean).length, `pixels changed, seed ${seed}`).toBeGreaterThan(0.8 * under);
      expect(under, `pixels of the mask, seed ${seed}`).toBeGreaterThan(12);
      expect(under, `pixels of the mask, seed ${seed}`).toBeLessThan((size * size) / 3);
    }
  });
});
