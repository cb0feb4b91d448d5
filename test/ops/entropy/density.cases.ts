// Entropies by densities: kernels, Gaussian laws, the law of von Mises and Fisher by integrals over the angle.
import { type Attrs, type OpCase, type OperandSpec, opCases } from '../../support/cases.ts';
import { choleskyOf, type Matrix, make, solveTriangle } from '../../support/matrices.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { digamma, euler, logGammaHalf, meanOf, rowsOf, unitVectors } from './reference.ts';

function covarianceOf(points: readonly (readonly number[])[], divisor: number): { mean: number[]; matrix: Matrix } {
  const d = points[0].length;
  const mean = points[0].map((_, c) => meanOf(points.map((point) => point[c])));
  return { mean, matrix: make(d, d, (a, b) => points.reduce((sum, point) => sum + (point[a] - mean[a]) * (point[b] - mean[b]), 0) / divisor) };
}

const logDet = (matrix: Matrix): number => choleskyOf(matrix).reduce((sum, row, i) => sum + 2 * Math.log(row[i]), 0);

function kernelDensity(x: NdArray, { bandwidth, rule, estimator }: Attrs): NdArray {
  let points = rowsOf(x).map((point) => [...point]);
  const [n, d] = x.shape;
  let logUnit = d * Math.log(bandwidth || 1);
  if (bandwidth > 0) points = points.map((point) => point.map((value) => value / bandwidth));
  else {
    const factor = (rule === 'scott' ? n : (n * (d + 2)) / 4) ** (-1 / (d + 4));
    const { matrix } = covarianceOf(points, n - 1);
    const l = choleskyOf(matrix.map((row) => row.map((value) => value * factor ** 2)));
    points = points.map((point) =>
      solveTriangle(
        l,
        point.map((value) => [value]),
      ).flat(),
    );
    logUnit = l.reduce((sum, row, i) => sum + Math.log(row[i]), 0);
  }
  const terms = points.map((point, i) => {
    let sum = 0;
    points.forEach((other, j) => {
      if (i === j && estimator === 'leaveOneOut') return;
      sum += Math.exp(-0.5 * point.reduce((total, value, c) => total + (value - other[c]) ** 2, 0));
    });
    return Math.log(estimator === 'leaveOneOut' ? n - 1 : n) + (d / 2) * Math.log(2 * Math.PI) + logUnit - Math.log(sum);
  });
  return nd([], [meanOf(terms)]);
}

/** ψ at half of a positive integer. */
function digammaHalf(n: number): number {
  if (n % 2 === 0) return digamma(n / 2);
  let sum = -euler - 2 * Math.LN2;
  for (let i = 1; i < n; i += 2) sum += 2 / i;
  return sum;
}

function gaussian(x: NdArray, estimator: string): NdArray[] {
  const points = rowsOf(x);
  const [n, d] = x.shape;
  const shrinks = estimator === 'ledoitWolf' || estimator === 'oas';
  const { mean, matrix } = covarianceOf(points, estimator === 'sample' || estimator === 'unbiased' ? n - 1 : n);
  const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const distance = (a: Matrix) => a.flat().reduce((sum, value, at) => sum + (value - (at % (d + 1) === 0 ? trace / d : 0)) ** 2, 0);
  let weight = 0;
  if (estimator === 'ledoitWolf') {
    // Their lemma 3.4: the mean squared distance of each point's own product from the covariance, over N, bounded by d².
    const scatter = points.reduce((sum, point) => {
      const own = point.map((value, c) => value - mean[c]);
      return sum + own.reduce((total, a, i) => total + own.reduce((part, b, j) => part + (a * b - matrix[i][j]) ** 2, 0), 0);
    }, 0);
    weight = distance(matrix) > 0 ? Math.min(scatter / n ** 2 / distance(matrix), 1) : 0;
  } else if (estimator === 'oas') {
    const squares = matrix.flat().reduce((sum, value) => sum + value ** 2, 0);
    const below = (n + 1 - 2 / d) * (squares - trace ** 2 / d);
    weight = below > 0 ? Math.min(((1 - 2 / d) * squares + trace ** 2) / below, 1) : 1;
  }
  const shrunk = shrinks ? make(d, d, (i, j) => (1 - weight) * matrix[i][j] + (i === j ? (weight * trace) / d : 0)) : matrix;
  let volume = logDet(shrunk);
  if (estimator === 'unbiased') {
    volume += d * Math.log((n - 1) / 2);
    for (let i = 1; i <= d; i++) volume -= digammaHalf(n - i);
  }
  return [nd([], [0.5 * (d * Math.log(2 * Math.PI * Math.E) + volume)]), nd([], [weight])];
}

/** Integrals of e^(κ (cos θ − 1)) sin^(p − 2) θ and of the same times cos θ, by Gauss's rule in pieces. */
function angular(p: number, concentration: number): [number, number] {
  const nodes = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664];
  const weights = [0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891];
  const end = Math.min(Math.PI, 12 * Math.sqrt((p + 10) / Math.max(concentration, 1e-9)));
  const pieces = 1500;
  let [plain, along] = [0, 0];
  for (let piece = 0; piece < pieces; piece++) {
    for (let q = 0; q < 5; q++) {
      const angle = (end * (piece + 0.5 + nodes[q] / 2)) / pieces;
      const density = weights[q] * Math.exp(-2 * concentration * Math.sin(angle / 2) ** 2) * Math.sin(angle) ** (p - 2);
      plain += density;
      along += density * 2 * Math.sin(angle / 2) ** 2;
    }
  }
  return [(plain * end) / pieces / 2, along / plain];
}

/** ln of the integral of e^(κ (cos θ − 1)) over the sphere, and κ (1 − mean cos θ). */
function vonMisesFisher(p: number, concentration: number): number {
  const [integral, below] = angular(p, concentration);
  const around = Math.LN2 + ((p - 1) / 2) * Math.log(Math.PI) - logGammaHalf(p - 1);
  return Math.log(integral) + around + concentration * below;
}

function fit(x: NdArray): NdArray[] {
  const points = rowsOf(x);
  const p = x.shape[1];
  const mean = points[0].map((_, c) => meanOf(points.map((point) => point[c])));
  const length = Math.hypot(...mean);
  let [low, high] = [1e-9, 1e6];
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if (angular(p, middle)[1] > 1 - length) low = middle;
    else high = middle;
  }
  return [
    nd(
      [p],
      mean.map((value) => value / length),
    ),
    nd([], [low]),
    nd([], [vonMisesFisher(p, low)]),
  ];
}

const real = (shape: number[], dtype: 'f32' | 'f64' = 'f64'): OperandSpec => ({ shape, dtype });
const mixed = (shape: number[]): OperandSpec => ({
  shape,
  dtype: 'f64',
  values: (i, uniform) => 5 + (1 + (i % shape[1])) * (uniform() + ((i % 7) * 0.1) / shape[1]),
});

export default [
  opCases('kernelDensityEntropy', {
    reference: ({ x }, attrs) => kernelDensity(x, attrs),
    tolerance: 1e-11,
    work: ({ x }) => ({ flops: x[0] * x[0] * (3 * x[1] + 30) }),
    cases: [
      ...['leaveOneOut', 'resubstitution'].flatMap((estimator): OpCase[] => [
        { inputs: { x: real([80, 1]) }, attrs: { estimator } },
        { inputs: { x: mixed([70, 3]) }, attrs: { estimator, rule: 'silverman' } },
        { inputs: { x: mixed([90, 26]) }, attrs: { estimator } },
        { inputs: { x: real([41, 2], 'f32') }, attrs: { estimator, bandwidth: 0.4 } },
        { inputs: { x: real([2, 5]) }, attrs: { estimator, bandwidth: 3 } },
      ]),
      { inputs: { x: real([1, 2]) }, attrs: { estimator: 'resubstitution', bandwidth: 2 } },
      { inputs: { x: real([4000, 8]) }, bench: true },
    ],
  }),
  opCases('gaussianEntropy', {
    reference: ({ x }, { estimator }) => gaussian(x, estimator),
    tolerance: 1e-11,
    work: ({ x }) => ({ flops: x[0] * x[1] * x[1] + x[1] ** 3 / 3 }),
    cases: [
      ...['sample', 'population', 'unbiased', 'ledoitWolf', 'oas'].flatMap((estimator): OpCase[] => [
        { inputs: { x: real([2, 1]) }, attrs: { estimator } },
        { inputs: { x: mixed([40, 5]) }, attrs: { estimator } },
        { inputs: { x: mixed([300, 30]) }, attrs: { estimator } },
        { inputs: { x: real([31, 8], 'f32') }, attrs: { estimator } },
      ]),
      ...['ledoitWolf', 'oas'].map((estimator): OpCase => ({ inputs: { x: mixed([6, 25]) }, attrs: { estimator } })),
      { inputs: { x: real([10000, 128], 'f32') }, attrs: { estimator: 'ledoitWolf' }, bench: true },
    ],
  }),
  opCases('vonMisesFisherEntropy', {
    reference: ({ concentration }, { dimension }) =>
      nd(
        concentration.shape,
        concentration.data.map((k) => vonMisesFisher(dimension, k)),
      ),
    tolerance: 1e-11,
    cases: [2, 3, 4, 8, 33, 128].map(
      (dimension): OpCase => ({
        inputs: { concentration: { shape: [8], dtype: 'f64', values: (i) => [1e-6, 0.1, 1, 7.5, 60, 600, 2e4, 1e6][i] } },
        attrs: { dimension },
      }),
    ),
  }),
  opCases('vonMisesFisherFit', {
    reference: ({ x }) => fit(x),
    tolerance: 1e-9,
    cases: [
      { inputs: { x: unitVectors(50, 2, 1) } },
      { inputs: { x: unitVectors(200, 3, 0.3) } },
      { inputs: { x: unitVectors(30, 12, 3) } },
      { inputs: { x: unitVectors(60, 5, 0) } },
    ],
  }),
];
