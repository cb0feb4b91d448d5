// Made textures: turned, stretched and shifted frames, octaves, both features, both patterns.
import { type Attrs, type Operand, opCases } from '../../support/cases.ts';
import { mapped, perlinAt, rowOf, seedOf, wave, worleyAt } from '../../support/corruption-fields.ts';
import { build, type NdArray } from '../../support/reference.ts';

const key = [1, 2, 3, 4];
const frames = [
  [0.21, 0.07, 0.3, -0.07, 0.19, 0.6],
  [-0.913, 0.402, -77.1, 0.37, 0.811, 1003.4],
  [0.0301, 0, 0.5, 0, 0.413, -0.25],
];
const frame: Operand = { shape: [3, 2, 3], values: (position) => frames.flat()[position] };
const many: Operand = { shape: [16, 2, 3], values: (position) => [0.06, 0.02, 0.1, -0.02, 0.06, 0.7][position % 6] };
const none: Operand = [0, 2, 3];
const big = { height: 256, width: 256 };
const persistence = (values: number[]): Operand => ({ shape: [values.length], values: (position) => values[position] });

const field = (frame: NdArray, { height, width }: Attrs, value: (u: number, v: number, n: number) => number) =>
  build([frame.shape[0], 1, height, width], ([n, , y, x]) => value(...mapped(rowOf(frame.data, n, 6), x, y), n));
const work = ({ frame: [n] }: Record<string, readonly number[]>, { height, width }: Attrs) => ({ bytes: 4 * n * height * width });

export default [
  opCases('perlinNoise', {
    reference: ({ frame, persistence }, attrs) => field(frame, attrs, (u, v, n) => perlinAt(u, v, seedOf(attrs.key, n), attrs.octaves, persistence.data[n])),
    // Positions far from 0 keep four digits behind the point.
    tolerance: 5e-4,
    work,
    cases: [
      { inputs: { frame, persistence: persistence([0.5, 0.3, 0.9]) }, attrs: { key, height: 6, width: 37 } },
      { inputs: { frame, persistence: persistence([0, 1, 0.5]) }, attrs: { key, height: 5, width: 3, octaves: 2 } },
      { inputs: { frame: none, persistence: [0] }, attrs: { key, height: 5, width: 3 } },
      { inputs: { frame: many, persistence: { shape: [16], values: 'unit' } }, attrs: { key, ...big }, bench: true },
    ],
  }),
  opCases('perlinNoise', {
    reference: ({ frame, persistence }, attrs) => field(frame, attrs, (u, v, n) => perlinAt(u, v, seedOf(attrs.key, n), attrs.octaves, persistence.data[n])),
    tolerance: 2e-6,
    cases: [
      {
        inputs: { frame: { shape: [1, 2, 3], values: (position) => frames[0][position] }, persistence: persistence([0.5]) },
        attrs: { key, height: 9, width: 20, octaves: 1 },
      },
    ],
  }),
  opCases('worleyNoise', {
    reference: ({ frame }, attrs) =>
      field(frame, attrs, (u, v, n) => {
        const [first, second] = worleyAt(u, v, seedOf(attrs.key, n));
        return attrs.feature === 'crease' ? second - first : first;
      }),
    tolerance: 2e-4,
    work,
    cases: [
      ...['nearest', 'crease'].map((feature) => ({ inputs: { frame }, attrs: { key, height: 6, width: 37, feature } })),
      { inputs: { frame: none }, attrs: { key, height: 1, width: 1 } },
      { inputs: { frame: many }, attrs: { key, ...big }, bench: true },
    ],
  }),
  opCases('gratings', {
    reference: ({ frame }, attrs) => field(frame, attrs, (u, v) => (attrs.pattern === 'mesh' ? wave(u) * wave(v) : wave(u))),
    tolerance: 5e-4,
    work,
    cases: [
      ...['lines', 'mesh'].map((pattern) => ({ inputs: { frame }, attrs: { height: 6, width: 37, pattern } })),
      { inputs: { frame: none }, attrs: { height: 1, width: 1 } },
      { inputs: { frame: many }, attrs: { ...big, pattern: 'mesh' }, bench: true },
    ],
  }),
];
