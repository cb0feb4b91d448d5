// The place of the largest and of the smallest number.
import { type OpCase, opCases } from '../../support/cases.ts';
import { reduceWith } from '../../support/reduce.ts';

const patterns: [number[], number[]][] = [
  [[], []],
  [[7], []],
  [[2, 3, 7, 5], []],
  [[3, 70], [1]],
  [[70, 3], [0]],
  [
    [3, 5, 4, 6],
    [0, 2, 3],
  ],
  [[3, 5, 4, 6], [1]],
  [
    [4, 3, 2, 5, 3],
    [1, 3],
  ],
  [
    [4, 3, 2, 5, 3],
    [0, 2, 4],
  ],
  [
    [2, 1, 300],
    [0, 1],
  ],
  [[0, 3], [1]],
];
const ties = (position: number) => [1, 3, -2, 3, -2][position % 5];
const cases: OpCase[] = patterns.flatMap(([x, axes], i) =>
  (['distinct', ties] as const).map((values) => ({ inputs: { x: { shape: x, values } }, attrs: { axes, keepDims: i % 2 === 1 } })),
);
const work = ({ x }: Record<string, readonly number[]>) => ({ bytes: 4 * x.reduce((a, b) => a * b, 1) });
const bench: OpCase[] = [
  { inputs: { x: [16384, 1024] }, attrs: { axes: [1] }, bench: true },
  { inputs: { x: [16, 2, 512, 512] }, attrs: { axes: [1] }, bench: true },
];

export default [
  opCases('argMax', {
    reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, (v) => v.indexOf(Math.max(...v))),
    work,
    cases: [...cases, ...bench],
  }),
  opCases('argMin', {
    reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, (v) => v.indexOf(Math.min(...v))),
    work,
    cases: [...cases, ...bench],
  }),
];
