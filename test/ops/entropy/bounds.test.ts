// Bounds against sums in float64, and their gradients against central differences; large scores; what training them leads to.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import {
  cosineScores,
  donskerVaradhanBound,
  gaussianIsotropicBound,
  gaussianLogDetBound,
  infoNceBound,
  jensenShannonBound,
  movingDonskerVaradhan,
  nwjBound,
  renyi2Entropy,
} from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { choleskyOf, type Matrix, make } from '../../support/matrices.ts';
import { thrown } from '../../support/thrown.ts';
import { normalPairs } from './draws.ts';
import { meanOf } from './reference.ts';

const value = (x: Tensor): number => x.readSync()[0];
const upload = (x: Matrix): Tensor => tensor(Float32Array.from(x.flat()), [x.length, x[0].length]);
const others = (s: Matrix): number[] => s.flatMap((row, i) => row.filter((_, j) => i !== j));
const together = (s: Matrix): number[] => s.map((row, i) => row[i]);
const logMeanExp = (list: number[]): number => {
  const most = Math.max(...list);
  return most + Math.log(meanOf(list.map((x) => Math.exp(x - most))));
};
const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const columns = (s: Matrix): Matrix => s[0].map((_, j) => s.map((row) => row[j]));

function covariance(x: Matrix): Matrix {
  const means = columns(x).map(meanOf);
  return make(x[0].length, x[0].length, (a, b) => meanOf(x.map((row) => (row[a] - means[a]) * (row[b] - means[b]))));
}
const logTwoPiE = Math.log(2 * Math.PI * Math.E);

interface Bound {
  ours: (x: Tensor) => Tensor;
  reference: (x: Matrix) => number;
  shape: [number, number];
}
const average = Math.log(1.7);
const bounds: Record<string, Bound> = {
  infoNce: { ours: (s) => infoNceBound(s), reference: (s) => meanOf(together(s)) - meanOf(s.map(logMeanExp)), shape: [7, 7] },
  'infoNce both ways': {
    ours: (s) => infoNceBound(s, { symmetric: true }),
    reference: (s) => meanOf(together(s)) - 0.5 * (meanOf(s.map(logMeanExp)) + meanOf(columns(s).map(logMeanExp))),
    shape: [6, 6],
  },
  jensenShannon: {
    ours: jensenShannonBound,
    reference: (s) => -meanOf(together(s).map((x) => softplus(-x))) - meanOf(others(s).map(softplus)),
    shape: [5, 5],
  },
  donskerVaradhan: { ours: donskerVaradhanBound, reference: (s) => meanOf(together(s)) - logMeanExp(others(s)), shape: [6, 6] },
  nwj: { ours: nwjBound, reference: (s) => meanOf(together(s)) - meanOf(others(s).map((x) => Math.exp(x - 1))), shape: [2, 2] },
  'donskerVaradhan with a moving average': {
    ours: (s) => movingDonskerVaradhan(s, tensor([average], []), 0.75).loss,
    // The average is a constant of the gradient: that of the point where it was taken.
    reference: (s) => meanOf(others(s).map(Math.exp)) / frozen - meanOf(together(s)),
    shape: [5, 5],
  },
  'cosine scores': {
    ours: (x) => infoNceBound(cosineScores(x, x, 0.3)),
    reference: (x) => {
      const unit = x.map((row) => row.map((p) => p / Math.hypot(...row)));
      const s = make(x.length, x.length, (i, j) => unit[i].reduce((sum, p, c) => sum + p * unit[j][c], 0) / 0.3);
      return meanOf(together(s)) - meanOf(s.map(logMeanExp));
    },
    shape: [6, 4],
  },
  logDet: {
    ours: (x) => gaussianLogDetBound(x, 1e-3),
    reference: (x) => {
      const raised = covariance(x).map((row, i) => row.map((p, j) => p + (i === j ? 1e-3 : 0)));
      return 0.5 * x[0].length * logTwoPiE + choleskyOf(raised).reduce((sum, row, i) => sum + Math.log(row[i]), 0);
    },
    shape: [12, 4],
  },
  isotropic: {
    ours: (x) => gaussianIsotropicBound(x, 0.01),
    reference: (x) => 0.5 * x[0].length * (logTwoPiE + Math.log(meanOf(covariance(x).map((row, i) => row[i])) + 0.01)),
    shape: [9, 3],
  },
  renyi2: {
    ours: (x) => renyi2Entropy(x, 0.6),
    reference: (x) => {
      const exponents = x.flatMap((p) => x.map((q) => -p.reduce((sum, a, c) => sum + (a - q[c]) ** 2, 0) / (4 * 0.36)));
      return 0.5 * x[0].length * Math.log(4 * Math.PI * 0.36) - logMeanExp(exponents);
    },
    shape: [11, 3],
  },
};
let frozen = 1;

const samples = ([rows, width]: [number, number], seed: number, scale = 1): Matrix => {
  const [g] = normalPairs(seed, rows * width);
  return make(rows, width, (i, j) => Math.fround(scale * g[i * width + j]));
};

describe.each(Object.entries(bounds))('%s', (_, { ours, reference, shape }) => {
  it('has the value and the gradient of its formula', () => {
    scope(() => {
      for (const seed of [1, 2, 3]) {
        const x = samples(shape, seed);
        frozen = 0.75 * 1.7 + 0.25 * meanOf(others(x).map(Math.exp));
        const operand = upload(x);
        const tape = record(() => ours(operand), { watch: [operand] });
        expect(Math.abs(value(tape.value) - reference(x))).toBeLessThan(2e-6 * (1 + Math.abs(reference(x))));
        const gradient = tape.backward().get(operand)!.readSync();
        const step = 1e-5;
        for (let at = 0; at < gradient.length; at++) {
          const moved = (by: number) => reference(x.map((row, i) => row.map((p, j) => p + (i * shape[1] + j === at ? by : 0))));
          const slope = (moved(step) - moved(-step)) / (2 * step);
          expect(Math.abs(gradient[at] - slope)).toBeLessThan(3e-5 * (1 + Math.abs(slope)));
        }
      }
    });
  });
});

describe('bounds', () => {
  it('stand scores of a thousand', () => {
    scope(() => {
      const x = samples([6, 6], 4, 1000);
      for (const which of ['infoNce', 'jensenShannon', 'donskerVaradhan'])
        expect(value(bounds[which].ours(upload(x))) / bounds[which].reference(x)).toBeCloseTo(1, 5);
      // A perfect critic: InfoNCE reaches ln N and goes no further.
      const sure = make(8, 8, (i, j) => (i === j ? 500 : -500));
      expect(value(infoNceBound(upload(sure)))).toBeCloseTo(Math.log(8), 6);
      expect(value(donskerVaradhanBound(upload(sure)))).toBe(1000);
    });
  });

  it('keep what is small beside what is large', () => {
    scope(() => {
      // Pairs that belong together have scores beside which float32 has no digits for the others.
      const scores = upload([
        [1e6, -2],
        [1, 1e6],
      ]);
      expect(value(jensenShannonBound(scores))).toBeCloseTo(-(softplus(-2) + softplus(1)) / 2, 6);
      // Far apart and far out, only that every point lies at its own place counts.
      const x = upload([
        [3e4, 1],
        [-2e4, 7e4],
        [5e4, -3e4],
      ]);
      expect(value(renyi2Entropy(x, 1))).toBeCloseTo(Math.log(3) + Math.log(4 * Math.PI), 5);
    });
  });

  it('move the average of Donsker and Varadhan from batch to batch', () => {
    scope(() => {
      const [first, second] = [samples([5, 5], 1), samples([5, 5], 2)];
      const one = movingDonskerVaradhan(upload(first), null);
      expect(value(one.bound)).toBe(value(donskerVaradhanBound(upload(first))));
      expect(value(one.loss)).toBeCloseTo(1 - meanOf(together(first)), 5);
      const two = movingDonskerVaradhan(upload(second), one.logAverage, 0.9);
      const [before, now] = [first, second].map((s) => meanOf(others(s).map(Math.exp)));
      expect(Math.exp(value(two.logAverage))).toBeCloseTo(0.9 * before + 0.1 * now, 5);
    });
  });

  it('are in order, and near the truth for normal laws', () => {
    scope(() => {
      const [a, b] = normalPairs(6, 4000);
      const x = tensor(
        Float32Array.from({ length: 8000 }, (_, i) => (i % 2 ? 3 * b[i >> 1] : a[i >> 1])),
        [4000, 2],
      );
      const [full, isotropic] = [value(gaussianLogDetBound(x)), value(gaussianIsotropicBound(x))];
      expect(Math.abs(full - (logTwoPiE + Math.log(3)))).toBeLessThan(0.05);
      expect(isotropic).toBeGreaterThan(full + 0.3);
      const order2 = tensor(Float32Array.from(a.slice(0, 1500)), [1500, 1]);
      // Order 2 of a normal law is ½ ln(4π σ²); the kernel adds its own variance.
      expect(Math.abs(value(renyi2Entropy(order2, 0.2)) - 0.5 * Math.log(4 * Math.PI * 1.04))).toBeLessThan(0.05);
    });
  });

  it('of the best critic come near mutual information', () => {
    scope(() => {
      // For a pair of correlation ρ the logarithm of the ratio of densities is known.
      const rho = 0.8;
      const [a, b] = normalPairs(9, 400);
      const y = a.map((p, i) => rho * p + Math.sqrt(1 - rho * rho) * b[i]);
      const truth = -0.5 * Math.log(1 - rho * rho);
      const ratio = make(400, 400, (i, j) => truth - (rho * rho * (a[i] ** 2 + y[j] ** 2) - 2 * rho * a[i] * y[j]) / (2 * (1 - rho * rho)));
      expect(Math.abs(value(infoNceBound(upload(ratio))) - truth)).toBeLessThan(0.08);
      expect(Math.abs(value(donskerVaradhanBound(upload(ratio))) - truth)).toBeLessThan(0.08);
      expect(Math.abs(value(nwjBound(upload(ratio.map((row) => row.map((s) => s + 1))))) - truth)).toBeLessThan(0.08);
    });
  });

  it('are refused where there is nothing to bound', () => {
    scope(() => {
      const scores = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
      const single = tensor([1], [1, 1]);
      expect(thrown(() => infoNceBound(scores))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: infoNceBound: scores is [2 3]; expected a square of side 1 at least"`);
      expect(thrown(() => nwjBound(single))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: nwjBound: scores is [1 1]; expected a square of side 2 at least"`);
      expect(thrown(() => jensenShannonBound(single))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: jensenShannonBound: scores is [1 1]; expected a square of side 2 at least"`,
      );
      expect(thrown(() => donskerVaradhanBound(single))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: donskerVaradhanBound: scores is [1 1]; expected a square of side 2 at least"`,
      );
      expect(
        thrown(() =>
          movingDonskerVaradhan(
            upload([
              [1, 2],
              [3, 4],
            ]),
            null,
            1,
          ),
        ),
      ).toMatchInlineSnapshot(`"ARGUMENT_INVALID: movingDonskerVaradhan: decay is 1; expected 0 up to but not including 1"`);
      expect(thrown(() => cosineScores(scores, scores, 0))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: cosineScores: temperature is 0; expected a positive number"`,
      );
      expect(thrown(() => gaussianLogDetBound(tensor([1, 2])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: gaussianLogDetBound: x is [2]; expected [N D], at least 1 by 1"`,
      );
      expect(thrown(() => gaussianLogDetBound(tensor([1, 1, 1, 1], [2, 2]), 0).readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: logDet: a is not positive definite: pivot 0 is 0.000000; expected positive pivots"`,
      );
      expect(thrown(() => renyi2Entropy(scores, 0))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: renyi2Entropy: sigma is 0; expected a positive number"`);
    });
  });
});
