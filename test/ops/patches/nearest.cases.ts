// Nearest vectors: k from 1 to all, ties, duplicates, the query itself in the bank, far from the origin, both metrics.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';

const row = (x: NdArray, i: number) => x.data.subarray(i * x.shape[1], (i + 1) * x.shape[1]);

function distanceOf(a: Float64Array, b: Float64Array, metric: string): number {
  if (metric === 'l2') return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
  const norm = (v: Float64Array) => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
  const [p, q] = [norm(a), norm(b)];
  // Where both are parallel, the plain form keeps no digit of a distance that is 0.
  return p === 0 || q === 0 ? 1 : a.reduce((sum, value, i) => sum + (value / p - b[i] / q) ** 2, 0) / 2;
}

function nearestOf({ x, bank }: Record<string, NdArray>, { k, metric, self }: Attrs): NdArray[] {
  const [queries] = x.shape;
  const lists = Array.from({ length: queries }, (_, i) =>
    Array.from({ length: bank.shape[0] }, (_, j) => ({ j, distance: distanceOf(row(x, i), row(bank, j), metric) }))
      .filter(({ j }) => self < 0 || j !== self + i)
      .sort((a, b) => a.distance - b.distance || a.j - b.j)
      .slice(0, k),
  );
  return [
    nd(
      [queries, k],
      lists.flat().map(({ distance }) => distance),
    ),
    nd(
      [queries, k],
      lists.flat().map(({ j }) => j),
    ),
  ];
}

const normal = (x: number[], bank: number[], attrs: Record<string, unknown> = {}): OpCase => ({ inputs: { x, bank }, attrs });
// Integers from 0 to 2: most distances are shared by many.
const few: OpCase['inputs'] = {
  x: { shape: [9, 3], values: (_, uniform) => Math.floor(3 * uniform()) },
  bank: { shape: [70, 3], values: (_, uniform) => Math.floor(3 * uniform()) },
};
const alike: OpCase['inputs'] = { x: { shape: [5, 20], values: () => 0.3 }, bank: { shape: [2100, 20], values: () => 0.1 } };
// So far away that products in float32 know nothing of the differences.
const far = (shape: number[]): Operand => ({ shape, values: (_, uniform) => 1000 + 0.01 * uniform() });
const sizes = (scale: number) => (_: number, uniform: () => number) => scale * (uniform() - 0.5);
// 400 vectors, three times over, and the first of them.
const thrice = (rows: number): Operand => ({ shape: [rows, 6], values: (position) => Math.sin(1 + (position % (400 * 6))) });

export default [
  opCases('nearest', {
    reference: nearestOf,
    work: ({ x, bank }) => ({ flops: 2 * x[0] * bank[0] * x[1], bytes: 4 * (x[0] * x[1] + bank[0] * bank[1]) }),
    cases: [
      normal([7, 5], [11, 5]),
      normal([7, 5], [11, 5], { k: 11 }),
      normal([1, 1], [1, 1]),
      normal([13, 33], [1500, 33], { k: 9 }),
      normal([530, 9], [1030, 9], { k: 3 }),
      normal([6, 130], [3000, 130], { k: 200 }),
      normal([13, 33], [1500, 33], { k: 9, metric: 'cosine' }),
      normal([4, 3], [7, 3], { k: 7, metric: 'cosine' }),
      normal([7, 5], [11, 5], { k: 4, self: 0 }),
      normal([7, 5], [11, 5], { k: 10, self: 4, metric: 'cosine' }),
      normal([0, 5], [11, 5]),
      { inputs: few, attrs: { k: 12 } },
      normal([3, 0], [4, 0], { k: 3 }),
      ...['l2', 'cosine'].flatMap((metric): OpCase[] => [
        { inputs: alike, attrs: { k: 4, metric } },
        { inputs: { x: far([5, 40]), bank: far([1300, 40]) }, attrs: { k: 5, metric } },
        { inputs: { x: { shape: [5, 8], values: sizes(1e-25) }, bank: { shape: [90, 8], values: sizes(1e-25) } }, attrs: { k: 5, metric } },
        { inputs: { x: { shape: [5, 8], values: sizes(1e25) }, bank: { shape: [90, 8], values: sizes(1e25) } }, attrs: { k: 5, metric } },
        { inputs: { x: thrice(50), bank: thrice(1200) }, attrs: { k: 2, metric } },
        { inputs: { x: thrice(50), bank: thrice(1200) }, attrs: { k: 3, metric, self: 0 } },
      ]),
      { inputs: { x: { shape: [2, 4], values: () => 0 }, bank: [9, 4] }, attrs: { k: 3, metric: 'cosine' } },
      { label: 'patches', inputs: { x: [784, 1536], bank: [16384, 1536] }, attrs: { k: 9 }, bench: true },
      { label: 'projected', inputs: { x: [784, 128], bank: [16384, 128] }, attrs: { k: 9 }, bench: true },
      { label: 'one picture, small bank', inputs: { x: [784, 512], bank: [1024, 512] }, bench: true },
    ],
  }),
];
