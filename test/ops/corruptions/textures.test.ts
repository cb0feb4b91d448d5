// Made textures as random functions: mean and variance of the noise, and what is refused.
import { describe, expect, it } from 'vitest';
import { gratings, perlinNoise, worleyNoise } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const key = new Random(2).nextKey();
const frame = (...m: number[]): Tensor => tensor(m, [1, 2, 3]);
const square = { key, height: 600, width: 600 };

function moments(x: Float32Array): { mean: number; variance: number } {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return { mean, variance: x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length };
}

describe('perlinNoise', () => {
  it.each([1, 4])('has mean 0 and variance 1 with octaves = %i', (octaves) => {
    scope(() => {
      const { mean, variance } = moments(perlinNoise(frame(0.23, 0.07, 0, -0.07, 0.23, 0), tensor([0.6]), { ...square, octaves }).readSync() as Float32Array);
      expect(Math.abs(mean)).toBeLessThan(0.03);
      expect(variance).toBeGreaterThan(0.93);
      expect(variance).toBeLessThan(1.07);
    });
  });

  it('says what does not fit', () => {
    scope(() => {
      const [own, persistence] = [frame(1, 0, 0, 0, 1, 0), tensor([0.5])];
      expect(thrown(() => perlinNoise(own, persistence, { key, height: 4, width: 4, octaves: 13 }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: perlinNoise: octaves is 13; expected 1 to 12"`,
      );
      expect(thrown(() => perlinNoise(own, persistence, { key, height: 4, width: -1 }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: perlinNoise: width is -1; expected 1 to 1048576"`,
      );
      const far = perlinNoise(frame(1, 0, 0, 0, 1, Number.POSITIVE_INFINITY), persistence, { key, height: 4, width: 4 });
      expect(thrown(() => far.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: perlinNoise: frame holds inf at position 5; expected numbers within 2^24"`,
      );
    });
  });

  it('is flat far out, where positions have lost their fractions', () => {
    scope(() => {
      const far = perlinNoise(frame(1e6, 0, 1e7, 0, 1, 1e7), tensor([0.5]), { key, height: 4, width: 70, octaves: 12 }).readSync() as Float32Array;
      expect(far.every((z) => z === far[0] && Number.isFinite(z))).toBe(true);
    });
  });
});

describe('worleyNoise', () => {
  it('is 0 on creases, and never farther than the diagonal of two cells', () => {
    scope(() => {
      const place = frame(0.11, 0, 0.3, 0, 0.11, 0.3);
      const nearest = worleyNoise(place, square).readSync() as Float32Array;
      const crease = worleyNoise(place, { ...square, feature: 'crease' }).readSync() as Float32Array;
      expect(Math.min(...crease.slice(0, 9999))).toBeGreaterThanOrEqual(0);
      expect(nearest.reduce((most, d) => Math.max(most, d), 0)).toBeLessThan(Math.SQRT2);
      // One point in each unit cell: somewhat less than 1/2, as points thrown anywhere would have.
      expect(moments(nearest).mean).toBeGreaterThan(0.4);
      expect(moments(nearest).mean).toBeLessThan(0.5);
    });
  });
});

describe('gratings', () => {
  it('has the frequency that its frame says', () => {
    scope(() => {
      const lines = gratings(frame(1 / 8, 0, 0, 0, 1, 0), { height: 2, width: 16 }).readSync() as Float32Array;
      const period = [0, Math.SQRT1_2, 1, Math.SQRT1_2, 0, -Math.SQRT1_2, -1, -Math.SQRT1_2];
      lines.forEach((z, i) => expect(z).toBeCloseTo(period[i % 8], 6));
    });
  });
});
