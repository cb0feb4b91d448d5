// Cholesky factors, their gradient, inverses and log-determinants.
import { type OpCase, opCases } from '../../support/cases.ts';
import { choleskyOf, identity, make, matricesOf, perMatrix, product, solveTriangle, symmetric, transposed, triangleValues } from '../../support/matrices.ts';
import { nd } from '../../support/reference.ts';

// Below, at and above one block, with and without padding; batches shared and dealt out.
const sizes = [
  [1, 1],
  [3, 3],
  [2, 7, 7],
  [24, 24],
  [2, 2, 16, 16],
  [3, 48, 48],
  [49, 49],
  [2, 97, 97],
  [120, 120],
];
const large: OpCase[] = [
  { inputs: { a: { shape: [2, 150, 150], values: 'spd' } } },
  { inputs: { a: { shape: [200, 200], values: 'spd' } } },
  { inputs: { a: [0, 3, 3] } },
];
const spd: OpCase[] = sizes.map((shape) => ({ inputs: { a: { shape, values: 'spd' } } }));
// Dominant diagonals are enough at sizes where making a product would take longer than the benchmark.
const dominant = (n: number) => (position: number, uniform: () => number) => (Math.floor(position / n) % n === position % n ? 2 : (uniform() - 0.5) / n);
const bench: OpCase[] = [
  [1, 512, 512],
  [4096, 16, 16],
  [1, 2048, 2048],
].map((shape) => ({ inputs: { a: { shape, values: dominant(shape[2]) } }, bench: true }));
const work = (share: number) => (shapes: Record<string, readonly number[]>) => {
  const shape = shapes.a ?? shapes.l;
  return { flops: share * shape.reduce((p, q) => p * q, 1) * shape[shape.length - 1] };
};
const inverseOf = (a: number[][]) => {
  const l = choleskyOf(symmetric(a));
  return solveTriangle(transposed(l), solveTriangle(l, identity(a.length)));
};

export default [
  opCases('cholesky', { reference: ({ a }) => perMatrix([a], (m) => choleskyOf(symmetric(m))), work: work(1 / 3), cases: [...spd, ...bench] }),
  opCases('cholesky', { reference: ({ a }) => perMatrix([a], (m) => choleskyOf(symmetric(m))), differentiate: [], cases: large }),
  opCases('choleskyGrad', {
    // l⁻ᵀ s l⁻¹ with plain inverses.
    reference: ({ l, dl }) =>
      perMatrix([l, dl], (m, given) => {
        const n = m.length;
        const lower = make(n, n, (i, j) => (j <= i ? m[i][j] : 0));
        const p = product(
          transposed(lower),
          make(n, n, (i, j) => (j <= i ? given[i][j] : 0)),
        );
        const s = make(n, n, (i, j) => p[Math.max(i, j)][Math.min(i, j)] / 2);
        const inverse = solveTriangle(lower, identity(n));
        return product(product(transposed(inverse), s), inverse);
      }),
    work: work(7 / 3),
    cases: [
      ...sizes.map((shape) => ({ inputs: { l: { shape, values: triangleValues(shape[shape.length - 1]) }, dl: shape } })),
      { inputs: { l: { shape: [1, 512, 512], values: triangleValues(512) }, dl: [1, 512, 512] }, bench: true },
    ],
  }),
  opCases('logDet', {
    reference: ({ a }) =>
      nd(
        a.shape.slice(0, -2),
        matricesOf(a).map((m) => choleskyOf(symmetric(m)).reduce((sum, row, i) => sum + 2 * Math.log(row[i]), 0)),
      ),
    twice: true,
    cases: spd.slice(0, -1),
  }),
  opCases('spdInverse', { reference: ({ a }) => perMatrix([a], inverseOf), twice: true, work: work(1), cases: [...spd.slice(0, -2), ...bench.slice(0, 2)] }),
  opCases('spdInverse', { reference: ({ a }) => perMatrix([a], inverseOf), differentiate: [], cases: large }),
  opCases('symmetrize', { reference: ({ x }) => perMatrix([x], symmetric), twice: true, cases: [{ inputs: { x: [2, 3, 5, 5] } }, { inputs: { x: [4, 4] } }] }),
];
