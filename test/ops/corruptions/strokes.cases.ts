// Strokes: thick and hair-thin, tapering, of one point, crossing, fading, outside, none.
import { type Operand, opCases } from '../../support/cases.ts';
import { cut, visible } from '../../support/corruption-fields.ts';
import { build, type NdArray } from '../../support/reference.ts';

/** Opacity of the piece between two points (x, y, half width, opacity) at a pixel. */
function piece(a: Float64Array, b: Float64Array, edge: number, x: number, y: number): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const square = dx * dx + dy * dy;
  const t = square > 0 ? cut(((x - a[0]) * dx + (y - a[1]) * dy) / square) : 0;
  const distance = Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
  const at = (from: number, to: number) => from + t * (to - from);
  const halfWidth = at(Math.max(0, a[2]), Math.max(0, b[2]));
  return visible(at(cut(a[3]), cut(b[3])) * cut((halfWidth - distance) / Math.max(edge, 1e-3) + 0.5));
}

function strokes(points: NdArray, edge: NdArray, centre: NdArray, height: number, width: number): NdArray {
  const [pictures, count, chain] = points.shape;
  const at = (n: number, s: number, m: number) => points.data.subarray(((n * count + s) * chain + m) * 4, ((n * count + s) * chain + m + 1) * 4);
  return build([pictures, 1, height, width], ([n, , y, x]) => {
    const [p, q] = [x - centre.data[2 * n], y - centre.data[2 * n + 1]];
    let most = 0;
    for (let s = 0; s < count; s++) {
      for (let m = 0; m < Math.max(1, chain - 1); m++) {
        most = Math.max(most, piece(at(n, s, m), at(n, s, Math.min(m + 1, chain - 1)), edge.data[n * count + s], p, q));
      }
    }
    return most;
  });
}

const given = (numbers: number[], shape: number[]): Operand => ({ shape, values: (position) => numbers[position] });
// A walk of points in steps of a few pixels, at times none, widths and opacities between below nothing and above all.
const chains = (shape: number[]): Operand => ({
  shape,
  values: (position, uniform) => [20, 8, 3, 1.4][position % 4] * (uniform() - [0.5, 0.5, 0.2, 0.2][position % 4]),
});

export default [
  opCases('strokes', {
    reference: ({ points, edge, centre }, { height, width }) => strokes(points, edge, centre, height, width),
    tolerance: 2e-5,
    work: ({ points: [n] }, { height, width }) => ({ bytes: 4 * n * height * width }),
    cases: [
      {
        inputs: { points: chains([3, 2, 5, 4]), edge: { shape: [3, 2], values: 'positive' }, centre: given([9.2, 6.1, 25.3, 2.4, -1.2, 14.3], [3, 2]) },
        attrs: { height: 13, width: 31 },
      },
      {
        inputs: { points: given([0, 0, 2.3, 0.8], [1, 1, 1, 4]), edge: given([0], [1, 1]), centre: given([4.2, 3.3], [1, 2]) },
        attrs: { height: 7, width: 9 },
      },
      {
        inputs: { points: given([-9, 0, 0.2, 1, 9, 0, 0.2, 1, 9, 5, 0.2, 0], [1, 1, 3, 4]), edge: given([1], [1, 1]), centre: given([10, 4], [1, 2]) },
        attrs: { height: 9, width: 21 },
      },
      {
        inputs: { points: given([-90, 0, 2, 1, -80, 0, 2, 1], [1, 1, 2, 4]), edge: given([1], [1, 1]), centre: given([10, 4], [1, 2]) },
        attrs: { height: 5, width: 6 },
      },
      { inputs: { points: [2, 0, 3, 4], edge: [2, 0], centre: [2, 2] }, attrs: { height: 5, width: 6 } },
      { inputs: { points: [0, 2, 3, 4], edge: [0, 2], centre: [0, 2] }, attrs: { height: 5, width: 6 } },
      {
        inputs: {
          points: {
            shape: [16, 6, 33, 4],
            values: (position, uniform) => (position % 4 < 2 ? 4 * (Math.floor(position / 4) % 33) + 3 * uniform() : uniform()),
          },
          edge: { shape: [16, 6], values: 'positive' },
          centre: given(new Array(32).fill(60), [16, 2]),
        },
        attrs: { height: 256, width: 256 },
        bench: true,
        label: 'six strokes of 180 pixels',
      },
    ],
  }),
];
