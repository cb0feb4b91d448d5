// Medians by selection and by counting, on pictures larger and smaller than the window.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';
import { type Border, pixelAt } from './reference.ts';

function medians(x: NdArray, { size, border }: Attrs): NdArray {
  const [, , height, width] = x.shape;
  const radius = (size - 1) / 2;
  return build(x.shape, ([n, c, i, j]) => {
    const numbers: number[] = [];
    for (let p = -radius; p <= radius; p++) {
      for (let q = -radius; q <= radius; q++) {
        numbers.push(x.data[at(x.shape, [n, c, pixelAt(border as Border, i + p, height), pixelAt(border as Border, j + q, width)])]);
      }
    }
    return numbers.sort((a, b) => a - b)[(numbers.length - 1) / 2];
  });
}

const cases: OpCase[] = [
  ...['symmetric', 'reflect', 'replicate'].flatMap((border): OpCase[] => [
    { inputs: { x: [2, 2, 7, 9] }, attrs: { size: 3, border } },
    { inputs: { x: [1, 1, 18, 67] }, attrs: { size: 5, border } },
    { inputs: { x: [1, 1, 3, 2] }, attrs: { size: 7, border } },
    { inputs: { x: [1, 1, 6, 5] }, attrs: { size: 13, border } },
    { inputs: { x: [1, 1, 1, 1] }, attrs: { size: 3, border } },
  ]),
  { inputs: { x: [1, 1, 17, 66] }, attrs: { size: 11 } },
  { inputs: { x: [1, 1, 17, 20] }, attrs: { size: 15 } },
  { inputs: { x: { shape: [1, 1, 9, 70], values: (i) => (i * 7) % 4 } }, attrs: { size: 5 } },
  { inputs: { x: { shape: [1, 1, 9, 20], values: (i) => (i * 7) % 4 } }, attrs: { size: 13 } },
  { inputs: { x: [1, 1, 4, 4] }, attrs: { size: 1 } },
  { inputs: { x: [0, 1, 4, 4] }, attrs: { size: 3 } },
  { inputs: { x: { shape: [1, 2, 7, 9], dtype: 'f64' } }, attrs: { size: 3 } },
  { inputs: { x: { shape: [1, 1, 7, 9], dtype: 'f64' } }, attrs: { size: 13 } },
];
const timed = [3, 5, 9, 21].flatMap((size): OpCase[] => [
  { inputs: { x: [1, 1, 512, 512] }, attrs: { size }, bench: true },
  ...(size > 5 ? [] : [{ inputs: { x: [8, 3, 256, 256] }, attrs: { size }, bench: true }]),
]);

export default [
  opCases('medianFilter', {
    reference: ({ x }, attrs) => medians(x, attrs),
    tolerance: 0,
    work: ({ x }) => ({ bytes: 8 * x.reduce((a, b) => a * b, 1) }),
    cases: [...cases, ...timed],
  }),
];
