// Looking at places: inside, at and beyond the edges; choosing among busy and empty ones.
import { type Operand, opCases } from '../../support/cases.ts';
import { cut } from '../../support/corruption-fields.ts';
import { uniformOf, words } from '../../support/philox.ts';
import { build, type NdArray } from '../../support/reference.ts';

/** The 25 pixels of a plane that are looked at. */
function pixels(x: NdArray, n: number, c: number, column: number, row: number, reach: number): number[] {
  const [, channels, height, width] = x.shape;
  const found: number[] = [];
  for (let i = -2; i <= 2; i++) {
    for (let j = -2; j <= 2; j++) {
      const [y, z] = [cut(Math.floor(row + (reach * i) / 2 + 0.5), 0, height - 1), cut(Math.floor(column + (reach * j) / 2 + 0.5), 0, width - 1)];
      found.push(x.data[((n * channels + c) * height + y) * width + z]);
    }
  }
  return found;
}
const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const variance = (list: number[]) => mean(list.map((v) => (v - mean(list)) ** 2));

/** Each place takes over from those before it with its share of the weights. */
function chosen(x: NdArray, candidates: NdArray, reach: number, n: number, key: number[]): number {
  const [, count] = candidates.shape;
  let [total, best] = [0, 0];
  for (let k = 0; k < count; k++) {
    const [column, row] = candidates.data.subarray((n * count + k) * 2);
    const weight = 1e-4 + mean(Array.from({ length: x.shape[1] }, (_, c) => variance(pixels(x, n, c, column, row, reach))));
    total += weight;
    if (uniformOf(words(1, key, [n * 2 ** 24 + k, Math.floor(n / 256)])[0]) * total < weight) best = k;
  }
  return best;
}

const places = (shape: number[], width: number, height: number): Operand => ({
  shape,
  values: (position, uniform) => (position % 2 ? height : width) * (1.4 * uniform() - 0.2),
});
const reach = (n: number): Operand => ({ shape: [n], values: (_, uniform) => 6 * uniform() });
const x: Operand = { shape: [3, 3, 9, 14], values: 'unit' };

export default [
  opCases('probeMean', {
    reference: ({ x, centre, reach }) =>
      build(x.shape.slice(0, 2), ([n, c]) => mean(pixels(x, n, c, centre.data[2 * n], centre.data[2 * n + 1], reach.data[n]))),
    cases: [
      { inputs: { x, centre: places([3, 2], 14, 9), reach: reach(3) } },
      { inputs: { x: [2, 1, 1, 1], centre: places([2, 2], 1, 1), reach: reach(2) } },
      { inputs: { x: [0, 3, 4, 4], centre: [0, 2], reach: [0] } },
    ],
  }),
  opCases('busyPlaces', {
    reference: ({ x, candidates, reach }, { key }) =>
      build([x.shape[0], 2], ([n, axis]) => candidates.data[(n * candidates.shape[1] + chosen(x, candidates, reach.data[n], n, key)) * 2 + axis]),
    tolerance: 0,
    cases: [
      ...[1, 2, 3, 4].map((call) => ({ inputs: { x, candidates: places([3, 8, 2], 14, 9), reach: reach(3) }, attrs: { key: [1, 2, call, 0] } })),
      { inputs: { x: { shape: [2, 1, 5, 5], values: () => 0.5 }, candidates: places([2, 1, 2], 5, 5), reach: reach(2) }, attrs: { key: [1, 2, 3, 4] } },
      { inputs: { x: [0, 1, 5, 5], candidates: [0, 4, 2], reach: [0] }, attrs: { key: [1, 2, 3, 4] } },
      {
        inputs: { x: { shape: [16, 3, 256, 256], values: 'unit' }, candidates: places([16, 16, 2], 256, 256), reach: { shape: [16], values: () => 20 } },
        attrs: { key: [1, 2, 3, 4] },
        bench: true,
      },
    ],
  }),
];
