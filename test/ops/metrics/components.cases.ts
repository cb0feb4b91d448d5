// Regions of masks: corners that touch, spirals, combs that join late, pictures of one row or column, empty and full ones.
import { type OperandSpec, opCases } from '../../support/cases.ts';
import { eachIndex, type NdArray, nd, sizeOf } from '../../support/reference.ts';
import { flooded } from './references.ts';

type Values = Exclude<OperandSpec['values'], string | undefined>;
const sparse: Values = (_, uniform) => (uniform() < 0.2 ? 200 : 0);
const dense: Values = (_, uniform) => (uniform() < 0.55 ? 1 : 0);
const full: Values = () => 1;
const empty: Values = () => 0;
const drawn = (rows: string[]): OperandSpec => ({
  shape: [rows.length, rows[0].length],
  dtype: 'u8',
  values: (position) => (rows[Math.floor(position / rows[0].length)][position % rows[0].length] === '#' ? 255 : 0),
});

const masks: OperandSpec[] = [
  { shape: [3, 7, 5], dtype: 'u8', values: sparse },
  { shape: [2, 3, 33, 70], dtype: 'u8', values: sparse },
  { shape: [5, 40, 65], dtype: 'u8', values: dense },
  { shape: [40, 65], dtype: 'f32', values: dense },
  { shape: [2, 9, 9], dtype: 'f64', values: (_, uniform) => [0, -0, 0.25, -1][Math.floor(4 * uniform())] },
  { shape: [2, 9, 9], dtype: 'i32', values: sparse },
  { shape: [1, 100], dtype: 'u8', values: dense },
  { shape: [100, 1], dtype: 'u8', values: dense },
  { shape: [2, 31, 64], dtype: 'u8', values: full },
  { shape: [2, 31, 64], dtype: 'u8', values: empty },
  { shape: [2, 0, 5], dtype: 'u8', values: empty },
  { shape: [2, 5, 0], dtype: 'u8', values: empty },
  { shape: [0, 5, 5], dtype: 'u8', values: empty },
  drawn(['#.#.#.#', '#.#.#.#', '#######', '.......', '#.....#', '.#...#.', '..#.#..', '...#...']),
  drawn(['#########', '#.......#', '#.#####.#', '#.#...#.#', '#.#.#.#.#', '#.#.###.#', '#.#.....#', '#.#######', '#........']),
  drawn(['..#..', '.#.#.', '#...#', '.#.#.', '..#..']),
  // Three parts that only the last row joins, the rightmost first.
  drawn(['#..#..#', '#..#..#', '#..#..#', '#..####', '#......', '#######']),
];
const bench: OperandSpec = {
  shape: [100, 256, 256],
  dtype: 'u8',
  values: (position) => (Math.hypot((position % 256) - 128, (Math.floor(position / 256) % 256) - 100) < 25 ? 255 : 0),
};

/** Fills results picture by picture. */
function perPicture(mask: NdArray, fill: (flood: ReturnType<typeof flooded>, picture: number, from: number) => void): void {
  const [height, width] = mask.shape.slice(-2);
  const pictures = sizeOf(mask.shape.slice(0, -2));
  for (let i = 0; i < pictures; i++) fill(flooded(mask.data.subarray(i * height * width, (i + 1) * height * width), height, width), i, i * height * width);
}

const partitioned = (n: number, share: number): { shape: number[]; dtype: 'i32'; values: Values } => ({
  shape: [n],
  dtype: 'i32',
  values: (position) => (Math.floor((position + 1) * share) > Math.floor(position * share) ? 1 + (position % 9) : 0),
});

export default [
  opCases('components', {
    reference: ({ mask }) => {
      const [labels, counts] = [nd(mask.shape), nd(mask.shape.slice(0, -2))];
      perPicture(mask, (flood, picture, from) => {
        labels.data.set(flood.labels, from);
        counts.data[picture] = flood.sizes.length;
      });
      return [labels, counts];
    },
    tolerance: 0,
    work: ({ mask }) => ({ bytes: 5 * sizeOf(mask) }),
    cases: [...masks.map((mask) => ({ inputs: { mask } })), { inputs: { mask: bench }, bench: true }],
  }),
  opCases('regionSizes', {
    reference: ({ mask }) => {
      const out = nd(mask.shape);
      perPicture(mask, ({ labels, sizes }, _, from) => labels.forEach((label, i) => (out.data[from + i] = label ? sizes[label - 1] : 0)));
      return out;
    },
    tolerance: 0,
    work: ({ mask }) => ({ bytes: 5 * sizeOf(mask) }),
    cases: [...masks.map((mask) => ({ inputs: { mask } })), { inputs: { mask: bench }, bench: true }],
  }),
  opCases('partition', {
    reference: ({ x, sizes }) => {
      const [inside, own, outside]: number[][] = [[], [], []];
      eachIndex(x.shape, (_, i) => (sizes.data[i] ? inside.push(x.data[i]) && own.push(sizes.data[i]) : outside.push(x.data[i])));
      return [inside, own, outside].map((list) => nd([list.length], list));
    },
    tolerance: 0,
    cases: [0, 0.3, 0.5, 0.97, 1].flatMap((share, i) =>
      [0, 1, 33, 1000].map((n) => ({
        inputs: { x: { shape: [n], dtype: (['f32', 'f64', 'u8', 'i32'] as const)[i % 4], values: 'positive' as const }, sizes: partitioned(n, share) },
        attrs: { count: Math.floor(n * share) },
      })),
    ),
  }),
];
