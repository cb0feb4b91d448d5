// Displacement fields: from finer than a pixel to coarser than the picture, none, one pixel, no picture.
import { type Attrs, type Operand, opCases } from '../../support/cases.ts';
import { displacementAt, seedOf } from '../../support/corruption-fields.ts';
import { build } from '../../support/reference.ts';

const key = [0x12345678, 0xfedcba98, 7, 1];
const table = (values: number[]): Operand => ({ shape: [values.length], values: (position) => values[position] });
const fields = (sigma: number[], amplitude: number[], attrs: Attrs) => ({
  inputs: { sigma: table(sigma), amplitude: table(amplitude) },
  attrs: { key, ...attrs },
});

export default [
  opCases('displacementField', {
    reference: ({ sigma, amplitude }, { key, height, width }) =>
      build([sigma.shape[0], 2, height, width], ([n, axis, y, x]) => displacementAt(sigma.data[n], amplitude.data[n], seedOf(key, n), x, y)[axis]),
    tolerance: 1e-5,
    work: ({ sigma: [n] }, { height, width }) => ({ bytes: 8 * n * height * width }),
    cases: [
      fields([2.3, 0.5, 9.7], [1.5, 2, 4], { height: 5, width: 70 }),
      fields([40, 0.1, 3], [10, 1, 0], { height: 9, width: 7 }),
      fields([1], [1], { height: 1, width: 1 }),
      fields([-1, 2], [3, -3], { height: 3, width: 4 }),
      fields([], [], { height: 3, width: 4 }),
      { ...fields(new Array<number>(16).fill(16), new Array<number>(16).fill(8), { height: 256, width: 256 }), bench: true },
    ],
  }),
];
