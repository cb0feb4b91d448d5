// Areas and curves of two samples: ties across classes, limits within a step, regions, missing classes.
import { opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { areaUpTo, atLeast, falling, rates } from './references.ts';

const ties = (levels: number, shift: number) => (_: number, uniform: () => number) => Math.floor(levels * uniform()) / 4 + shift;
type Values = 'normal' | 'positive' | ReturnType<typeof ties>;
const scores = (count: number, values: Values, dtype: 'f32' | 'f64' = 'f32') => ({ shape: [count], values, dtype });
const sizes = (count: number) => ({ shape: [count], dtype: 'i32' as const, values: (_: number, uniform: () => number) => 1 + Math.floor(20 * uniform()) });
const shares = (x: NdArray | undefined) => x?.data.map((size) => 1 / size);

const samples: [number, number, Values, Values][] = [
  [1, 1, 'normal', 'normal'],
  [30, 200, 'normal', 'normal'],
  [30, 200, ties(7, 1), ties(7, 0)],
  [200, 31, ties(7, 0), ties(7, 1)],
  [9, 40, ties(1, 0), ties(1, 0)],
  [9, 40, ties(3, 5), ties(3, 0)],
  [9, 40, ties(3, 0), ties(3, 5)],
  [0, 7, 'normal', 'normal'],
  [7, 0, 'normal', 'normal'],
  [0, 0, 'normal', 'normal'],
];
const operands = samples.flatMap(([p, n, positives, negatives], i) => {
  const both = { positives: scores(p, positives, i % 2 ? 'f64' : 'f32'), negatives: scores(n, negatives, i % 2 ? 'f64' : 'f32') };
  return [both, { ...both, sizes: sizes(p) }];
});
const limits = [1, 0.3, 0.0501];

/** Where the line turns or may turn: before and after each distinct positive score, and the end. */
function corners(p: NdArray, n: NdArray, weights: Float64Array | undefined, limit: number): number[][] {
  const points = [[Number.POSITIVE_INFINITY, 0, 0]];
  const at = (t: number) => [t, atLeast(n.data, t), atLeast(p.data, t, weights)];
  const all = falling(p.data, n.data);
  const isPositive = new Set(p.data);
  all.forEach((t, i) => {
    if (isPositive.has(t) || i === all.length - 1 || isPositive.has(all[i + 1])) points.push(at(t));
  });
  const end = points.findIndex(([, x]) => n.data.length > 0 && x >= limit * n.data.length);
  return end < 0 ? points : points.slice(0, end + 1);
}

export default [
  opCases('rocArea', {
    reference: ({ positives: p, negatives: n, sizes }, { limit }) => {
      const none = p.data.length * n.data.length === 0;
      return nd([], [none ? Number.NaN : areaUpTo(rates(p.data, n.data, shares(sizes)), limit)]);
    },
    tolerance: 1e-14,
    work: ({ positives, negatives }) => ({ bytes: 4 * (positives[0] + negatives[0]) }),
    cases: [
      ...limits.flatMap((limit) => operands.map((inputs) => ({ inputs, attrs: { limit } }))),
      {
        label: '100 maps of 256x256',
        inputs: { positives: scores(196608, 'positive'), negatives: scores(6356992, 'normal'), sizes: sizes(196608) },
        bench: true,
      },
    ],
  }),
  opCases('rocCurve', {
    reference: ({ positives: p, negatives: n, sizes }, { limit, points }) => {
      const kept = corners(p, n, shares(sizes), limit);
      const column = (i: number) => nd([points], [...kept.map((point) => point[i]), ...new Array(points - kept.length).fill(Number.NaN)]);
      const total = sizes ? shares(sizes)!.reduce((sum, share) => sum + share, 0) : p.data.length;
      return [column(0), column(1), column(2), nd([], [total]), nd([], [kept.length])];
    },
    tolerance: 1e-13,
    cases: limits.flatMap((limit) => operands.map((inputs) => ({ inputs, attrs: { limit, points: 500 } }))),
  }),
];
