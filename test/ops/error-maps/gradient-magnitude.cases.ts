// Gradient magnitude similarity on pictures of every small extent, with masking, without epsilon, and its gradient.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';
import { slopes } from './reference.ts';

function magnitude(x: NdArray, [n, c, i, j]: number[], epsilon: number): number {
  const [, , h, w] = x.shape;
  const pixel = (row: number, column: number) => (row < 0 || row >= h || column < 0 || column >= w ? 0 : x.data[at(x.shape, [n, c, row, column])]);
  let across = 0;
  let along = 0;
  for (const k of [-1, 0, 1]) {
    across += (pixel(i + k, j - 1) - pixel(i + k, j + 1)) / 3;
    along += (pixel(i - 1, j + k) - pixel(i + 1, j + k)) / 3;
  }
  return Math.sqrt(across ** 2 + along ** 2 + epsilon);
}

/** The formula as the paper has it. */
export function gms(x: NdArray, y: NdArray, { c, epsilon, masking }: Attrs): NdArray {
  return build(x.shape, (index) => {
    const a = magnitude(x, index, epsilon);
    const b = magnitude(y, index, epsilon);
    return ((2 - masking) * a * b + c) / (a * a + b * b - masking * a * b + c);
  });
}

const filled = (shape: number[], dtype: 'f32' | 'f64' = 'f32'): Operand => ({ shape, dtype, values: 'unit' });
const pair = (shape: number[], dtype: 'f32' | 'f64' = 'f32') => ({ x: filled(shape, dtype), y: filled(shape, dtype) });
const cases: OpCase[] = [
  { inputs: pair([2, 3, 5, 7]) },
  { inputs: pair([1, 1, 1, 1]) },
  { inputs: pair([1, 1, 1, 6]) },
  { inputs: pair([1, 2, 6, 1]) },
  { inputs: pair([1, 1, 2, 2]), attrs: { c: 0.1 } },
  { inputs: pair([1, 1, 6, 9]), attrs: { masking: 0.5, epsilon: 0 } },
  { inputs: pair([1, 1, 6, 9]), attrs: { masking: 1, epsilon: 0.01 } },
  { inputs: pair([0, 1, 3, 3]) },
];
const banded: OpCase[] = [{ inputs: pair([2, 1, 67, 13]) }];
const timed: OpCase[] = [
  { inputs: pair([1, 1, 512, 512]), bench: true },
  { inputs: pair([8, 3, 256, 256]), bench: true },
];
const inDouble = (list: OpCase[]): OpCase[] => list.map(({ inputs, attrs }) => ({ inputs: pair((inputs.x as { shape: number[] }).shape, 'f64'), attrs }));
const withDy = (list: OpCase[]): OpCase[] =>
  list.map((one) => ({ ...one, inputs: { ...one.inputs, dy: { ...(one.inputs.x as { shape: number[] }), values: 'normal' } } }));

const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const dot = (a: NdArray, b: NdArray) => a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);

export default [
  opCases('gmsMap', {
    reference: ({ x, y }, attrs) => gms(x, y, attrs),
    work: ({ x }) => ({ bytes: 12 * area(x), flops: 36 * area(x) }),
    cases: [...cases, ...banded, ...timed],
  }),
  opCases('gmsMap', { reference: ({ x, y }, attrs) => gms(x, y, attrs), cases: inDouble([...cases, ...banded]), tolerance: 1e-13, differentiate: [] }),
  opCases('gmsMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-6, (moved) => dot(gms(moved, y, attrs), dy)),
    tolerance: 1e-5,
    work: ({ x }) => ({ bytes: 16 * area(x), flops: 70 * area(x) }),
    cases: withDy([...cases, ...timed]),
  }),
  opCases('gmsMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-6, (moved) => dot(gms(moved, y, attrs), dy)),
    tolerance: 1e-7,
    cases: withDy(inDouble(cases)),
  }),
];
