// Sum, mean, largest, smallest and variance over axes.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { mapGroups, outShape, reduceWith, total } from '../../support/reduce.ts';
import { type NdArray, nd } from '../../support/reference.ts';

// Every pattern of kept and reduced axes, short and long, and sizes that are cut into pieces.
const patterns: [number[], number[]][] = [
  [[], []],
  [[7], []],
  [[2, 3, 7, 5], []],
  [[3, 70], [1]],
  [[70, 3], [0]],
  [[5, 4], [-1]],
  [
    [3, 5, 4, 6],
    [0, 2, 3],
  ],
  [
    [3, 5, 4, 6],
    [0, -2],
  ],
  [
    [4, 3, 2, 5, 3],
    [1, 3],
  ],
  [
    [2, 1, 130],
    [0, 1],
  ],
  [[1, 6, 1], [0]],
  [[2, 300], [0]],
  [
    [9, 2, 33],
    [0, 2],
  ],
];
const small: OpCase[] = patterns.map(([x, axes], i) => ({ inputs: { x }, attrs: { axes, keepDims: i % 2 === 1 } }));
const cut: OpCase[] = [
  { inputs: { x: [200003] }, attrs: {} },
  { inputs: { x: [70000, 3] }, attrs: { axes: 0 } },
  { inputs: { x: [3, 70001] }, attrs: { axes: [1] } },
  { inputs: { x: [600, 2, 150] }, attrs: { axes: [0, 2] } },
  { inputs: { x: [700, 300] }, attrs: { axes: [0] } },
  { inputs: { x: [50, 2, 40, 2, 40] }, attrs: { axes: [0, 2, 4] } },
  { inputs: { x: [90, 40, 2, 40] }, attrs: { axes: [0, 1] } },
].map((one) => ({ ...one, attrs: { ...one.attrs, axes: [(one.attrs as { axes?: number | number[] }).axes ?? []].flat() } }));
const bench: OpCase[] = [
  { inputs: { x: [16777216] }, bench: true, label: 'all' },
  { inputs: { x: [16384, 1024] }, attrs: { axes: [1] }, bench: true, label: 'rows' },
  { inputs: { x: [16384, 1024] }, attrs: { axes: [0] }, bench: true, label: 'columns' },
  { inputs: { x: [8, 64, 128, 128] }, attrs: { axes: [0, 2, 3] }, bench: true, label: 'channels' },
];
const work = ({ x }: Record<string, readonly number[]>) => ({ bytes: 4 * x.reduce((a, b) => a * b, 1) });
const back = ({ x }: Record<string, readonly number[]>) => ({ bytes: 8 * x.reduce((a, b) => a * b, 1) });

const distinct = (list: OpCase[]): OpCase[] =>
  list.map((one) => ({ ...one, inputs: { x: one.bench ? one.inputs.x : { shape: one.inputs.x as number[], values: 'distinct' } } }));
// Few different values, so that there are ties.
const ties = (position: number) => [1, 3, 2, 3, 0][position % 5];
const empty: OpCase[] = [{ inputs: { x: [0] } }, { inputs: { x: [3, 0] }, attrs: { axes: [1] } }, { inputs: { x: [0, 3] }, attrs: { axes: [1] } }];
const nothing: OpCase = { inputs: { x: [0, 3] }, attrs: { axes: [1] } };

const spread = (numbers: number[], divisor: number) => {
  const mean = total(numbers) / numbers.length;
  return total(numbers.map((v) => (v - mean) ** 2)) / divisor;
};

// Gradients: dy holds one number per result.
const withDy = (list: [number[], number[]][], more: object = {}): OpCase[] =>
  list.map(([x, axes], i) => ({ inputs: { x, dy: outShape(x, axes, i % 2 === 1) }, attrs: { axes, ...more } }));

const sharedAmongEquals = ({ x, y, dy }: Record<string, NdArray>, { axes }: Attrs) =>
  mapGroups(x, axes, (v, group, index) => (v === y.data[index] ? (dy ? dy.data[index] : 1) / group.filter((w) => w === v).length : 0));
const equals = (dy: boolean): OpCase[] => [
  ...patterns.map(([x, axes]) => ({
    inputs: { x: { shape: x, values: ties }, y: { shape: outShape(x, axes, false), values: () => 3 }, dy: dy ? outShape(x, axes, false) : null },
    attrs: { axes },
  })),
  { inputs: { x: { shape: [8, 64, 128, 128], values: ties }, y: { shape: [8, 64], values: () => 3 }, dy: [8, 64] }, attrs: { axes: [2, 3] }, bench: true },
];

export default [
  opCases('sum', { reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, total), twice: true, work, cases: [...small, ...empty, ...bench] }),
  opCases('sum', { reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, total), cases: cut }),
  opCases('mean', {
    reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, (v) => total(v) / v.length),
    twice: true,
    work,
    cases: [...small, nothing, ...bench],
  }),
  opCases('meanGrad', {
    reference: ({ dy }, { shape, axes }) => mapGroups(nd(shape), axes, (_, group, index) => dy.data[index] / group.length),
    twice: true,
    cases: patterns.map(([shape, axes], i) => ({ inputs: { dy: outShape(shape, axes, i % 2 === 1) }, attrs: { shape, axes } })),
  }),
  opCases('max', {
    reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, (v) => v.reduce((a, b) => Math.max(a, b))),
    work,
    cases: [...distinct([...small, ...cut, nothing]), ...bench],
  }),
  opCases('min', {
    reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, (v) => v.reduce((a, b) => Math.min(a, b))),
    work,
    cases: [...distinct([...small, ...cut]), ...bench],
  }),
  opCases('extremumGrad', { reference: sharedAmongEquals, differentiate: ['dy'], work: back, cases: equals(true) }),
  opCases('extremumGrad', { reference: sharedAmongEquals, differentiate: [], cases: equals(false) }),
  opCases('variance', {
    reference: ({ x }, { axes, keepDims, sample }) => reduceWith(x, axes, keepDims, (v) => spread(v, v.length - (sample ? 1 : 0))),
    twice: true,
    work,
    cases: [...small, ...small.filter((_, i) => ![0, 5, 10].includes(i)).map((one) => ({ ...one, attrs: { ...one.attrs, sample: true } })), ...bench],
  }),
  opCases('variance', {
    reference: ({ x }, { axes, keepDims }) => reduceWith(x, axes, keepDims, (v) => spread(v, v.length)),
    cases: [
      ...cut,
      { inputs: { x: { shape: [3, 5000], values: (_, u) => 1e4 + u() } }, attrs: { axes: [1] } },
      { inputs: { x: { shape: [999], values: () => 0.1 } } },
    ],
  }),
  opCases('varianceGrad', {
    reference: ({ x, dy }, { axes, sample }) =>
      mapGroups(x, axes, (v, group, index) => (2 * (dy ? dy.data[index] : 1) * (v - total(group) / group.length)) / (group.length - (sample ? 1 : 0))),
    twice: true,
    work: back,
    cases: [
      ...withDy(patterns),
      ...withDy(patterns.slice(1, 5), { sample: true }),
      { inputs: { x: [3, 7] }, attrs: { axes: [0] } },
      { inputs: { x: [8, 64, 128, 128], dy: [64] }, attrs: { axes: [0, 2, 3] }, bench: true },
    ],
  }),
];
