// Ranking of two samples: many ties, infinities, zeros of both signs, missing classes, resamples.
import { opCases } from '../../support/cases.ts';
import { nd } from '../../support/reference.ts';
import { auroc, averagePrecision, f1Max } from './references.ts';

const ties = (levels: number, shift: number) => (_: number, uniform: () => number) => Math.floor(levels * uniform()) / 4 + shift;
const odd = (position: number, uniform: () => number) => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-40, -1e-40, uniform()][position % 7];
const draws = (_: number, uniform: () => number) => Math.floor(3 * uniform());
const scores = (count: number, values: 'normal' | 'positive' | ReturnType<typeof ties>, dtype: 'f32' | 'f64' = 'f32') => ({ shape: [count], values, dtype });
const weights = (rows: number, count: number, values = draws) => ({ shape: [rows, count], dtype: 'i32' as const, values });

const sizes: [number, number][] = [
  [1, 1],
  [7, 5],
  [40, 333],
  [333, 40],
  [0, 5],
  [5, 0],
  [0, 0],
];

export default [
  opCases('ranking', {
    reference: ({ positives: p, negatives: n, positiveWeights, negativeWeights }) => {
      const rows = positiveWeights?.shape[0] ?? 1;
      const results = Array.from({ length: 4 }, () => nd([rows]));
      for (let row = 0; row < rows; row++) {
        const own = positiveWeights?.data.subarray(row * p.data.length, (row + 1) * p.data.length);
        const other = negativeWeights?.data.subarray(row * n.data.length, (row + 1) * n.data.length);
        const [best, threshold] = f1Max(p.data, n.data, own, other);
        [auroc(p.data, n.data, own, other), averagePrecision(p.data, n.data, own, other), best, threshold].forEach((value, i) => {
          results[i].data[row] = value;
        });
      }
      return results;
    },
    tolerance: 1e-14,
    work: ({ positives, negatives }) => ({ bytes: 4 * (positives[0] + negatives[0]) }),
    cases: [
      ...sizes.flatMap(([p, n], i) => [
        { inputs: { positives: scores(p, 'normal', i % 2 ? 'f64' : 'f32'), negatives: scores(n, 'normal', i % 2 ? 'f64' : 'f32') } },
        { inputs: { positives: scores(p, ties(9, 1)), negatives: scores(n, ties(9, 0)) } },
      ]),
      { inputs: { positives: scores(50, odd), negatives: scores(41, odd) } },
      { inputs: { positives: scores(50, odd, 'f64'), negatives: scores(41, odd, 'f64') } },
      // One level only, and classes that do not overlap, either way.
      { inputs: { positives: scores(12, ties(1, 0)), negatives: scores(30, ties(1, 0)) } },
      { inputs: { positives: scores(12, ties(5, 9)), negatives: scores(30, ties(5, -9)) } },
      { inputs: { positives: scores(12, ties(5, -9)), negatives: scores(30, ties(5, 9)) } },
      // Enough for every thread to have a part.
      { inputs: { positives: scores(300, ties(900, 100)), negatives: scores(30011, ties(900, 0)) } },
      {
        inputs: { positives: scores(13, ties(6, 1)), negatives: scores(21, ties(6, 0)), positiveWeights: weights(8, 13), negativeWeights: weights(8, 21) },
      },
      {
        inputs: {
          positives: scores(13, 'normal', 'f64'),
          negatives: scores(21, 'normal', 'f64'),
          positiveWeights: weights(3, 13, () => 0),
          negativeWeights: weights(3, 21),
        },
      },
      { inputs: { positives: scores(3, 'normal'), negatives: scores(2, 'normal'), positiveWeights: weights(0, 3), negativeWeights: weights(0, 2) } },
      { label: '100 maps of 256x256', inputs: { positives: scores(196608, 'positive'), negatives: scores(6356992, 'normal') }, bench: true },
      {
        label: '1000 resamples of 500',
        inputs: {
          positives: scores(250, 'normal', 'f64'),
          negatives: scores(250, 'normal', 'f64'),
          positiveWeights: weights(1000, 250),
          negativeWeights: weights(1000, 250),
        },
        bench: true,
      },
    ],
  }),
];
