// Counts and their entropies, by sums as they stand in the papers.
import { type OpCase, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { euler } from './reference.ts';

function grassbergerG(n: number): number {
  let g = -euler - Math.LN2;
  for (let m = 1; 2 * m <= n; m++) g += 2 / (2 * m - 1);
  return g;
}

function entropyOf(counts: number[], estimator: string): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const seen = counts.filter((count) => count > 0);
  const plugin = seen.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  if (estimator === 'plugin') return plugin;
  if (estimator === 'millerMadow') return plugin + (seen.length - 1) / (2 * total);
  if (estimator === 'grassberger') return Math.log(total) - seen.reduce((sum, count) => sum + (count / total) * grassbergerG(count), 0);
  const once = seen.filter((count) => count === 1).length;
  const coverage = 1 - (once === total ? once - 1 : once) / total;
  return seen.reduce((sum, count) => {
    const p = (coverage * count) / total;
    return sum - (p * Math.log(p)) / (1 - (1 - p) ** total);
  }, 0);
}

function entropies(counts: NdArray, estimator: string): NdArray {
  const classes = counts.shape[counts.shape.length - 1];
  const rows = Array.from({ length: counts.data.length / Math.max(classes, 1) }, (_, row) => Array.from(counts.data.slice(row * classes, (row + 1) * classes)));
  return nd(
    counts.shape.slice(0, -1),
    rows.map((row) => entropyOf(row, estimator)),
  );
}

const counts = (shape: number[], most: number) => ({
  shape,
  dtype: 'i32' as const,
  values: (_: number, uniform: () => number) => Math.floor(1 + most * uniform()),
});

export default [
  opCases('discreteEntropy', {
    reference: ({ counts: given }, { estimator }) => entropies(given, estimator),
    tolerance: 1e-12,
    cases: [
      ...['plugin', 'millerMadow', 'grassberger', 'chaoShen'].flatMap((estimator): OpCase[] => [
        { inputs: { counts: counts([9], 6) }, attrs: { estimator } },
        { inputs: { counts: counts([3, 2, 40], 2) }, attrs: { estimator } },
        { inputs: { counts: counts([2, 7], 100000) }, attrs: { estimator } },
        { inputs: { counts: { shape: [6], dtype: 'i32', values: () => 1 } }, attrs: { estimator } },
        { inputs: { counts: { shape: [1], dtype: 'i32', values: () => 1 } }, attrs: { estimator } },
        { inputs: { counts: { shape: [5], dtype: 'i32', values: (i) => (i === 3 ? 8 : 0) } }, attrs: { estimator } },
        { inputs: { counts: counts([0, 4], 3) }, attrs: { estimator } },
      ]),
      { inputs: { counts: counts([4096, 256], 50) }, attrs: { estimator: 'chaoShen' }, bench: true },
    ],
  }),
  opCases('labelCounts', {
    reference: ({ labels }, { classes }) => {
      const n = labels.shape[labels.shape.length - 1];
      const out = nd([...labels.shape.slice(0, -1), classes]);
      labels.data.forEach((label, i) => {
        out.data[Math.floor(i / n) * classes + label]++;
      });
      return out;
    },
    tolerance: 0,
    cases: [
      { inputs: { labels: { shape: [2, 3, 50], dtype: 'i32', values: (_, uniform) => Math.floor(7 * uniform()) } }, attrs: { classes: 8 } },
      { inputs: { labels: { shape: [5], dtype: 'i32', values: () => 0 } }, attrs: { classes: 1 } },
      { inputs: { labels: { shape: [3, 0], dtype: 'i32' } }, attrs: { classes: 4 } },
    ],
  }),
];
