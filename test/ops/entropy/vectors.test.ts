// Numbers from closed forms, from other software and from seeded samples, and statistical gates.
import { describe, expect, it } from 'vitest';
import {
  conditionalMutualInformation,
  knnDivergence,
  kozachenkoLeonenko,
  lncMutualInformation,
  localEntropy,
  localMutualInformation,
  mutualInformation,
  patchEntropyMap,
} from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { correlated, normalPairs, uniforms } from './draws.ts';
import { digamma, meanOf } from './reference.ts';

const value = (x: Tensor): number => x.readSync()[0];
const meanOfAll = (x: Tensor): number => meanOf(Array.from(x.readSync()));
const near = (found: Tensor, expected: number, tolerance = 1e-12) => expect(Math.abs(value(found) - expected)).toBeLessThan(tolerance);
const line = (x: ArrayLike<number>): Tensor => tensor(Float64Array.from(x), [x.length, 1]);
const beside = (...columns: ArrayLike<number>[]): Tensor =>
  tensor(
    Float64Array.from({ length: columns[0].length * columns.length }, (_, i) => columns[i % columns.length][Math.floor(i / columns.length)]),
    [columns[0].length, columns.length],
  );
const lattice = (side: number, d: number, spacing: number): Tensor =>
  tensor(
    Float64Array.from({ length: d * side ** d }, (_, i) => spacing * (Math.floor(Math.floor(i / d) / side ** (i % d)) % side)),
    [side ** d, d],
  );

describe('Kozachenko and Leonenko', () => {
  it('of the points 1 to 5', () => {
    scope(() => {
      for (const [k, expected] of [2.7764805138932784, 2.0537393861172566, 2.1318137376964894].entries()) {
        near(kozachenkoLeonenko(line([1, 2, 3, 4, 5]), { k: k + 1 }), expected);
        near(kozachenkoLeonenko(line([1, 2, 3, 4, 5]), { k: k + 1, metric: 'chebyshev' }), expected);
        near(kozachenkoLeonenko(tensor([3, 1, 5, 2, 4], [5, 1]), { k: k + 1 }), expected);
      }
      expect(value(kozachenkoLeonenko(line([1, 2, 3, 4, 5]), { k: 1 })) / Math.LN2).toBeCloseTo(4.005614668518674, 12);
    });
  });

  it('of lattices', () => {
    scope(() => {
      near(kozachenkoLeonenko(lattice(4, 2, 0.5), { k: 1, metric: 'chebyshev' }), 3.318228993228993);
      near(kozachenkoLeonenko(lattice(4, 2, 0.5), { k: 1 }), 3.076664517958503);
      near(kozachenkoLeonenko(lattice(3, 3, 2), { k: 1, metric: 'chebyshev' }), 8.013302799574717);
      near(kozachenkoLeonenko(lattice(3, 3, 2), { k: 1 }), 7.366273216196062);
      for (const [side, d, h] of [
        [7, 1, 0.3],
        [20, 2, 3],
        [5, 4, 0.25],
        [2, 9, 1.5],
        [2, 11, 1e-3],
      ]) {
        const n = side ** d;
        const gamma = d % 2 ? Array.from({ length: (d + 1) / 2 }, (_, i) => i + 0.5) : Array.from({ length: d / 2 }, (_, i) => i + 1);
        const logGamma = gamma.reduce((sum, factor) => sum + Math.log(factor), d % 2 ? 0.5 * Math.log(Math.PI) : 0);
        near(kozachenkoLeonenko(lattice(side, d, h), { k: 1, metric: 'chebyshev' }), digamma(n) - digamma(1) + d * Math.log(2 * h), 1e-11);
        near(kozachenkoLeonenko(lattice(side, d, h), { k: 1 }), digamma(n) - digamma(1) + (d / 2) * Math.log(Math.PI) - logGamma + d * Math.log(h), 1e-11);
      }
    });
  });

  it('of coinciding points', () => {
    scope(() => {
      const few = line([1, 0, 1, 1, 1, 4, 23, 6, 1]);
      // infomeasure prints ten digits, the last of them cut off.
      near(kozachenkoLeonenko(few, { k: 4, duplicates: 'zero' }), 1.941190518 * Math.LN2, 1e-9);
      expect(value(kozachenkoLeonenko(few, { k: 4 }))).toBe(Number.NEGATIVE_INFINITY);
    });
  });

  it('of seeded samples', () => {
    scope(() => {
      const u = uniforms(42, 3);
      expect([...u]).toEqual([0.7415648787718234, 0.15991039287692016, 0.2786011302551387]);
      const [g1, g2] = normalPairs(42, 2000);
      expect([g1[0], g2[0]]).toEqual([expect.closeTo(0.41471975043153037, 15), expect.closeTo(0.6526812221519428, 15)]);
      for (const [k, expected] of [
        [1, 1.437878739841],
        [3, 1.449323293629],
        [5, 1.427467613261],
      ])
        near(kozachenkoLeonenko(line(g1), { k }), expected, 1e-11);
      near(kozachenkoLeonenko(beside(g1, g2), { metric: 'chebyshev' }), 2.8166777934006433, 1e-11);
      near(kozachenkoLeonenko(beside(g1, g2)), 2.80957265800029, 1e-11);
    });
  });

  it('of seeded samples of other laws', () => {
    scope(() => {
      const u = uniforms(7, 4000);
      near(kozachenkoLeonenko(line(u)), 0.03259042384902067, 1e-11);
      near(kozachenkoLeonenko(line(u.map((p) => -Math.log(p)))), 1.0337428363498642, 1e-11);
      near(kozachenkoLeonenko(line(u.map((p) => Math.sign(p - 0.5) * -Math.log(1 - 2 * Math.abs(p - 0.5))))), 1.7070923414237633, 1e-11);
    });
  });

  it('on the sphere', () => {
    scope(() => {
      const u = uniforms(9, 4000);
      const z = Float64Array.from({ length: 2000 }, (_, i) => 2 * u[2 * i] - 1);
      const around = (wave: (angle: number) => number) => z.map((height, i) => Math.sqrt(1 - height * height) * wave(2 * Math.PI * u[2 * i + 1]));
      const points = beside(around(Math.cos), around(Math.sin), z);
      near(kozachenkoLeonenko(points, { metric: 'sphere' }), 2.5392861832039815, 1e-11);
      // Areas of caps: the whole circle and the whole sphere, where the farthest point lies opposite.
      near(kozachenkoLeonenko(beside([1, -1], [0, 0]), { metric: 'sphere', k: 1 }), digamma(2) - digamma(1) + Math.log(2 * Math.PI));
      near(kozachenkoLeonenko(beside([1, -1], [0, 0], [0, 0]), { metric: 'sphere', k: 1 }), digamma(2) - digamma(1) + Math.log(4 * Math.PI));
    });
  });

  it('is the mean of its local terms', () => {
    scope(() => {
      const [g1, g2] = normalPairs(3, 500);
      const local = localEntropy(beside(g1, g2));
      expect(local.shape).toEqual([500]);
      expect(meanOfAll(local)).toBeCloseTo(value(kozachenkoLeonenko(beside(g1, g2))), 12);
    });
  });
});

describe('mutual information', () => {
  const x = [0, 1, 2.1, 3.3, 4.6, 6, 7.5, 9.1];
  const y = [0.2, 1.5, 1.1, 3.9, 3.2, 7, 6.1, 9.9];

  it('of the points 1 to N and themselves', () => {
    scope(() => {
      for (const [n, expected] of [
        [5, 2.0833333333333335],
        [10, 2.8289682539682537],
        [300, digamma(300) - digamma(1)],
      ]) {
        const points = line(Array.from({ length: n }, (_, i) => i + 1));
        near(mutualInformation(points, points, { k: 1 }), expected);
      }
    });
  });

  it('of eight points', () => {
    scope(() => {
      for (const [k, expected] of [0.9053571428571427, 0.613690476190476, 0.3845238095238095].entries())
        near(mutualInformation(line(x), line(y), { k: k + 1 }), expected);
      for (const [k, expected] of [0.9678571428571426, 0.551190476190476, 0.38452380952380905].entries())
        near(mutualInformation(line(x), line(y), { k: k + 1, estimator: 'ksg2' }), expected);
    });
  });

  it.each([
    [0, 0.010224470786999618, 0.043759358424544814],
    [0.3, 0.03882466388756001, 0.06584414665478455],
    [0.6, 0.21856422160275635, 0.22075543413516563],
    [0.9, 0.8482680625783834, 0.8649664627240181],
  ])('of seeded normal samples of correlation %f', (rho, first, second) => {
    scope(() => {
      const [a, b] = correlated(42, 2000, rho).map(line);
      near(mutualInformation(a, b), first, 1e-11);
      near(mutualInformation(a, b, { estimator: 'ksg2' }), second, 1e-11);
      expect(meanOfAll(localMutualInformation(a, b))).toBeCloseTo(first, 11);
      near(conditionalMutualInformation(a, b, tensor(new Float64Array(0), [2000, 0])), first, 1e-11);
    });
  });

  it('of what hardly differs is found with the correction', () => {
    scope(() => {
      // y = x + θ u, all uniform: θ / 2 − ln θ.
      const theta = 1e-3;
      const [x, u] = [uniforms(21, 1000), uniforms(22, 1000)];
      const [a, b] = [line(x), line(x.map((p, i) => p + theta * u[i]))];
      const truth = theta / 2 - Math.log(theta);
      expect(value(mutualInformation(a, b, { k: 5, estimator: 'ksg2' }))).toBeLessThan(truth - 1);
      expect(Math.abs(value(lncMutualInformation(a, b)) - truth)).toBeLessThan(0.5);
      // Where nothing depends on anything there is nothing to correct.
      const free = line(u);
      expect(Math.abs(value(lncMutualInformation(a, free)))).toBeLessThan(0.1);
    });
  });

  it('does not see what is given', () => {
    scope(() => {
      // x and y share z and nothing else: information 0.51 without it, none with it.
      const [z, a] = normalPairs(1, 2000);
      const [b] = normalPairs(2, 2000);
      const [p, q] = [a, b].map((own) => line(own.map((noise, i) => z[i] + 0.5 * noise)));
      expect(value(mutualInformation(p, q))).toBeGreaterThan(0.4);
      expect(Math.abs(value(conditionalMutualInformation(p, q, line(z))))).toBeLessThan(0.06);
    });
  });
});

describe('divergence', () => {
  it('of two normal laws', () => {
    scope(() => {
      const [a] = normalPairs(11, 4000);
      const [b] = normalPairs(12, 4000);
      const [deviation, shift] = [1.5, 0.7];
      const moved = line(b.map((p) => deviation * p + shift));
      const truth = Math.log(deviation) + (1 + shift ** 2) / (2 * deviation ** 2) - 0.5;
      near(knnDivergence(line(a), moved), truth, 0.05);
      expect(Math.abs(value(knnDivergence(line(a), line(b))))).toBeLessThan(0.05);
    });
  });
});

describe('bias and scatter over thirty samples of a thousand', () => {
  const moments = (estimates: number[], truth: number) => {
    const bias = estimates.reduce((a, b) => a + b, 0) / estimates.length - truth;
    const deviation = Math.sqrt(estimates.reduce((sum, e) => sum + (e - truth - bias) ** 2, 0) / (estimates.length - 1));
    return { bias, deviation };
  };
  const seeds = Array.from({ length: 30 }, (_, i) => 1000 + i);

  it.each([
    ['ksg1', 0, -0.0018, 0.024],
    ['ksg1', 0.6, 0.0005, 0.032],
    ['ksg1', 0.9, 0.012, 0.04],
    ['ksg2', 0, -0.0039, 0.0295],
    ['ksg2', 0.6, 0.0007, 0.036],
    ['ksg2', 0.9, 0.014, 0.044],
  ] as const)('of %s at correlation %f', (estimator, rho, bias, deviation) => {
    const truth = -0.5 * Math.log(1 - rho * rho);
    const estimates = seeds.map((seed) => scope(() => value(mutualInformation(...(correlated(seed, 1000, rho).map(line) as [Tensor, Tensor]), { estimator }))));
    const found = moments(estimates, truth);
    // Four standard errors of a mean of thirty, and a factor that a sample deviation of thirty stays within.
    expect(Math.abs(found.bias - bias)).toBeLessThan((4 * deviation) / Math.sqrt(30));
    expect(found.deviation / deviation).toBeGreaterThan(0.6);
    expect(found.deviation / deviation).toBeLessThan(1.6);
  });

  it.each(['chebyshev', 'euclidean'] as const)('of the entropy of two dimensions, %s', (metric) => {
    const estimates = seeds.map((seed) => scope(() => value(kozachenkoLeonenko(beside(...normalPairs(seed, 1000)), { metric }))));
    const found = moments(estimates, Math.log(2 * Math.PI * Math.E));
    expect(Math.abs(found.bias - -0.0195)).toBeLessThan((4 * 0.04) / Math.sqrt(30));
    expect(found.deviation / 0.04).toBeGreaterThan(0.6);
    expect(found.deviation / 0.04).toBeLessThan(1.6);
  });
});

describe('entropy of grey levels', () => {
  const map = (levels: number[], height: number, width: number, radius: number, footprint: 'box' | 'disk' = 'box') =>
    patchEntropyMap(tensor(Uint8Array.from(levels), [1, 1, height, width]), { radius, footprint }).readSync();

  it('of n distinct levels is log2 n, and of one 0', () => {
    scope(() => {
      const distinct = Array.from({ length: 25 }, (_, i) => 10 * i);
      expect(map(distinct, 5, 5, 4)).toEqual(new Float32Array(25).fill(Math.log2(25)));
      expect(map(distinct, 5, 5, 1)[0]).toBe(2); // a corner: four pixels
      expect(map(distinct, 5, 5, 1)[12]).toBe(Math.fround(Math.log2(9)));
      expect(map(distinct, 5, 5, 1, 'disk')[12]).toBe(Math.fround(Math.log2(5)));
      expect(map(new Array(42).fill(200), 6, 7, 5, 'disk')).toEqual(new Float32Array(42));
    });
  });
});
