// Entropy, divergence and jitter: few and many dimensions, ties, coinciding points, far from the origin.
import { type Attrs, type OpCase, type OperandSpec, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { chebyshev, digamma, euclidean, logGammaHalf, meanOf, rowsOf, sortedDistances, unitVectors } from './reference.ts';

/** ln of the area of a cap of the unit sphere in d dimensions: the integral over its angle, by Gauss's rule in pieces. */
function logCap(d: number, chord: number): number {
  const angle = 2 * Math.asin(Math.min(chord / 2, 1));
  const nodes = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664];
  const weights = [0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891];
  const pieces = 400;
  let sum = 0;
  for (let p = 0; p < pieces; p++) {
    for (let q = 0; q < 5; q++) sum += weights[q] * Math.sin((angle * (p + 0.5 + nodes[q] / 2)) / pieces) ** (d - 2);
  }
  // Area of the sphere in one dimension less, times the integral.
  return Math.log((sum * angle) / pieces / 2) + Math.log(2) + 0.5 * (d - 1) * Math.log(Math.PI) - logGammaHalf(d - 1);
}

function entropy(x: NdArray, { k, metric, duplicates }: Attrs): NdArray[] {
  const points = rowsOf(x);
  const [n, d] = x.shape;
  const volume = metric === 'chebyshev' ? d * Math.log(2) : (d / 2) * Math.log(Math.PI) - logGammaHalf(d + 2);
  const local = points.map((point, i) => {
    const e = sortedDistances(points, point, metric === 'chebyshev' ? chebyshev : euclidean, i)[k - 1];
    if (e === 0 && duplicates === 'zero') return 0;
    return digamma(n) - digamma(k) + (metric === 'sphere' ? logCap(d, e) : volume + d * Math.log(e));
  });
  return [nd([], [meanOf(local)]), nd([n], local)];
}

function divergence(x: NdArray, y: NdArray, { k, metric }: Attrs): NdArray {
  const [a, b] = [rowsOf(x), rowsOf(y)];
  const distance = metric === 'chebyshev' ? chebyshev : euclidean;
  const terms = a.map((point, i) => {
    const own = sortedDistances(a, point, distance, i)[k - 1];
    const other = sortedDistances(b, point, distance)[k - 1];
    return own === 0 && other === 0 ? 0 : x.shape[1] * Math.log(other / own);
  });
  return nd([], [meanOf(terms) + Math.log(b.length / (a.length - 1))]);
}

const real = (shape: number[], dtype: 'f32' | 'f64' = 'f64'): OperandSpec => ({ shape, dtype });
/** Whole numbers: many ties, and coinciding points. */
const whole = (shape: number[], levels: number): OperandSpec => ({ shape, dtype: 'f64', values: (_, uniform) => Math.floor(levels * uniform()) });
/** Two far clusters far from the origin, in whose distances float32 has no digits left. */
const far = (shape: number[]): OperandSpec => ({ shape, dtype: 'f64', values: (i, uniform) => 1e6 + (Math.floor(i / shape[1]) % 2) * 1e5 + uniform() });

const sizes: number[][] = [
  [5, 1],
  [200, 1],
  [33, 2],
  [300, 2],
  [150, 3],
  [120, 8],
  [70, 9],
  [260, 20],
  [1100, 12],
];
const cases: OpCase[] = [
  ...['euclidean', 'chebyshev'].flatMap((metric): OpCase[] => [
    ...sizes.map((shape): OpCase => ({ inputs: { x: real(shape) }, attrs: { metric } })),
    { inputs: { x: real([90, 2], 'f32') }, attrs: { metric, k: 7 } },
    { inputs: { x: real([40, 11], 'f32') }, attrs: { metric, k: 39 } },
    { inputs: { x: whole([60, 1], 30) }, attrs: { metric, duplicates: 'zero', k: 2 } },
    { inputs: { x: whole([200, 2], 12) }, attrs: { metric, duplicates: 'zero', k: 2 } },
    { inputs: { x: whole([300, 10], 2) }, attrs: { metric, duplicates: 'zero', k: 1 } },
    { inputs: { x: whole([80, 2], 3) }, attrs: { metric } },
    { inputs: { x: far([300, 9]) }, attrs: { metric } },
    { inputs: { x: far([100, 3]) }, attrs: { metric } },
    { inputs: { x: { shape: [500, 9], dtype: 'f64', values: () => 4 } }, attrs: { metric } },
    { inputs: { x: { shape: [500, 2], dtype: 'f64', values: () => 4 } }, attrs: { metric } },
    { inputs: { x: { shape: [2, 2], dtype: 'f64', values: (i) => i } }, attrs: { metric, k: 1 } },
  ]),
  ...[2, 3, 4, 8, 12].map((d): OpCase => ({ inputs: { x: unitVectors(80, d) }, attrs: { metric: 'sphere' } })),
  { inputs: { x: unitVectors(6, 3) }, attrs: { metric: 'sphere', k: 5 } },
];
const timed: OpCase[] = [
  { inputs: { x: real([100000, 3]) }, bench: true },
  { inputs: { x: real([100000, 1]) }, bench: true },
  { inputs: { x: real([4000, 128], 'f32') }, bench: true },
  { inputs: { x: real([4000, 128], 'f32') }, attrs: { metric: 'chebyshev' }, bench: true },
];
const pairs: [number[], number[]][] = [
  [
    [40, 1],
    [55, 1],
  ],
  [
    [130, 2],
    [90, 2],
  ],
  [
    [60, 3],
    [3, 3],
  ],
  [
    [50, 9],
    [170, 9],
  ],
];

export default [
  opCases('kozachenkoLeonenko', {
    reference: ({ x }, attrs) => entropy(x, attrs),
    tolerance: 1e-11,
    work: ({ x }) => (x[1] > 8 ? { flops: 2 * x[0] * x[0] * x[1] } : {}),
    cases: [...cases, ...timed],
  }),
  opCases('knnDivergence', {
    reference: ({ x, y }, attrs) => divergence(x, y, attrs),
    tolerance: 1e-11,
    cases: [
      ...['euclidean', 'chebyshev'].flatMap((metric) =>
        pairs.map(([x, y]): OpCase => ({ inputs: { x: real(x), y: { ...real(y), values: (_, uniform) => 3 * uniform() } }, attrs: { metric } })),
      ),
      { inputs: { x: real([70, 2], 'f32'), y: real([80, 2], 'f32') }, attrs: { k: 1 } },
      { inputs: { x: whole([100, 2], 8), y: { shape: [90, 2], dtype: 'f64', values: (_, uniform) => 0.5 + Math.floor(8 * uniform()) } }, attrs: { k: 2 } },
      { inputs: { x: real([100000, 3]), y: real([100000, 3]) }, bench: true },
    ],
  }),
  opCases('jitter', {
    // What the noise is stands in jitter.test.ts: here, that there is none beyond its amplitude.
    reference: ({ x }) => nd(x.shape, x.data),
    tolerance: 1e-8,
    cases: [
      { inputs: { x: real([20, 3]) }, attrs: { key: [1, 2, 3, 4] } },
      { inputs: { x: real([0, 3], 'f32') }, attrs: { key: [1, 2, 3, 4] } },
      { inputs: { x: real([7, 2], 'f32') }, attrs: { key: [1, 2, 3, 4], amplitude: 0 } },
    ],
  }),
];
