// The mean of the k largest numbers over axes.
import { type Attrs, opCases } from '../../support/cases.ts';
import { mapGroups, outShape, reduceWith, total } from '../../support/reduce.ts';
import type { NdArray } from '../../support/reference.ts';

const count = (v: ArrayLike<number>, k: number, fraction: number) => k || Math.max(1, Math.round(fraction * v.length));
const sorted = (v: number[]) => [...v].sort((a, b) => b - a);
const kinds: [number[], number[], object][] = [
  [[7], [], { k: 1 }],
  [[7], [], { k: 7 }],
  [[2, 3, 7, 5], [], { fraction: 0.1 }],
  [[3, 70], [1], { k: 11 }],
  [[70, 3], [0], { fraction: 0.5 }],
  [[3, 5, 4, 6], [-2, -1], { k: 5 }],
  [[3, 5, 4, 6], [0, 2], { k: 2 }],
  [[4, 3, 2, 5], [1, 3], { fraction: 1 }],
  [[2, 3000], [1], { fraction: 0.01 }],
  [[5], [], { fraction: 0.001 }],
];
const ties = (position: number) => [1, -3, 2, 2, 0][position % 5];

const gradient = ({ x, threshold, dy }: Record<string, NdArray>, { axes, k, fraction }: Attrs) =>
  mapGroups(x, axes, (v, group, i) => {
    const limit = threshold.data[i];
    const share = (dy ? dy.data[i] : 1) / count(group, k, fraction);
    if (v !== limit) return v > limit ? share : 0;
    return (share * (count(group, k, fraction) - group.filter((w) => w > limit).length)) / group.filter((w) => w === limit).length;
  });

export default [
  opCases('topKMean', {
    reference: ({ x }, { axes, keepDims, k, fraction }) => [
      reduceWith(x, axes, keepDims, (v) => total(sorted(v).slice(0, count(v, k, fraction))) / count(v, k, fraction)),
      reduceWith(x, axes, keepDims, (v) => sorted(v)[count(v, k, fraction) - 1]),
    ],
    work: ({ x }) => ({ bytes: 4 * x.reduce((a, b) => a * b, 1) }),
    cases: [
      ...kinds.map(([x, axes, more], i) => ({ inputs: { x: { shape: x, values: 'distinct' as const } }, attrs: { axes, keepDims: i % 2 === 1, ...more } })),
      { inputs: { x: [32, 65536] }, attrs: { axes: [1], fraction: 0.01 }, bench: true },
      { inputs: { x: [32, 65536] }, attrs: { axes: [1], k: 1 }, bench: true },
    ],
  }),
  opCases('topKMean', {
    // The derivative is not defined at ties, the number is.
    reference: ({ x }, { axes, k, fraction }) => reduceWith(x, axes, false, (v) => total(sorted(v).slice(0, count(v, k, fraction))) / count(v, k, fraction)),
    results: 1,
    differentiate: [],
    cases: kinds.map(([x, axes, more]) => ({ inputs: { x: { shape: x, values: ties } }, attrs: { axes, ...more } })),
  }),
  opCases('topKMeanGrad', {
    reference: gradient,
    differentiate: ['dy'],
    cases: [
      { inputs: { x: { shape: [10], values: ties }, threshold: { shape: [], values: () => 2 }, dy: [] }, attrs: { k: 3 } },
      {
        inputs: { x: { shape: [20, 3], values: ties }, threshold: { shape: outShape([20, 3], [0], false), values: () => 2 }, dy: [3] },
        attrs: { axes: [0], fraction: 0.2 },
      },
      {
        inputs: { x: { shape: [3, 5, 4, 5], values: ties }, threshold: { shape: [3, 5, 1, 1], values: () => 2 }, dy: [3, 5, 1, 1] },
        attrs: { axes: [2, 3], k: 4 },
      },
    ],
  }),
  opCases('topKMeanGrad', {
    reference: gradient,
    differentiate: [],
    cases: [{ inputs: { x: { shape: [10], values: ties }, threshold: { shape: [1], values: () => 1 } }, attrs: { k: 5 } }],
  }),
];
