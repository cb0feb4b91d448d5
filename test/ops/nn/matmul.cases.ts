// Matrix products, plain, batched and broadcast.
import { opCases } from '../../support/cases.ts';
import { broadcastAt, broadcastShape, build, type NdArray } from '../../support/reference.ts';

function naive({ a, b }: Record<string, NdArray>, { transposeA, transposeB }: Record<string, boolean>): NdArray {
  const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)];
  const inner = a.shape[a.shape.length - (transposeA ? 2 : 1)];
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)];
  const lead = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return build([...lead, rows, columns], (index) => {
    const front = index.slice(0, -2);
    const [i, j] = index.slice(-2);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += broadcastPick(a, front, transposeA ? [k, i] : [i, k]) * broadcastPick(b, front, transposeB ? [j, k] : [k, j]);
    return sum;
  });
}

/** Element of a stack of matrices: the last two indices are exact, the leading ones broadcast. */
function broadcastPick(x: NdArray, front: number[], last: number[]): number {
  const [rows, columns] = x.shape.slice(-2);
  const matrix = rows * columns;
  const leading: NdArray = { shape: x.shape.slice(0, -2), data: Float64Array.from({ length: x.data.length / matrix }, (_, i) => i) };
  return x.data[broadcastAt(leading, front) * matrix + last[0] * columns + last[1]];
}

const work = ({ a, b }: Record<string, readonly number[]>) => ({ flops: 2 * a.reduce((x, y) => x * y, 1) * b[b.length - 1] });

export default [
  opCases('matmul', {
    reference: naive,
    twice: true,
    work,
    cases: [
      { inputs: { a: [5, 7], b: [7, 3] } },
      { inputs: { a: [7, 5], b: [3, 7] }, attrs: { transposeA: true, transposeB: true } },
      { inputs: { a: [4, 5, 7], b: [7, 3] } },
      { inputs: { a: [4, 5, 7], b: [3, 7] }, attrs: { transposeB: true } },
      { inputs: { a: [2, 3, 5, 7], b: [2, 3, 7, 4] } },
      { inputs: { a: [3, 7, 5], b: [3, 7, 4] }, attrs: { transposeA: true } },
      { inputs: { a: [2, 1, 5, 7], b: [3, 7, 4] } },
      { inputs: { a: [5, 7], b: [3, 7, 4] } },
      { inputs: { a: [1, 1], b: [1, 1] } },
      { inputs: { a: [3, 0], b: [0, 2] } },
      { inputs: { a: [1024, 1024], b: [1024, 1024] }, bench: true },
      { inputs: { a: [784, 1536], b: [16384, 1536] }, attrs: { transposeB: true }, bench: true, label: 'nearest neighbours' },
    ],
  }),
];
