// Bootstrap: draws against Philox with big integers, tallies against counting, curves against loops over all pictures.
import { type OpCase, type OperandSpec, opCases } from '../../support/cases.ts';
import { words } from '../../support/philox.ts';
import { build, type NdArray, nd } from '../../support/reference.ts';
import { areaUpTo, meanOverLog } from './references.ts';

const lengths = (list: readonly number[]): OperandSpec => ({ shape: [list.length], dtype: 'i32', values: (position) => list[position] });
const ties = (_: number, uniform: () => number) => Math.floor(9 * uniform()) / 4;
const fallingBy = (step: number, from: number) => (position: number) => from - step * Math.floor(position / 2);
const thresholds = (count: number, step: number, from: number): OperandSpec => ({ shape: [count], dtype: 'f64', values: fallingBy(step, from) });
const sizes = (count: number): OperandSpec => ({ shape: [count], dtype: 'i32', values: (_, uniform) => 1 + Math.floor(20 * uniform()) });

/** Tallies grow from left to right; a last step makes them whole. */
const rising = (pictures: number, count: number, zeros = 0): OperandSpec => {
  let sum = 0;
  return {
    shape: [pictures, count],
    dtype: 'f64',
    values: (position, uniform) => {
      if (position % count === 0) sum = 0;
      if (position % count >= zeros) sum += Math.floor(4 * uniform()) + (position % count === count - 1 ? 1 : 0);
      return sum;
    },
  };
};
const weights = (rows: number, pictures: number): OperandSpec => ({ shape: [rows, pictures], dtype: 'i32', values: (_, uniform) => Math.floor(3 * uniform()) });

/** The sums of a row: weight times tally over pictures. */
const weighted = (x: NdArray, w: NdArray | undefined, row: number): number[] =>
  Array.from({ length: x.shape[1] }, (_, k) => {
    let sum = 0;
    for (let m = 0; m < x.shape[0]; m++) sum += (w ? w.data[row * x.shape[0] + m] : 1) * x.data[m * x.shape[1] + k];
    return sum;
  });

function curves(positives: number[], negatives: number[], lower: number, upper: number, scale: string): number[] {
  const all = positives[positives.length - 1] ?? 0;
  const others = negatives[negatives.length - 1] ?? 0;
  if (!all || !others) return [Number.NaN, Number.NaN, Number.NaN];
  const points = [[0, 0], ...positives.map((y, k) => [negatives[k] / others, y / all])] as [number, number][];
  let area: number;
  if (scale === 'log') {
    const before = points.filter(([x]) => x === 0).pop()![1];
    area = meanOverLog(
      points.filter(([x], i) => x > 0 && x > points[i - 1][0]),
      lower,
      upper,
      before,
    );
  } else area = (upper * areaUpTo(points, upper) - (lower > 0 ? lower * areaUpTo(points, lower) : 0)) / (upper - lower);
  let precision = 0;
  let best = 0;
  positives.forEach((y, k) => {
    if (y > 0) precision += ((y - (k ? positives[k - 1] : 0)) / all) * (y / (y + negatives[k]));
    best = Math.max(best, (2 * y) / (y + negatives[k] + all));
  });
  return [area, precision, best];
}

export default [
  opCases('resampleCounts', {
    reference: (_, { items, key, resamples }) => {
      const each = 4 * Math.ceil(items / 4);
      const drawn = words(resamples * each, key);
      const out = nd([resamples, items]);
      for (let row = 0; row < resamples; row++) {
        for (let i = 0; i < items; i++) out.data[row * items + Number((BigInt(drawn[row * each + i]) * BigInt(items)) >> 32n)]++;
      }
      return out;
    },
    tolerance: 0,
    cases: [
      ...[0, 1, 2, 7, 64, 500].map((items) => ({ inputs: {}, attrs: { items, resamples: 9, key: [7, 0xffffffff, items, 3] } })),
      { inputs: {}, attrs: { items: 5, resamples: 0, key: [1, 2, 3, 4] } },
      { inputs: {}, attrs: { items: 500, key: [1, 2, 3, 4] }, bench: true },
    ],
  }),
  opCases('tally', {
    reference: ({ x, lengths, thresholds, sizes }, { strict }) => {
      const starts = [0];
      for (const length of lengths.data) starts.push(starts[starts.length - 1] + length);
      return build([lengths.data.length, thresholds.data.length], ([m, k]) => {
        let sum = 0;
        for (let i = starts[m]; i < starts[m + 1]; i++) {
          if (strict ? x.data[i] > thresholds.data[k] : x.data[i] >= thresholds.data[k]) sum += sizes ? 1 / sizes.data[i] : 1;
        }
        return sum;
      });
    },
    tolerance: 1e-15,
    work: ({ x }) => ({ bytes: 4 * x[0] }),
    cases: [
      ...[false, true].flatMap((strict) =>
        [0, 1, 2, 3, 8, 33].flatMap((count): OpCase[] => [
          { inputs: { x: { shape: [60], values: ties }, lengths: lengths([20, 0, 33, 7]), thresholds: thresholds(count, 0.25, 2) }, attrs: { strict } },
          {
            inputs: { x: { shape: [60], dtype: 'f64' as const }, lengths: lengths([60]), thresholds: thresholds(count, 0.1, 1.5), sizes: sizes(60) },
            attrs: { strict },
          },
        ]),
      ),
      { inputs: { x: [0], lengths: lengths([0, 0]), thresholds: thresholds(5, 1, 0) } },
      { inputs: { x: [0], lengths: lengths([]), thresholds: thresholds(5, 1, 0) } },
      {
        label: '100 maps of 256x256',
        inputs: { x: [6553600], lengths: lengths(new Array(100).fill(65536)), thresholds: thresholds(1000, 0.01, 2.5) },
        bench: true,
      },
    ],
  }),
  opCases('tallyCurves', {
    reference: ({ positives, negatives, weights: w }, { lower, upper, scale }) => {
      const rows = w?.shape[0] ?? 1;
      const results = Array.from({ length: rows }, (_, row) => curves(weighted(positives, w, row), weighted(negatives, w, row), lower, upper, scale));
      return [0, 1, 2].map((i) =>
        nd(
          [rows],
          results.map((list) => list[i]),
        ),
      );
    },
    tolerance: 1e-13,
    work: ({ positives, weights: w }) => ({ flops: 4 * positives[0] * positives[1] * (w?.[0] ?? 1) }),
    cases: [
      ...[
        { lower: 0, upper: 1 },
        { lower: 0, upper: 0.3 },
        { lower: 0.1, upper: 0.55 },
        { lower: 0.05, upper: 0.5, scale: 'log' },
        { lower: 1e-5, upper: 1, scale: 'log' },
        { lower: 1e-5, upper: 1e-4, scale: 'log' },
      ].flatMap((attrs, i): OpCase[] => [
        { inputs: { positives: rising(5, 20), negatives: rising(5, 20, 6 * (i % 2)) }, attrs },
        { inputs: { positives: rising(4, 9), negatives: rising(4, 9), weights: weights(7, 4) }, attrs },
        { inputs: { positives: rising(1, 1), negatives: rising(1, 1) }, attrs },
      ]),
      { inputs: { positives: rising(3, 0), negatives: rising(3, 0) } },
      { inputs: { positives: rising(0, 4), negatives: rising(0, 4), weights: weights(2, 0) } },
      { inputs: { positives: rising(100, 1000), negatives: rising(100, 1000), weights: weights(1000, 100) }, bench: true },
    ],
  }),
];
