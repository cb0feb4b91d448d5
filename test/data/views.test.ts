// Views of pictures: crops within them, light and colour that change as declared, chance by seed alone.
import { describe, expect, it } from 'vitest';
import { view, viewHypers } from '../../src/data/views.ts';
import { resolveHypers } from '../../src/hyper.ts';
import { concat, full, uniform } from '../../src/ops/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';

const hyper = (given: Record<string, number | boolean> = {}) => resolveHypers('views', viewHypers, given);
const still = { viewCrop: 1, viewMirror: false, viewJitter: 0, viewGrey: 0 };
const read = (x: Tensor) => Array.from(x.readSync());

describe('view', () => {
  it('of everything unchanged shows the picture, but for the ratio of its sides', () => {
    scope(() => {
      const x = concat([full([3, 1, 6, 8], 0.25), full([3, 2, 6, 8], 0.75)], 1);
      for (const [i, value] of read(view(x, hyper(still), new Random(1))).entries()) expect(value).toBeCloseTo(read(x)[i], 5);
    });
  });

  it('follows from its seed, differs from picture to picture and stays within 0 and 1', () => {
    scope(() => {
      const one = uniform([1, 3, 8, 8], new Random(3));
      const x = concat([one, one], 0);
      const [a, b, c] = [1, 1, 2].map((seed) => read(view(x, hyper(), new Random(seed))));
      expect(b).toEqual(a);
      expect(c).not.toEqual(a);
      expect(a.slice(0, 192)).not.toEqual(a.slice(192));
      expect(Math.min(...a)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...a)).toBeLessThanOrEqual(1);
    });
  });

  it('shows no less than the declared share', () => {
    scope(() => {
      // Of a ramp, the range that a view shows is the length of its side.
      const side = 64;
      const ramp = tensor(
        Float32Array.from({ length: 40 * side * side }, (_, i) => (i % side) / (side - 1)),
        [40, 1, side, side],
      );
      const y = read(view(ramp, hyper({ ...still, viewCrop: 0.5 }), new Random(5)));
      const widths = Array.from({ length: 40 }, (_, n) => y[n * side * side + side - 1] - y[n * side * side]);
      const least = Math.sqrt(0.5) / Math.sqrt(4 / 3);
      expect(Math.min(...widths)).toBeGreaterThan(least - 0.03);
      expect(Math.min(...widths)).toBeLessThan(0.85);
    });
  });

  it('mirrors about half, where that is asked for', () => {
    scope(() => {
      const ramp = tensor(
        Float32Array.from({ length: 100 * 16 }, (_, i) => (i % 4) / 3),
        [100, 1, 4, 4],
      );
      const falling = (mirror: boolean) => {
        const y = read(view(ramp, hyper({ ...still, viewMirror: mirror }), new Random(6)));
        return Array.from({ length: 100 }, (_, n) => y[16 * n] > y[16 * n + 3]).filter(Boolean).length;
      };
      expect(falling(false)).toBe(0);
      expect(falling(true)).toBeGreaterThan(30);
      expect(falling(true)).toBeLessThan(70);
    });
  });

  it('takes colour away and keeps its brightness', () => {
    scope(() => {
      const [r, g, b] = [0.9, 0.4, 0.2];
      const x = concat(
        [r, g, b].map((value) => full([1, 1, 4, 4], value)),
        1,
      );
      const y = read(view(x, hyper({ ...still, viewGrey: 1 }), new Random(7)));
      for (const value of y) expect(value).toBeCloseTo(0.299 * r + 0.587 * g + 0.114 * b, 3);
    });
  });

  it('turns hues without changing grey', () => {
    scope(() => {
      const grey = full([8, 3, 4, 4], 0.5);
      const y = read(view(grey, hyper({ ...still, viewJitter: 0.4 }), new Random(8)));
      for (let n = 0; n < 8; n++) for (let i = 0; i < 16; i++) for (const c of [1, 2]) expect(y[48 * n + 16 * c + i]).toBeCloseTo(y[48 * n + i], 3);
    });
  });
});
