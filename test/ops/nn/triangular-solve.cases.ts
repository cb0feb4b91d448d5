// Systems with triangular matrices.
import { type OpCase, opCases } from '../../support/cases.ts';
import { perMatrix, product, solveTriangle, transposed, triangleOf, triangleValues } from '../../support/matrices.ts';

// Few right-hand sides and many; below, at and above one block.
const sizes: [number[], number][] = [
  [[1, 1], 1],
  [[3, 3], 2],
  [[2, 7, 7], 5],
  [[2, 2, 40, 40], 3],
  [[3, 48, 48], 25],
  [[2, 97, 97], 7],
  [[100, 100], 1],
];
const kinds = [{}, { upper: true }, { transpose: true }, { upper: true, transpose: true }];
const operands = ([shape, m]: [number[], number]) => {
  const n = shape[shape.length - 1];
  return { a: { shape, values: triangleValues(n) }, b: [...shape.slice(0, -2), n, m] };
};
const cases: OpCase[] = sizes.flatMap((size) => kinds.map((attrs) => ({ inputs: operands(size), attrs })));
const bench: OpCase[] = (
  [
    [[1, 512, 512], 512],
    [[1, 2048, 2048], 1],
    [[4096, 16, 16], 16],
  ] as [number[], number][]
).map((size) => ({ inputs: operands(size), bench: true }));

export default [
  opCases('triangularSolve', {
    reference: ({ a, b }, { upper, transpose }) =>
      perMatrix([b, a], (right, m) => solveTriangle(transpose ? transposed(triangleOf(m, upper)) : triangleOf(m, upper), right)),
    twice: true,
    work: ({ a, b }) => ({ flops: b.reduce((p, q) => p * q, 1) * a[a.length - 1] }),
    cases: [...cases, ...bench],
  }),
  opCases('triangularSolve', {
    reference: ({ a, b }, { upper, transpose }) =>
      perMatrix([b, a], (right, m) => solveTriangle(transpose ? transposed(triangleOf(m, upper)) : triangleOf(m, upper), right)),
    differentiate: [],
    cases: kinds.map((attrs) => ({ inputs: operands([[2, 150, 150], 60]), attrs })),
  }),
  opCases('triangularSolveGrad', {
    reference: ({ x, db }, { upper, transpose }) =>
      perMatrix([x, db], (p, q) => triangleOf(product(transpose ? p : q, transposed(transpose ? q : p)), upper).map((row) => row.map((v) => -v)), [
        ...x.shape.slice(0, -1),
        x.shape[x.shape.length - 2],
      ]),
    twice: true,
    cases: sizes.flatMap(([shape, m]) => kinds.map((attrs) => ({ inputs: { x: [...shape.slice(0, -1), m], db: [...shape.slice(0, -1), m] }, attrs }))),
  }),
  opCases('triangle', {
    reference: ({ x }, { upper }) => perMatrix([x], (m) => triangleOf(m, upper)),
    twice: true,
    cases: [{ inputs: { x: [2, 3, 5, 5] } }, { inputs: { x: [4, 4] }, attrs: { upper: true } }],
  }),
];
