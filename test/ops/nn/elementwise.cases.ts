// Arithmetic with broadcasting.
import { opCases } from '../../support/cases.ts';
import { broadcastAt, broadcastShape, build, type NdArray } from '../../support/reference.ts';

const pairs = [
  { inputs: { a: [2, 3, 7, 5], b: [2, 3, 7, 5] } },
  { inputs: { a: [2, 3, 4, 5], b: [3, 1, 1] } },
  { inputs: { a: [5], b: [2, 1, 5] } },
  { inputs: { a: [4, 1, 6], b: [1, 5, 1] } },
  { inputs: { a: [], b: [3] } },
  { inputs: { a: [0, 3], b: [3] } },
];
const big = { inputs: { a: [8, 32, 256, 256], b: [8, 32, 256, 256] }, bench: true };

const binary = (f: (a: number, b: number) => number) => ({ a, b }: Record<string, NdArray>) =>
  build(broadcastShape(a.shape, b.shape), (i) => f(broadcastAt(a, i), broadcastAt(b, i)));
const work = ({ a }: Record<string, readonly number[]>) => ({ bytes: 12 * a.reduce((x, y) => x * y, 1) });

export default [
  opCases('add', { reference: binary((a, b) => a + b), twice: true, work, cases: [...pairs, big] }),
  opCases('sub', { reference: binary((a, b) => a - b), twice: true, work, cases: [...pairs, big] }),
  opCases('mul', { reference: binary((a, b) => a * b), twice: true, work, cases: [...pairs, big] }),
  opCases('div', {
    reference: binary((a, b) => a / b),
    twice: true,
    work,
    cases: [
      ...pairs.map((pair) => ({ inputs: { a: pair.inputs.a, b: { shape: pair.inputs.b, values: 'positive' as const } } })),
      { inputs: { a: big.inputs.a, b: { shape: big.inputs.b, values: 'positive' as const } }, bench: true },
    ],
  }),
  opCases('neg', { reference: ({ x }) => build(x.shape, (i) => -broadcastAt(x, i)), twice: true, cases: [{ inputs: { x: [3, 5] } }] }),
];
