// Greedy k-centre: all rows and few, duplicates, ties, rows of zeros, several batches of stale rows.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';

function picksOf({ x, indices, radii, squares: bounds }: Record<string, NdArray>, { count, first }: Attrs): NdArray[] {
  const [rows, width] = [bounds.shape[0], x.shape[1]];
  const squares = new Array(rows).fill(Infinity);
  const picked = new Set<number>();
  const out = [nd(indices.shape, indices.data), nd(radii.shape, radii.data)];
  for (let pick = 0; pick < count; pick++) {
    let best = first;
    if (pick > 0) {
      best = -1;
      for (let i = 0; i < rows; i++) if (!picked.has(i) && (best < 0 || squares[i] > squares[best])) best = i;
    }
    out[0].data[pick] = best;
    out[1].data[pick] = Math.sqrt(squares[best]);
    picked.add(best);
    for (let i = 0; i < rows; i++) {
      let square = 0;
      for (let j = 0; j < width; j++) square += (x.data[i * width + j] - x.data[best * width + j]) ** 2;
      squares[i] = Math.min(squares[i], square);
    }
  }
  return out;
}

const picks = (x: Operand, room: number, attrs: Record<string, unknown> = {}, rows = (x as { shape: number[] }).shape[0]): OpCase => {
  const width = (x as { shape: number[] }).shape[1];
  return {
    inputs: {
      x,
      indices: { shape: [room], dtype: 'i32' },
      radii: [room],
      squares: [rows],
      seen: { shape: [rows], dtype: 'i32' },
      centres: [Math.ceil(room / 16), width, 16],
    },
    attrs: { from: 0, ...attrs },
  };
};
const normal = (shape: number[]): Operand => ({ shape });
const clustered = (shape: number[]): Operand => ({
  shape,
  values: (position, uniform) => 4 * Math.sin((Math.floor(position / shape[1]) % 17) * (1 + (position % shape[1]))) + 0.1 * uniform(),
});

export default [
  opCases('kCentreStep', {
    reference: picksOf,
    results: 2,
    work: ({ x }, { count }) => ({ flops: 3 * count * x[0] * x[1] }),
    cases: [
      picks(normal([9, 3]), 9, { count: 9 }),
      picks(normal([1, 1]), 1),
      picks(normal([500, 7]), 120, { count: 90, first: 77 }),
      picks(normal([700, 37]), 50, { count: 50 }),
      picks(normal([700, 37]), 50, { count: 50, first: 2 }, 333),
      picks(normal([300, 161]), 40, { count: 40, first: 299 }),
      // Enough rows that several threads share them.
      picks(normal([9000, 64]), 20, { count: 20 }),
      picks(clustered([1000, 20]), 200, { count: 200 }),
      // A lattice: ties everywhere.
      picks({ shape: [343, 3], values: (position) => Math.floor(Math.floor(position / 3) / 7 ** (position % 3)) % 7 }, 60, { count: 60 }),
      picks({ shape: [40, 4], values: () => 2 }, 40, { count: 40, first: 3 }),
      picks({ shape: [130, 2], values: (position) => Math.floor(position / 2) % 5 }, 100, { count: 100 }),
      picks(normal([5, 0]), 3, { count: 3 }),
      picks(normal([0, 4]), 0, { count: 0 }),
      { ...picks(normal([20000, 128]), 2000, { count: 500 }), label: 'normal', bench: true },
      { ...picks(clustered([20000, 128]), 2000, { count: 500 }), label: 'clustered', bench: true },
    ],
  }),
];
