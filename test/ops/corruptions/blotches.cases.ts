// Blotches: fine and coarse, hard and soft edges, beyond the edge of the picture, none.
import { type Attrs, type Operand, opCases } from '../../support/cases.ts';
import { mapped, perlinAt, rowOf, seedOf, smoothstep, visible } from '../../support/corruption-fields.ts';
import { build, type NdArray } from '../../support/reference.ts';

const key = [9, 10, 11, 12];
const table = (rows: number[][], shape: number[]): Operand => ({ shape: [rows.length, ...shape], values: (position) => rows.flat()[position] });

function blotches(table: NdArray, frame: NdArray, centre: NdArray, { key, height, width, octaves }: Attrs): NdArray {
  return build([table.shape[0], 1, height, width], ([n, , y, x]) => {
    const [radius, rise, threshold, edge, persistence, opacity] = rowOf(table.data, n, 6);
    const [p, q] = [x - centre.data[2 * n], y - centre.data[2 * n + 1]];
    const g = radius > 0 ? smoothstep(1 - Math.hypot(p, q) / radius) : 0;
    if (g === 0) return 0;
    const z = perlinAt(...mapped(rowOf(frame.data, n, 6), p, q), seedOf(key, n), octaves, persistence);
    return visible(Math.min(1, opacity) * smoothstep((z + rise * g - threshold) / Math.max(edge, 1e-6)));
  });
}

const rows = [
  [18.4, 2, 2.1, 0.5, 0.5, 0.9],
  [40.2, 0, 0.4, 1, 0.3, 1],
  [6.3, 3, 1, 0.3, 0.7, 0.2],
  [0, 3, 1, 0.3, 0.7, 1],
];
const frames = [
  [0.2, 0.1, 0.3, -0.1, 0.2, 0.4],
  [0.03, 0.01, 0.6, -0.05, 0.09, 0.1],
  [0.4, 0, 0, 0, 0.3, 0],
  [1, 0, 0, 0, 1, 0],
];
const centres = [
  [30.2, 5.1],
  [-3.4, 2.2],
  [50.7, 8.3],
  [9, 9],
];

export default [
  opCases('blotches', {
    reference: ({ blotches: table, frame, centre }, attrs) => blotches(table, frame, centre, attrs),
    tolerance: 1e-4,
    work: ({ blotches: [n] }, { height, width }) => ({ bytes: 4 * n * height * width }),
    cases: [
      ...[4, 1].map((octaves) => ({
        inputs: { blotches: table(rows, [6]), frame: table(frames, [2, 3]), centre: table(centres, [2]) },
        attrs: { key, height: 11, width: 70, octaves },
      })),
      { inputs: { blotches: [0, 6], frame: [0, 2, 3], centre: [0, 2] }, attrs: { key, height: 2, width: 3 } },
      {
        inputs: {
          blotches: table(new Array(16).fill([100, 2.5, 2.6, 0.1, 0.5, 1]), [6]),
          frame: table(new Array(16).fill(frames[1]), [2, 3]),
          centre: table(new Array(16).fill([128, 128]), [2]),
        },
        attrs: { key, height: 256, width: 256 },
        bench: true,
        label: 'radius 100 pixels',
      },
    ],
  }),
];
