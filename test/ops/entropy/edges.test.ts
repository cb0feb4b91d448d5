// Numbers at the ends of what float64 holds, of very different units, and powers that leave its range.
import { describe, expect, it } from 'vitest';
import {
  gaussianEntropy,
  gaussianGram,
  kernelDensityEntropy,
  kozachenkoLeonenko,
  lncMutualInformation,
  matrixRenyiEntropy,
  mutualInformation,
  patchEntropyMap,
} from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';
import { normalPairs } from './draws.ts';

const value = (x: Tensor): number => x.readSync()[0];
const pairs = (seed: number, n: number): number[][] => normalPairs(seed, n).map((list) => Array.from(list));
const doubles = (numbers: ArrayLike<number>, shape: number[] = [numbers.length]): Tensor => tensor(Float64Array.from(numbers), shape);

describe('huge numbers', () => {
  it('are refused where distances between them leave float64', () => {
    scope(() => {
      const line = doubles([-1.7e308, 1.7e308, -1.6e308, 1.6e308, 0, 1], [6, 1]);
      expect(thrown(() => mutualInformation(line, line, { k: 4, estimator: 'ksg2' }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: mutualInformation: x holds -1.7e+308 in row 0; expected at most 1e150 in size"`,
      );
      expect(thrown(() => lncMutualInformation(line, line, { k: 4 }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: lncMutualInformation: x holds -1.7e+308 in row 0; expected at most 1e150 in size"`,
      );
      expect(thrown(() => kozachenkoLeonenko(doubles([1e200, -1e200, 0, 1, 2], [5, 1])).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: kozachenkoLeonenko: x holds 1e+200 in row 0; expected at most 1e150 in size"`,
      );
    });
  });

  it('of 1e150 and of 1e-70 have the entropy that their scale says', () => {
    scope(() => {
      const [x] = pairs(3, 300);
      const plain = value(kozachenkoLeonenko(doubles(x, [100, 3])));
      for (const scale of [1e149, 1e-70]) {
        const scaled = value(
          kozachenkoLeonenko(
            doubles(
              x.map((number) => number * scale),
              [100, 3],
            ),
          ),
        );
        expect(scaled).toBeCloseTo(plain + 3 * Math.log(scale), 9);
      }
    });
  });
});

describe('many neighbours on a line', () => {
  it('are those of the plain search', () => {
    const [x] = pairs(4, 400);
    // Some of them in the same place.
    const points = x.map((number, i) => (i % 5 ? number : Math.round(number)));
    scope(() => {
      for (const k of [1, 7, 200, 398, 399]) {
        const expected = points.map((at, i) => points.flatMap((other, j) => (i === j ? [] : [Math.abs(at - other)])).sort((a, b) => a - b)[k - 1]);
        const mean = expected.reduce((sum, e) => sum + (e === 0 ? 0 : shift(400, k) + Math.log(2 * e)), 0) / 400;
        expect(value(kozachenkoLeonenko(doubles(points, [400, 1]), { k, duplicates: 'zero' }))).toBeCloseTo(mean, 11);
      }
    });
  });
});

/** psi(n) - psi(k). */
function shift(n: number, k: number): number {
  let sum = 0;
  for (let i = k; i < n; i++) sum += 1 / i;
  return sum;
}

describe('a Gaussian law', () => {
  it('may have coordinates of very different units', () => {
    scope(() => {
      const [x, y] = pairs(5, 50);
      const points = (scale: number) =>
        doubles(
          x.flatMap((number, i) => [number, scale * (number + y[i])]),
          [50, 2],
        );
      const plain = value(gaussianEntropy(points(1)).entropy);
      expect(value(gaussianEntropy(points(1e-9)).entropy)).toBeCloseTo(plain + Math.log(1e-9), 9);
      expect(value(gaussianEntropy(points(1e12)).entropy)).toBeCloseTo(plain + Math.log(1e12), 9);
    });
  });

  it('has no coordinate that rounding alone makes vary', () => {
    scope(() => {
      // Three times 0.1 over 3 is not 0.1.
      expect(thrown(() => gaussianEntropy(doubles([0.1, 0.1, 0.1], [3, 1])).entropy.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: gaussianEntropy: coordinate 0 of x does not vary, or only with those before it; expected points that fill a volume, or an estimate with shrinkage"`,
      );
      const [x] = pairs(6, 30);
      const twice = doubles(
        x.flatMap((number) => [number, 1e-9 * number]),
        [30, 2],
      );
      expect(thrown(() => gaussianEntropy(twice).entropy.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: gaussianEntropy: coordinate 1 of x does not vary, or only with those before it; expected points that fill a volume, or an estimate with shrinkage"`,
      );
    });
  });
});

describe('similarities', () => {
  it('have an entropy at any power', () => {
    scope(() => {
      const pair = doubles([1, 0.5, 0.5, 1], [2, 2]);
      // Eigenvalues 3/4 and 1/4: at a high power the larger alone counts.
      expect(value(matrixRenyiEntropy(pair, { alpha: 1e5 }))).toBeCloseTo(-Math.log(0.75) * (1e5 / (1e5 - 1)), 12);
      const alike = gaussianGram(doubles(new Array(40).fill(3), [20, 2]), { sigma: 1 });
      for (const alpha of [0.001, 0.5]) expect(Math.abs(value(matrixRenyiEntropy(alike, { alpha })))).toBeLessThan(1e-11);
    });
  });
});

describe('kernels and levels', () => {
  it('are refused where their unit is out of proportion', () => {
    scope(() => {
      const far = doubles([1e140, 1, 0], [3, 1]);
      for (const estimator of ['leaveOneOut', 'resubstitution'] as const)
        expect(thrown(() => kernelDensityEntropy(far, { bandwidth: 1e-200, estimator }).readSync())).toMatchInlineSnapshot(
          `"NUMERICAL_FAILURE: kernelDensityEntropy: bandwidth is 1e-200, of which points of x lie more than 1e150 apart; expected a larger one"`,
        );
      expect(thrown(() => patchEntropyMap(tensor([0, 1, 0, 1], [1, 1, 2, 2]), { range: 1e-40 }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: patchEntropyMap: range is 0.000000; expected 1e-30 to 1e30"`,
      );
    });
  });
});
