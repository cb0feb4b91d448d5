// Displacement fields as random functions: their variance and correlation, and what is refused.
import { describe, expect, it } from 'vitest';
import { displacementField } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const key = new Random(1).nextKey();
const field = (sigma: number, amplitude: number, height: number, width: number): Float32Array =>
  scope(() => displacementField(tensor([sigma]), tensor([amplitude]), { key, height, width }).readSync() as Float32Array);

describe('displacementField', () => {
  // White noise through exp(-d² / (2 σ²)) has the correlation exp(-d² / (4 σ²)).
  it('is as strong and as smooth as Gaussian-filtered white noise', () => {
    const [sigma, amplitude, size] = [3.3, 2, 512];
    const data = field(sigma, amplitude, size, size);
    const mean = (f: (at: number) => number) => {
      let [sum, count] = [0, 0];
      for (let y = 0; y < size - 8; y++) for (let x = 0; x < size - 8; x++, count++) sum += f(y * size + x);
      return sum / count;
    };
    for (const plane of [0, size * size]) {
      const variance = mean((at) => data[plane + at] ** 2);
      expect(Math.sqrt(variance) / amplitude).toBeGreaterThan(0.95);
      expect(Math.sqrt(variance) / amplitude).toBeLessThan(1.05);
      for (const d of [1, 3, 6]) {
        for (const step of [d, d * size]) {
          const correlation = mean((at) => data[plane + at] * data[plane + at + step]) / variance;
          expect(Math.abs(correlation - Math.exp(-(d * d) / (4 * sigma * sigma)))).toBeLessThan(0.05);
        }
      }
    }
    // The two directions know nothing of one another.
    expect(Math.abs(mean((at) => data[at] * data[size * size + at]))).toBeLessThan(0.05 * amplitude ** 2);
  });

  it('stays within three times its amplitude', () => {
    const data = field(1, 2, 512, 512);
    expect(data.reduce((most, d) => Math.max(most, Math.abs(d)), 0)).toBe(6);
  });

  it('says what does not fit', () => {
    scope(() => {
      const [sigma, amplitude] = [tensor([1]), tensor([1])];
      const call = (attrs: { key: readonly number[]; height: number; width: number }) => thrown(() => displacementField(sigma, amplitude, attrs));
      expect(call({ key: [1, 2, 3], height: 4, width: 4 })).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: displacementField: key holds 3 numbers; expected the four of Random's nextKey"`,
      );
      expect(call({ key, height: 0, width: 4 })).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: displacementField: height is 0; expected 1 to 1048576"`);
      expect(call({ key, height: 4, width: 2 ** 21 })).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: displacementField: width is 2097152; expected 1 to 1048576"`);
      expect(thrown(() => displacementField(tensor([1, 2]), amplitude, { key, height: 4, width: 4 }))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: displacementField: N is 1 in amplitude [1] but 2 in sigma [2]; expected them equal"`,
      );
    });
    expect(thrown(() => field(Number.NaN, 1, 4, 4))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: displacementField: sigma holds nan at position 0; expected numbers within 2^24"`,
    );
    expect(thrown(() => field(1, 1e8, 4, 4))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: displacementField: amplitude holds 100000000.000000 at position 0; expected numbers within 2^24"`,
    );
  });
});
