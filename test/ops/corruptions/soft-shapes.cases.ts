// Soft shapes: disks, rectangles and between, hard, soft, faint, warped, beyond the edge, empty.
import { type Attrs, type Operand, opCases } from '../../support/cases.ts';
import { displacementAt, rowOf, seedOf, smoothstep, visible } from '../../support/corruption-fields.ts';
import { build, type NdArray } from '../../support/reference.ts';

const key = [5, 6, 7, 8];
const table = (rows: number[][], width: number): Operand => ({ shape: [rows.length, width], values: (position) => rows.flat()[position] });

function shapes(shapes: NdArray, centre: NdArray, { key, height, width }: Attrs): NdArray {
  return build([shapes.shape[0], 1, height, width], ([n, , y, x]) => {
    const [length, breadth, angle, squareness, softness, sigma, amplitude, opacity] = rowOf(shapes.data, n, 8);
    if (!(length > 0 && breadth > 0)) return 0;
    const [dx, dy] = displacementAt(sigma, amplitude, seedOf(key, n), x, y);
    const [p, q] = [x + dx - centre.data[2 * n], y + dy - centre.data[2 * n + 1]];
    const u = Math.abs(p * Math.cos(angle) + q * Math.sin(angle)) / length;
    const v = Math.abs(q * Math.cos(angle) - p * Math.sin(angle)) / breadth;
    const s = Math.min(1, Math.max(0, squareness));
    const r = (1 - s) * Math.hypot(u, v) + s * Math.max(u, v);
    return visible(Math.min(opacity, 1) * smoothstep((1 - r) / Math.max(softness, 1e-6)));
  });
}

const rows = [
  [10.3, 4.1, 0.4, 0, 0.7, 1, 0, 0.9],
  [6.2, 3.3, -1.1, 1, 0.2, 1, 0, 1.5],
  [30.7, 8.4, 2.9, 0.4, 1, 3.1, 2.4, 0.3],
  [3.1, 3.2, 0, 0, 0.5, 0.2, 0.8, 1],
  [3, 3, 0, 0, 0.5, 1, 0, 0.007],
  [0, 3, 0, 0, 0.5, 1, 1, 1],
];
const centres = [
  [20.3, 4.6],
  [0.2, 7.8],
  [60.1, -2.3],
  [5.3, 5.4],
  [9, 5],
  [9, 5],
];

export default [
  opCases('softShapes', {
    reference: ({ shapes: table, centre }, attrs) => shapes(table, centre, attrs),
    tolerance: 1e-5,
    work: ({ shapes: [n] }, { height, width }) => ({ bytes: 4 * n * height * width }),
    cases: [
      { inputs: { shapes: table(rows, 8), centre: table(centres, 2) }, attrs: { key, height: 11, width: 90 } },
      { inputs: { shapes: table([[4.2, 4.2, 0, 1, 0, 0, 0, 1]], 8), centre: table([[3.1, 6.4]], 2) }, attrs: { key, height: 9, width: 8 } },
      { inputs: { shapes: table(rows.slice(0, 1), 8), centre: table([[0.5, 0.5]], 2) }, attrs: { key, height: 1, width: 1 } },
      { inputs: { shapes: [0, 8], centre: [0, 2] }, attrs: { key, height: 2, width: 3 } },
      {
        inputs: { shapes: table(new Array(16).fill([40, 20, 0.5, 0, 0.5, 12, 6, 1]), 8), centre: table(new Array(16).fill([128, 128]), 2) },
        attrs: { key, height: 256, width: 256 },
        bench: true,
        label: 'stains of 80 x 40 pixels',
      },
    ],
  }),
];
