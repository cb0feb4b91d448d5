// Closed forms of entropies that need no neighbours; what is refused; that threads change nothing.
import { describe, expect, it } from 'vitest';
import {
  discreteEntropy,
  gaussianEntropy,
  gaussianGram,
  jitter,
  kernelDensityEntropy,
  knnDivergence,
  kozachenkoLeonenko,
  labelCounts,
  matrixRenyiEntropy,
  matrixRenyiJointEntropy,
  mutualInformation,
  patchEntropyMap,
  symmetricEigen,
  vonMisesFisherEntropy,
  vonMisesFisherFit,
} from '../../../src/ops/index.ts';
import { setThreads } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';
import { normalPairs, uniforms } from './draws.ts';
import { meanOf } from './reference.ts';

const value = (x: Tensor): number => x.readSync()[0];
const near = (found: Tensor, expected: number, tolerance = 1e-12) => expect(Math.abs(value(found) - expected)).toBeLessThan(tolerance);
const doubles = (numbers: ArrayLike<number>, shape: number[] = [numbers.length]): Tensor => tensor(Float64Array.from(numbers), shape);

describe('counts', () => {
  const counts = (...list: number[]) => tensor(Int32Array.from(list));

  it('have the entropies of four estimators', () => {
    scope(() => {
      const x = counts(4, 2, 3, 2, 4, 2, 1, 1);
      near(discreteEntropy(x), 1.9683824087283812);
      near(discreteEntropy(x, { estimator: 'millerMadow' }), 2.152592935044171);
      near(discreteEntropy(x, { estimator: 'grassberger' }), 2.144626386031427);
      near(discreteEntropy(x, { estimator: 'chaoShen' }), 2.201137101279585);
      near(discreteEntropy(counts(4, 4)), Math.LN2);
      near(discreteEntropy(counts(4, 4), { estimator: 'millerMadow' }), 0.7556471805599453);
      near(discreteEntropy(counts(4, 4), { estimator: 'grassberger' }), 0.6831377204746474);
      near(discreteEntropy(labelCounts(counts(3, 0, 3, 0), 5)), Math.LN2);
    });
  });

  it('are refused where they are none', () => {
    scope(() => {
      expect(thrown(() => discreteEntropy(counts(1, -2)).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: discreteEntropy: row 0 of counts holds -2; expected counts of at least 0"`,
      );
      expect(thrown(() => discreteEntropy(counts(0, 0)).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: discreteEntropy: row 0 of counts adds up to 0; expected something to be seen"`,
      );
      expect(thrown(() => labelCounts(counts(0, 4), 4).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: labelCounts: labels holds 4 at place 1; expected 0 to 3"`,
      );
      expect(thrown(() => labelCounts(counts(0, 4), 0))).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: labelCounts: classes is 0; expected 1 to 2^31 - 1"`);
    });
  });
});

describe('similarities', () => {
  const pair = (kappa: number) => doubles([1, kappa, kappa, 1], [2, 2]);

  it('of two things have the entropy of both eigenvalues', () => {
    scope(() => {
      for (const [kappa, bits] of [
        [0, 1],
        [0.5, 0.6780719051126377],
        [1, 0],
      ])
        near(matrixRenyiEntropy(pair(kappa)), bits * Math.LN2);
      near(matrixRenyiEntropy(pair(0.5), { alpha: 1.01 }), 0.8096486849274291 * Math.LN2);
      const [high, low] = [0.75, 0.25];
      near(matrixRenyiEntropy(pair(0.5), { alpha: 1 }), -high * Math.log(high) - low * Math.log(low));
      // Continuous where the formula changes.
      near(matrixRenyiEntropy(pair(0.5), { alpha: 1 + 1e-13 }), value(matrixRenyiEntropy(pair(0.5), { alpha: 1 })));
      near(matrixRenyiEntropy(pair(0.5), { alpha: 1.25 }), value(matrixRenyiEntropy(pair(0.5), { alpha: 1.25 - 1e-13 })));
    });
  });

  it('of things all alike have none, of things all apart log N', () => {
    scope(() => {
      for (const alpha of [0.5, 1, 1.01, 2, 3]) {
        near(matrixRenyiEntropy(gaussianGram(doubles(new Array(40).fill(3), [20, 2]), { sigma: 1 }), { alpha }), 0, 1e-11);
        near(
          matrixRenyiEntropy(
            gaussianGram(
              doubles(
                Array.from({ length: 20 }, (_, i) => 100 * i),
                [20, 1],
              ),
              { sigma: 1 },
            ),
            { alpha },
          ),
          Math.log(20),
        );
      }
      const [a, b] = [pair(0.5), pair(0)];
      near(matrixRenyiJointEntropy(a, b), Math.LN2);
      near(matrixRenyiJointEntropy(a, a), value(matrixRenyiEntropy(pair(0.25))));
    });
  });

  it('are refused where they are none', () => {
    scope(() => {
      expect(thrown(() => matrixRenyiEntropy(doubles([1, 2, 2, 0], [2, 2])).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: matrixRenyiEntropy: a has 0.000000 on its diagonal, row 1; expected positive similarities of things to themselves"`,
      );
      expect(thrown(() => matrixRenyiEntropy(pair(2), { alpha: 1.5 }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: matrixRenyiEntropy: a has the eigenvalue -0.500000 for a trace of 1; expected a positive semidefinite matrix of similarities"`,
      );
      expect(thrown(() => matrixRenyiEntropy(pair(Number.NaN)).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: matrixRenyiEntropy: a holds NaN in row 0; expected finite numbers"`,
      );
      expect(thrown(() => matrixRenyiEntropy(pair(0), { alpha: 0 }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: matrixRenyiEntropy: alpha is 0.000000; expected a positive number"`,
      );
    });
  });

  it('have eigenvectors', () => {
    scope(() => {
      const n = 40;
      const [g] = normalPairs(5, n * n);
      const a = Float64Array.from({ length: n * n }, (_, at) => g[at] + g[(at % n) * n + Math.floor(at / n)]);
      const [values, vectors] = symmetricEigen(doubles(a, [n, n])).map((x) => x.readSync());
      let [worst, skew] = [0, 0];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let [sum, dot] = [0, 0];
          for (let k = 0; k < n; k++) {
            sum += vectors[k * n + i] * values[k] * vectors[k * n + j];
            dot += vectors[i * n + k] * vectors[j * n + k];
          }
          worst = Math.max(worst, Math.abs(sum - a[i * n + j]));
          skew = Math.max(skew, Math.abs(dot - (i === j ? 1 : 0)));
        }
      }
      expect(worst).toBeLessThan(1e-12);
      expect(skew).toBeLessThan(1e-13);
      expect([...values]).toEqual([...values].sort((p, q) => q - p));
    });
  });
});

describe('the sphere', () => {
  it('has the entropy of its area, or less', () => {
    scope(() => {
      const entropy = (concentration: number, dimension: number) => vonMisesFisherEntropy(doubles([concentration]), dimension);
      near(entropy(0, 3), 2.5310242469692907);
      near(entropy(0, 3), Math.log(4 * Math.PI));
      near(entropy(0, 8), 3.480307254729491);
      near(entropy(1, 3), 2.379428323041155);
      near(entropy(10, 3), 0.5352919301310735);
      near(entropy(100, 3), -1.7672931195787385);
      near(entropy(20, 8), -1.0056786191266358);
      near(entropy(50, 128), -135.14497039082934, 1e-10);
      for (const k of [1e4, 1e7, 1e9]) near(entropy(k, 3), Math.log(2 * Math.PI) - Math.log(k) + 1, 1e-9);
    });
  });

  it('has a law of greatest likelihood', () => {
    scope(() => {
      // In three dimensions the length of the mean is coth κ − 1 / κ: two circles about a pole.
      const k = 4;
      const height = 1 / Math.tanh(k) - 1 / k;
      const radius = Math.sqrt(1 - height * height);
      const points = [0, 1, 2].flatMap((i) => [radius * Math.cos((2 * Math.PI * i) / 3), radius * Math.sin((2 * Math.PI * i) / 3), height]);
      const fit = vonMisesFisherFit(doubles(points, [3, 3]));
      near(fit.concentration, k);
      near(fit.entropy, value(vonMisesFisherEntropy(doubles([k]), 3)));
      expect(Math.abs(fit.direction.readSync()[2] - 1)).toBeLessThan(1e-15);
      const opposite = vonMisesFisherFit(doubles([1, 0, -1, 0], [2, 2]));
      expect([...opposite.direction.readSync(), value(opposite.concentration)]).toEqual([0, 0, 0]);
      near(opposite.entropy, Math.log(2 * Math.PI));
      const alike = vonMisesFisherFit(tensor([0.6, 0.8, 0.6, 0.8], [2, 2]));
      expect([value(alike.concentration), value(alike.entropy)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
      expect(thrown(() => vonMisesFisherFit(doubles([1, 0, 1, 1], [2, 2])).direction.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: vonMisesFisherFit: row 1 of x has the length 1.414214; expected unit vectors on the sphere"`,
      );
      expect(thrown(() => vonMisesFisherEntropy(doubles([-1]), 3).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: vonMisesFisherEntropy: concentration[0] is -1.000000; expected 0 to 1e9"`,
      );
      expect(thrown(() => vonMisesFisherEntropy(doubles([1]), 1))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: vonMisesFisherEntropy: dimension is 1; expected 2 to 4096"`,
      );
    });
  });
});

describe('densities', () => {
  it('of normal samples come near the truth, the Gaussian one without bias', () => {
    scope(() => {
      const truth = Math.log(2 * Math.PI * Math.E);
      const estimates = Array.from({ length: 200 }, (_, seed) => {
        const [a, b] = normalPairs(seed, 8);
        const points = doubles(
          Array.from({ length: 16 }, (_, i) => (i % 2 ? b : a)[i >> 1]),
          [8, 2],
        );
        return scope(() => (['unbiased', 'population'] as const).map((estimator) => value(gaussianEntropy(points, { estimator }).entropy)));
      });
      const [unbiased, population] = [0, 1].map((which) => estimates.reduce((sum, e) => sum + e[which], 0) / 200 - truth);
      expect(Math.abs(unbiased)).toBeLessThan(0.12);
      expect(population).toBeLessThan(-0.2);
      const [g] = normalPairs(1, 2000);
      for (const estimator of ['leaveOneOut', 'resubstitution'] as const) near(kernelDensityEntropy(doubles(g, [2000, 1]), { estimator }), 0.5 * truth, 0.06);
    });
  });

  it('keep their digits far out and near in', () => {
    scope(() => {
      // Two points a thousand deviations apart: each other's density is e^-500000.
      near(kernelDensityEntropy(doubles([0, 1000], [2, 1]), { bandwidth: 1 }), 0.5e6 + 0.5 * Math.log(2 * Math.PI), 1e-6);
      near(kernelDensityEntropy(doubles([7, 7, 7], [3, 1]), { bandwidth: 2 }), Math.log(2) + 0.5 * Math.log(2 * Math.PI));
    });
  });

  it('are refused where there is no volume', () => {
    scope(() => {
      const flat = doubles([0, 1, 1, 1, 2, 1, 5, 1], [4, 2]);
      expect(thrown(() => gaussianEntropy(flat).entropy.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: gaussianEntropy: coordinate 1 of x does not vary, or only with those before it; expected points that fill a volume, or an estimate with shrinkage"`,
      );
      expect(thrown(() => kernelDensityEntropy(flat).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: kernelDensityEntropy: coordinate 1 of x does not vary, or only with those before it; expected points that fill a volume, or an estimate with shrinkage"`,
      );
      expect(thrown(() => gaussianEntropy(doubles([1, 1, 1, 1], [2, 2]), { estimator: 'oas' }).entropy.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: gaussianEntropy: coordinate 0 of x does not vary, or only with those before it; expected points that fill a volume, or an estimate with shrinkage"`,
      );
      expect(thrown(() => gaussianEntropy(doubles([0, 1, 2, 3], [2, 2])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: gaussianEntropy: x [2 2] has 2 points; expected at least 3"`,
      );
      expect(thrown(() => kernelDensityEntropy(flat, { bandwidth: 0 }))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: kernelDensityEntropy: bandwidth is 0; expected a positive number"`,
      );
    });
  });
});

describe('neighbours', () => {
  it('are refused where there are too few, or no numbers', () => {
    scope(() => {
      const x = doubles([1, 2, 3], [3, 1]);
      expect(thrown(() => kozachenkoLeonenko(x))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: kozachenkoLeonenko: k is 3 for 3 points of x; expected more points than k"`,
      );
      expect(thrown(() => kozachenkoLeonenko(x, { k: 0 }))).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: kozachenkoLeonenko: k is 0; expected at least 1"`);
      expect(thrown(() => kozachenkoLeonenko(doubles([], [0, 2])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: kozachenkoLeonenko: k is 3 for 0 points of x; expected more points than k"`,
      );
      expect(thrown(() => kozachenkoLeonenko(doubles([], [5, 0])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: kozachenkoLeonenko: x [5 0] has 0 coordinates; expected at least 1"`,
      );
      expect(thrown(() => kozachenkoLeonenko(doubles([1, 2, Number.NaN, 4], [4, 1]), { k: 1 }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: kozachenkoLeonenko: x holds NaN in row 2; expected finite numbers"`,
      );
      expect(thrown(() => mutualInformation(x, doubles([1, Number.POSITIVE_INFINITY, 2], [3, 1]), { k: 1 }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: mutualInformation: y holds infinity in row 1; expected finite numbers"`,
      );
      expect(thrown(() => mutualInformation(x, doubles([1, 2], [2, 1])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: mutualInformation: N is 2 in y [2 1] but 3 in x [3 1]; expected them equal"`,
      );
      expect(thrown(() => kozachenkoLeonenko(tensor(Int32Array.from([1, 2, 3, 4]), [4, 1]), { k: 1 }))).toMatchInlineSnapshot(
        `"DTYPE_MISMATCH: kozachenkoLeonenko: x is i32; expected f32 or f64"`,
      );
      expect(thrown(() => kozachenkoLeonenko(doubles([1, 0, 0, 2], [2, 2]), { k: 1, metric: 'sphere' }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: kozachenkoLeonenko: row 1 of x has the length 2.000000; expected unit vectors on the sphere"`,
      );
      expect(thrown(() => knnDivergence(doubles([1, 2, 3, 4], [4, 1]), doubles([1, 2], [2, 1])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: knnDivergence: k is 3 for 2 points of y; expected at least k, and fewer than 2^31"`,
      );
    });
  });

  it('at no distance have a documented answer', () => {
    scope(() => {
      const twins = doubles([1, 1, 4, 6], [4, 1]);
      const others = doubles([2, 3, 9], [3, 1]);
      expect(value(knnDivergence(twins, others, { k: 1 }))).toBe(Number.POSITIVE_INFINITY);
      expect(value(knnDivergence(others, doubles([2, 5, 7], [3, 1]), { k: 1 }))).toBe(Number.NEGATIVE_INFINITY);
      expect(thrown(() => knnDivergence(twins, doubles([6, 8], [2, 1]), { k: 1 }).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: knnDivergence: row 1 of x coincides with others of x, row 3 with points of y, so that both infinities come together; expected points that differ, or noise added to them"`,
      );
    });
  });

  it('of a hundred thousand points all alike are found at once', () => {
    scope(() => {
      for (const width of [1, 2, 3]) {
        const same = doubles(new Float64Array(100000 * width).fill(2), [100000, width]);
        expect(value(kozachenkoLeonenko(same))).toBe(Number.NEGATIVE_INFINITY);
        expect(Number.isFinite(value(mutualInformation(same, same)))).toBe(true);
        near(mutualInformation(same, same, { estimator: 'ksg2' }), value(mutualInformation(same, same, { estimator: 'ksg2' })));
      }
    });
  });

  it('that coincide are told apart by seeded noise, which is not there unless asked for', () => {
    scope(() => {
      const levels = doubles(
        uniforms(3, 4000).map((u) => Math.floor(16 * u)),
        [4000, 1],
      );
      expect(value(kozachenkoLeonenko(levels))).toBe(Number.NEGATIVE_INFINITY);
      const noisy = () => value(kozachenkoLeonenko(levels, { jitter: { source: new Random(5), amplitude: 0.01 } }));
      expect(noisy()).toBe(noisy());
      // Sixteen levels, and normal noise about each.
      expect(Math.abs(noisy() - (Math.log(16) + Math.log(0.01 * 7.5) + 0.5 * Math.log(2 * Math.PI * Math.E)))).toBeLessThan(0.1);
      const before = levels.readSync();
      const moved = Array.from(jitter(levels, { source: new Random(5), amplitude: 1 }).readSync(), (y, i) => y - before[i]);
      const mean = meanOf(moved);
      const deviation = Math.sqrt(meanOf(moved.map((step) => (step - mean) ** 2)));
      expect(Math.abs(mean / 7.5)).toBeLessThan(0.06);
      expect(deviation / 7.5).toBeGreaterThan(0.94);
      expect(deviation / 7.5).toBeLessThan(1.06);
      expect(new Set(moved).size).toBe(4000);
    });
  });
});

describe('grey levels', () => {
  it('are refused by radius, footprint and type', () => {
    scope(() => {
      const picture = tensor(new Uint8Array(9), [1, 1, 3, 3]);
      expect(thrown(() => patchEntropyMap(picture, { radius: 128 }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: patchEntropyMap: radius holds 128; expected 0 to 127"`,
      );
      expect(thrown(() => patchEntropyMap(picture, { radius: [1, 2] }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: patchEntropyMap: radius is [1 2] for a disk; expected one radius"`,
      );
      expect(thrown(() => patchEntropyMap(tensor(new Int32Array(9), [1, 1, 3, 3])))).toMatchInlineSnapshot(
        `"DTYPE_MISMATCH: patchEntropyMap: x is i32; expected u8, or f32 or f64 from 0 to range"`,
      );
      expect(thrown(() => patchEntropyMap(picture, { range: 0 }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: patchEntropyMap: range is 0.000000; expected 1e-30 to 1e30"`,
      );
    });
  });
});

it('does not depend on the number of threads', () => {
  const estimates = (threads: number) => {
    setThreads(threads);
    return scope(() => {
      const [a, b] = normalPairs(8, 3000);
      const [x, y] = [doubles(a, [3000, 1]), doubles(b, [1500, 2])];
      const wide = doubles([...a, ...b], [500, 12]);
      return [
        mutualInformation(x, doubles(b, [3000, 1]), { estimator: 'ksg2' }),
        kozachenkoLeonenko(y),
        kozachenkoLeonenko(wide),
        kozachenkoLeonenko(wide, { metric: 'chebyshev' }),
        kernelDensityEntropy(y),
        gaussianEntropy(wide).entropy,
        matrixRenyiEntropy(gaussianGram(wide, { sigma: 3 }), { alpha: 1.1 }),
        ...symmetricEigen(gaussianGram(wide, { sigma: 3 })),
      ].map((result) => [...result.readSync()]);
    });
  };
  try {
    const one = estimates(1);
    expect(estimates(3)).toEqual(one);
  } finally {
    setThreads(2);
  }
});
