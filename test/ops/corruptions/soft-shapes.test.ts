// Soft shapes: areas in closed form, the faint cut away, what is refused.
import { describe, expect, it } from 'vitest';
import { softShapes } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const key = new Random(3).nextKey();
const layer = (row: number[], size = 200): Float32Array =>
  scope(() => softShapes(tensor(row, [1, 8]), tensor([size / 2 - 0.3, size / 2 + 0.2], [1, 2]), { key, height: size, width: size }).readSync() as Float32Array);
const sum = (x: Float32Array) => x.reduce((a, b) => a + b, 0);

describe('softShapes', () => {
  it('has the area of an ellipse, of a rectangle and of a fading disk', () => {
    // ∫ 2 r smoothstep(1 - r) dr over 0 … 1 is 3/10.
    expect(sum(layer([60, 25, 0.7, 0, 0.02, 1, 0, 1])) / (Math.PI * 60 * 25 * 0.98)).toBeCloseTo(1, 2);
    expect(sum(layer([60, 25, 0.7, 1, 0.02, 1, 0, 1])) / (4 * 60 * 25 * 0.98)).toBeCloseTo(1, 2);
    expect(sum(layer([60, 25, 0.7, 0, 1, 1, 0, 1])) / (0.3 * Math.PI * 60 * 25)).toBeCloseTo(1, 2);
  });

  it('keeps about its area when warped, and is another shape for another key', () => {
    const plain = layer([50, 40, 0, 0, 0.3, 12, 0, 1]);
    const warped = layer([50, 40, 0, 0, 0.3, 12, 5, 1]);
    expect(sum(warped) / sum(plain)).toBeGreaterThan(0.85);
    expect(sum(warped) / sum(plain)).toBeLessThan(1.2);
    expect(warped.filter((o, i) => Math.abs(o - plain[i]) > 0.3).length).toBeGreaterThan(300);
  });

  it('ends where nobody could see it', () => {
    const faint = layer([50, 40, 0, 0, 1, 12, 5, 0.02]);
    expect(faint.filter((o) => o > 0 && o < 1 / 128).length).toBe(0);
    expect(faint.filter((o) => o > 0).length).toBeGreaterThan(100);
    expect(sum(layer([50, 40, 0, 0, 1, 12, 5, 1 / 129]))).toBe(0);
  });

  it('says what does not fit', () => {
    scope(() => {
      const centre = tensor([1, 1], [1, 2]);
      expect(thrown(() => softShapes(tensor([1, 2], [1, 2]), centre, { key, height: 3, width: 3 }))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: softShapes: axis 1 of shapes [1 2] is 2; expected 8 (f32[N 8])"`,
      );
    });
    expect(thrown(() => layer([1, 1, Number.NaN, 0, 0, 1, 1, 1]))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: softShapes: shapes holds nan at position 2; expected numbers within 2^24"`,
    );
  });
});
