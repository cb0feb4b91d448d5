// Eigenvalues and vectors of symmetric matrices: sizes about the strips, batches, f32 and f64, repeated and zero values, extreme scales.
import { type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { eigen, make, matricesOf } from '../../support/matrices.ts';
import { type NdArray, nd } from '../../support/reference.ts';

function eigenOf({ a }: Record<string, NdArray>): NdArray[] {
  const list = matricesOf(a).map(eigen);
  return [
    nd(
      a.shape.slice(0, -1),
      list.flatMap(({ values }) => values),
    ),
    nd(
      a.shape,
      list.flatMap(({ vectors }) => vectors.flat()),
    ),
  ];
}

const f64 = (shape: number[], values?: (position: number, uniform: () => number) => number): Operand => ({ shape, dtype: 'f64', values });
const one = (a: Operand): OpCase => ({ inputs: { a } });
const n = (rows: number) => (position: number) => [Math.floor(position / rows) % rows, position % rows];
const covariance = (rows: number) => (position: number, uniform: () => number) => {
  const [i, j] = n(rows)(position);
  return i === j ? 1 + i / rows : 0.1 * (uniform() - 0.5);
};

export default [
  opCases('symmetricEigen', {
    reference: eigenOf,
    differentiate: [],
    tolerance: 1e-11,
    work: ({ a }) => ({ flops: 9 * a.reduce((p, q) => p * q, 1) * a[a.length - 1] }),
    cases: [
      one([1, 1]),
      one([2, 2]),
      one([5, 5]),
      one([2, 3, 7, 7]),
      one(f64([33, 33])),
      one(f64([64, 64])),
      one(f64([101, 101])),
      one({ shape: [40, 40], values: 'spd' }),
      one([0, 4, 4]),
      one([3, 0, 0]),
      one(f64([6, 6], (_, uniform) => 1e-140 * (uniform() - 0.5))),
      one(f64([6, 6], (_, uniform) => 1e140 * (uniform() - 0.5))),
      { label: 'covariance', inputs: { a: f64([256, 256], covariance(256)) }, bench: true },
      { label: 'covariance', inputs: { a: f64([768, 768], covariance(768)) }, bench: true },
    ],
  }),
  // Values that come more than once leave their vectors open.
  opCases('symmetricEigen', {
    reference: eigenOf,
    differentiate: [],
    results: 1,
    tolerance: 1e-13,
    cases: [
      one(f64([5, 5], () => 0)),
      one(f64([8, 8], (position) => (n(8)(position)[0] === n(8)(position)[1] ? 3 : 0))),
      one(f64([9, 9], () => 2)),
      one(f64([12, 12], (position) => (Math.abs(n(12)(position)[0] - n(12)(position)[1]) === 1 ? 1 : 0))),
      one(f64([20, 20], (position) => (n(20)(position)[0] < 10 === n(20)(position)[1] < 10 ? 1 : 0))),
    ],
  }),
  opCases('symmetricFromTriangle', {
    reference: ({ x }) => {
      const size = Math.round((Math.sqrt(8 * x.shape[1] + 1) - 1) / 2);
      const row = (p: number) => make(size, size, (i, j) => x.data[p * x.shape[1] + (Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)]);
      return nd([x.shape[0], size, size], Array.from({ length: x.shape[0] }, (_, p) => row(p).flat()).flat());
    },
    tolerance: 0,
    cases: [{ inputs: { x: [3, 10] } }, { inputs: { x: f64([1, 1]) } }, { inputs: { x: f64([2, 0]) } }, { inputs: { x: f64([0, 3]) } }],
  }),
];
