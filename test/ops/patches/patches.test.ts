// Unfolding, aggregation, components and projections beyond single calls: against others' numbers, against one another, refusals.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { setThreads } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { keep, scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const list = (x: Tensor) => Array.from(x.readSync());
const normal = (shape: readonly number[], seed: number) => toTensor(fillOperand({ shape }, seed));
const disposeAll = (...tensors: Tensor[]) => {
  for (const x of tensors) x.dispose();
};

describe('patches and their vectors', () => {
  it('unfolds with what lies beyond the border', () => {
    scope(() => {
      const x = tensor([1, 2, 3, 4], [1, 1, 2, 2]);
      expect(list(ops.slice(ops.unfold2d(x, 3, { padding: 1, border: 'replicate' }), [0, 0, 0, 0], [1, 9, 1, 1]))).toEqual([1, 1, 2, 1, 1, 2, 3, 3, 4]);
      expect(list(ops.slice(ops.unfold2d(x, 3, { padding: 1 }), [0, 0, 0, 0], [1, 9, 1, 1]))).toEqual([0, 0, 0, 0, 1, 2, 0, 3, 4]);
      expect(list(ops.unfold2d(x, 3, { padding: 1, border: 'reflect' })).slice(0, 4)).toEqual([4, 3, 2, 1]);
    });
  });

  it('turns maps into vectors and back', () => {
    scope(() => {
      const x = normal([2, 5, 3, 4], 1);
      const vectors = ops.toVectors(x);
      expect(vectors.shape).toEqual([24, 5]);
      expect(list(ops.slice(vectors, [12 + 4 + 2, 0], [1, 5]))).toEqual(list(ops.slice(x, [1, 0, 1, 2], [1, 5, 1, 1])));
      expect(list(ops.fromVectors(vectors, [3, 4]))).toEqual(list(x));
      expect(ops.fromVectors(ops.reshape(ops.slice(vectors, [0, 0], [24, 1]), [24]), [3, 4]).shape).toEqual([2, 1, 3, 4]);
      expect(thrown(() => ops.fromVectors(vectors, [5, 3]))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: fromVectors: x is [24 5]; expected a multiple of 15 rows, for maps of 5 by 3"`,
      );
    });
  });

  it('averages neighbourhoods, zeros beyond the border counted', () => {
    scope(() => {
      const x = tensor([9, 18, 27, 36], [1, 1, 2, 2]);
      expect(relativeError(list(ops.localAverage(x)), [10, 10, 10, 10])).toBeLessThan(1e-6);
      expect(list(ops.localAverage(x, 1))).toEqual([9, 18, 27, 36]);
      expect(thrown(() => ops.localAverage(x, 2))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: localAverage: size is 2; expected an odd positive integer"`);
    });
  });

  it('pools vectors by bins that may overlap, and aggregates neighbourhoods by them', () => {
    scope(() => {
      expect(list(ops.poolVectors(tensor([1, 2, 3, 4, 5, 10, 20, 30, 40, 50], [2, 5]), 3))).toEqual([1.5, 3, 4.5, 15, 30, 45]);
      expect(list(ops.poolVectors(tensor([1, 2], [1, 2]), 4))).toEqual([1, 1, 2, 2]);
      const x = normal([2, 4, 3, 5], 2);
      const whole = ops.aggregateNeighbourhoods(x, { dimension: 6 });
      expect(whole.shape).toEqual([2, 6, 3, 5]);
      const byHand = ops.poolVectors(ops.reshape(ops.slice(x, [1, 0, 0, 1], [1, 4, 3, 3]), [1, 36]), 6);
      expect(relativeError(list(ops.slice(whole, [1, 0, 1, 2], [1, 6, 1, 1])), list(byHand))).toBeLessThan(1e-6);
      // One number for each channel: the mean of its neighbourhood.
      expect(relativeError(list(ops.aggregateNeighbourhoods(x, { dimension: 4 })), list(ops.localAverage(x)))).toBeLessThan(1e-6);
    });
  });

  it('brings layers to the extents of the first, with gradients', () => {
    scope(() => {
      const [a, b] = [normal([2, 3, 8, 6], 3), normal([2, 5, 4, 3], 4)];
      const both = ops.alignMaps([a, b]);
      expect(both.shape).toEqual([2, 8, 8, 6]);
      expect(list(ops.slice(both, [0, 0, 0, 0], [2, 3, 8, 6]))).toEqual(list(a));
      expect(list(ops.slice(both, [0, 3, 0, 0], [2, 5, 8, 6]))).toEqual(list(ops.resize2d(b, { height: 8, width: 6, mode: 'bilinear' })));
      expect(ops.alignMaps([a, b], [4, 3]).shape).toEqual([2, 8, 4, 3]);
      const tape = record(() => ops.sum(ops.alignMaps([a, b])), { watch: [a, b] });
      // Bilinear weights add up to one: twice as large in both directions, each pixel counts four times.
      expect(relativeError([list(tape.backward().get(b)!).reduce((p, q) => p + q)], [4 * b.size])).toBeLessThan(1e-6);
    });
  });
});

describe('symmetricEigen', () => {
  const eigen = (a: Tensor) => scope(() => ops.symmetricEigen(a).map((x) => Float64Array.from(x.readSync())));

  it('gives orthonormal vectors that make up the matrix, with any number of threads', () => {
    const n = 150;
    const numbers = fillOperand({ shape: [n, n], dtype: 'f64' }, 5).data;
    const a = keep(tensor(numbers, [n, n], { dtype: 'f64' }));
    const run = (threads: number) => {
      setThreads(threads);
      return eigen(a);
    };
    try {
      const [values, vectors] = run(1);
      expect(run(3)).toEqual([values, vectors]);
      let [worst, least] = [0, 0];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let [sum, inner] = [0, 0];
          for (let k = 0; k < n; k++) {
            sum += values[k] * vectors[k * n + i] * vectors[k * n + j];
            inner += vectors[i * n + k] * vectors[j * n + k];
          }
          worst = Math.max(worst, Math.abs(sum - numbers[i * n + j]));
          least = Math.max(least, Math.abs(inner - (i === j ? 1 : 0)));
        }
      }
      expect(worst).toBeLessThan(1e-12);
      expect(least).toBeLessThan(1e-13);
    } finally {
      setThreads(2);
      a.dispose();
    }
  });

  it('keeps to range at the ends of what float64 holds, and refuses NaN', () => {
    scope(() => {
      for (const scale of [1e-300, 1e300]) {
        const [values] = eigen(tensor([2 * scale, 0, scale, 2 * scale], [2, 2], { dtype: 'f64' }));
        expect(relativeError([values[0] / scale, values[1] / scale], [3, 1])).toBeLessThan(1e-15);
      }
      expect(thrown(() => eigen(tensor([1, 0, Number.NaN, 1], [2, 2])))).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: symmetricEigen: a holds NaN or infinity; expected finite numbers"`,
      );
      expect(thrown(() => ops.symmetricEigen(tensor([1, 2], [2, 1])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: symmetricEigen: N is 1 in a [2 1] but 2 in a [2 1]; expected them equal"`,
      );
    });
  });
});

describe('Pca', () => {
  const numbers = Array.from({ length: 9 }, (_, n) => Array.from({ length: 4 }, (_, c) => ((7 * n * n + 3 * c * c + 5 * n * c) % 11) + 3 * n * (c + 1))).flat();
  const fit = async (x: Tensor, batch: number, options: ops.PcaFitOptions = {}) => {
    const pca = new ops.Pca(x.shape[1]);
    try {
      for (let from = 0; from < x.shape[0]; from += batch) scope(() => pca.add(ops.slice(x, [from, 0], [Math.min(batch, x.shape[0] - from), x.shape[1]])));
      return await pca.fit(options);
    } finally {
      pca.dispose();
    }
  };

  it('gives what scikit-learn gives, in batches or at once', async () => {
    const x = keep(tensor(numbers, [9, 4]));
    for (const batch of [1, 4, 9]) {
      const { mean, components, variances, totalVariance } = await fit(x, batch, { components: 2 });
      expect(relativeError(list(mean), [17.88888888888889, 29.666666666666668, 41.333333333333336, 51.666666666666664])).toBeLessThan(1e-6);
      expect(relativeError(list(variances), [2012.960654150385, 12.693618811368545])).toBeLessThan(1e-6);
      expect(relativeError([totalVariance], [2034.1111111111113])).toBeLessThan(1e-12);
      const directions = [
        0.21272868096224656, 0.3981706958134914, 0.5497933256347518, 0.7028043144282359, 0.7403108139103496, 0.22053084052548078, -0.6202831709711935,
        0.13621613338530036,
      ];
      expect(relativeError(list(components), directions)).toBeLessThan(1e-6);
      const left = scope(() => list(ops.norm(ops.pcaResidual(x, { mean, components }), 1)));
      expect(relativeError(left.slice(0, 3), [4.4355688295215305, 2.6423791374182604, 2.2331273530218696])).toBeLessThan(1e-5);
      disposeAll(mean, components, variances);
    }
    x.dispose();
  });

  it('keeps as many components as a fraction of the variance needs', async () => {
    const x = keep(tensor(numbers, [9, 4]));
    for (const [fraction, count] of [
      [0.5, 1],
      [0.99, 2],
      [0.9999, 4],
    ]) {
      const { mean, components, variances, totalVariance } = await fit(x, 9, { components: fraction });
      expect([fraction, components.shape]).toEqual([fraction, [count, 4]]);
      expect(list(variances).reduce((a, b) => a + b)).toBeGreaterThan(fraction * totalVariance);
      disposeAll(mean, components, variances);
    }
    x.dispose();
  });

  it('whitens: coordinates of variance 1 that do not go together, and 0 where nothing varies', async () => {
    // Three directions, in five dimensions.
    const x = keep(scope(() => ops.matmul(normal([400, 3], 6), normal([3, 5], 7))));
    const fitted = await fit(x, 150);
    const white = await ops.whitenedComponents(fitted);
    scope(() => {
      const y = ops.pcaProject(x, { mean: fitted.mean, components: white });
      const covariance = list(ops.affine(ops.matmul(y, y, { transposeA: true }), { scale: 1 / 399 }));
      covariance.forEach((value, at) => {
        expect(value).toBeCloseTo(Math.floor(at / 5) === at % 5 && at % 5 < 3 ? 1 : 0, 3);
      });
      const three = ops.slice(fitted.components, [0, 0], [3, 5]);
      expect(Math.max(...list(ops.abs(ops.pcaResidual(x, { mean: fitted.mean, components: three }))))).toBeLessThan(1e-5);
    });
    disposeAll(x, white, fitted.mean, fitted.components, fitted.variances);
  });

  it('refuses what it cannot fit', async () => {
    const x = keep(tensor([1, 2, 3, Number.NaN], [2, 2]));
    await expect(fit(x, 2)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: symmetricEigen: batch item 0 holds NaN or infinity; expected finite numbers]`,
    );
    await expect(fit(x, 2, { components: 3 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: Pca.fit: components is 3; expected an integer from 1 to 2, or a fraction of the variance below 1]`,
    );
    await expect(fit(x, 2, { components: 1.5 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: Pca.fit: components is 1.5; expected an integer from 1 to 2, or a fraction of the variance below 1]`,
    );
    const one = keep(tensor([1, 2], [1, 2]));
    await expect(fit(one, 1)).rejects.toThrowErrorMatchingInlineSnapshot(`[BlemishError: Pca.fit: 1 vectors were added; expected at least 2]`);
    disposeAll(x, one);
  });
});

describe('random projection', () => {
  it('counts dimensions as scikit-learn does', () => {
    expect([
      ops.johnsonLindenstraussDimension(1e6, 0.5),
      ops.johnsonLindenstraussDimension(1e6, 0.1),
      ops.johnsonLindenstraussDimension(156800, 0.9),
      ops.johnsonLindenstraussDimension(1000, 0.9),
      ops.johnsonLindenstraussDimension(1),
    ]).toEqual([663, 11841, 295, 170, 1]);
    expect(thrown(() => ops.johnsonLindenstraussDimension(10, 1))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: johnsonLindenstraussDimension: epsilon is 1; expected between 0 and 1"`,
    );
  });

  it('has numbers of three kinds in their shares, by the key alone', () => {
    scope(() => {
      for (const density of [undefined, 1 / 3, 1]) {
        const r = list(ops.sparseRandomProjection(400, 300, new Random(3), { density }));
        const share = density ?? 1 / 20;
        const value = 1 / Math.sqrt(share * 300);
        const counts = [-1, 1].map((sign) => r.filter((number) => Math.abs(number - sign * value) < 1e-6).length);
        const deviation = Math.sqrt(120000 * (share / 2) * (1 - share / 2));
        for (const count of counts) expect(Math.abs(count - 60000 * share)).toBeLessThan(5 * deviation);
        expect(r.filter((number) => number === 0).length).toBe(120000 - counts[0] - counts[1]);
        expect(list(ops.sparseRandomProjection(400, 300, new Random(3), { density }))).toEqual(r);
      }
    });
  });

  it('keeps distances as the lemma says', () => {
    scope(() => {
      const x = normal([40, 1000], 8);
      const dimension = ops.johnsonLindenstraussDimension(40, 0.5);
      const y = ops.matmul(x, ops.sparseRandomProjection(1000, dimension, new Random(4)));
      const [before, after] = [x, y].map((rows) => ops.nearest(rows, rows, { k: 40 }));
      const rank = (found: { distances: Tensor; indices: Tensor }) => {
        const [distances, indices] = [list(found.distances), list(found.indices)];
        const out = new Float64Array(1600);
        indices.forEach((j, at) => {
          out[Math.floor(at / 40) * 40 + j] = distances[at];
        });
        return out;
      };
      const [p, q] = [rank(before), rank(after)];
      p.forEach((d, i) => {
        if (d > 0) expect(Math.abs((q[i] / d) ** 2 - 1)).toBeLessThan(0.5);
      });
    });
  });
});
