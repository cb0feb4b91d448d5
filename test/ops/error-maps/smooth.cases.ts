// Gaussian and box filters with every border, on pictures larger and smaller than the window, and their transposed maps.
import { type Attrs, type OpCase, opCases } from '../../support/cases.ts';
import type { NdArray } from '../../support/reference.ts';
import { type Border, filtered, gaussianWeights, transposed, uniformWeights } from './reference.ts';

function blurred(x: NdArray, { sigma, truncate, border }: Attrs): NdArray {
  const radius = Math.floor(truncate * sigma + 0.5);
  return radius === 0 ? x : filtered(x, gaussianWeights(2 * radius + 1, sigma), border as Border);
}

function boxed(x: NdArray, { size, times, border }: Attrs): NdArray {
  for (let pass = 0; pass < times; pass++) x = filtered(x, uniformWeights(size), border as Border);
  return x;
}

const blurs: OpCase[] = [
  ...['symmetric', 'reflect', 'replicate', 'zero', 'inside'].flatMap((border): OpCase[] => [
    { inputs: { x: [2, 1, 9, 7] }, attrs: { sigma: 1, truncate: 3, border } },
    { inputs: { x: [1, 1, 3, 2] }, attrs: { sigma: 1.3, border } },
    { inputs: { x: [1, 1, 1, 5] }, attrs: { sigma: 0.8, truncate: 3, border } },
    { inputs: { x: [1, 2, 5, 6] }, attrs: { sigma: 0.5, truncate: 2.5, border } },
  ]),
  { inputs: { x: [1, 1, 12, 13] }, attrs: { sigma: 1.2, truncate: 3 } },
  { inputs: { x: [1, 1, 4, 4] }, attrs: { sigma: 0 } },
  { inputs: { x: [0, 1, 4, 4] }, attrs: { sigma: 1 } },
  { inputs: { x: [1, 1, 0, 4] }, attrs: { sigma: 1 } },
];
const boxes: OpCase[] = [
  ...['inside', 'replicate'].flatMap((border): OpCase[] => [
    { inputs: { x: [2, 2, 9, 7] }, attrs: { size: 3, border } },
    { inputs: { x: [1, 1, 9, 8] }, attrs: { size: 5, times: 3, border } },
    { inputs: { x: [1, 1, 4, 3] }, attrs: { size: 11, times: 2, border } },
    { inputs: { x: [1, 1, 1, 1] }, attrs: { size: 5, border } },
    { inputs: { x: [1, 1, 14, 12] }, attrs: { size: 5, border } },
  ]),
  { inputs: { x: [1, 1, 4, 4] }, attrs: { size: 1, times: 3 } },
  { inputs: { x: [1, 1, 4, 4] }, attrs: { size: 3, times: 0 } },
  { inputs: { x: [0, 1, 4, 4] }, attrs: { size: 3 } },
];
const larger: OpCase[] = [{ inputs: { x: [2, 1, 70, 45] }, attrs: { sigma: 1.5, border: 'reflect' } }];
const largerBoxes: OpCase[] = [
  { inputs: { x: [2, 1, 70, 45] }, attrs: { size: 9 } },
  { inputs: { x: [1, 1, 67, 45] }, attrs: { size: 5, border: 'replicate' } },
];

/** The same in float64. */
const inDouble = (cases: OpCase[]): OpCase[] =>
  cases.map(({ inputs, attrs }) => ({
    attrs,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape: shape as number[], dtype: 'f64' }])),
  }));
const exact = { tolerance: 1e-13, differentiate: [] };
const renamed = (cases: OpCase[]): OpCase[] => cases.map(({ inputs, ...rest }) => ({ inputs: { dy: inputs.x }, ...rest }));
const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const bytes = (shapes: Record<string, readonly number[]>) => ({ bytes: 8 * area(Object.values(shapes)[0]) });
const blurWork = (shapes: Record<string, readonly number[]>, { sigma, truncate }: Attrs) => ({
  ...bytes(shapes),
  flops: 4 * (2 * Math.floor(truncate * sigma + 0.5) + 1) * area(Object.values(shapes)[0]),
});
const timed = (attrs: Record<string, unknown>): OpCase[] => [
  { inputs: { x: [1, 1, 512, 512] }, attrs, bench: true },
  { inputs: { x: [8, 3, 256, 256] }, attrs, bench: true },
];

export default [
  opCases('gaussianBlur', {
    reference: ({ x }, attrs) => blurred(x, attrs),
    twice: true,
    work: blurWork,
    cases: [...blurs, ...larger, ...timed({ sigma: 4 }), ...timed({ sigma: 1.5 })],
  }),
  opCases('gaussianBlurGrad', {
    reference: ({ dy }, attrs) => transposed(dy.shape, dy, (x) => blurred(x, attrs)),
    twice: true,
    work: blurWork,
    cases: [...renamed(blurs), ...renamed(timed({ sigma: 4 }))],
  }),
  opCases('gaussianBlur', { reference: ({ x }, attrs) => blurred(x, attrs), cases: inDouble(blurs), ...exact }),
  opCases('gaussianBlurGrad', {
    reference: ({ dy }, attrs) => transposed(dy.shape, dy, (x) => blurred(x, attrs)),
    cases: inDouble(renamed(blurs)),
    ...exact,
  }),
  opCases('boxFilter', {
    reference: ({ x }, attrs) => boxed(x, attrs),
    twice: true,
    work: bytes,
    cases: [...boxes, ...largerBoxes, ...timed({ size: 21 }), ...timed({ size: 101 }), ...timed({ size: 21, times: 3 })],
  }),
  opCases('boxFilterGrad', {
    reference: ({ dy }, attrs) => transposed(dy.shape, dy, (x) => boxed(x, attrs)),
    twice: true,
    work: bytes,
    cases: [...renamed(boxes), ...renamed(timed({ size: 21 }))],
  }),
  opCases('boxFilter', { reference: ({ x }, attrs) => boxed(x, attrs), cases: inDouble(boxes), ...exact }),
  opCases('boxFilterGrad', {
    reference: ({ dy }, attrs) => transposed(dy.shape, dy, (x) => boxed(x, attrs)),
    cases: inDouble(renamed(boxes)),
    ...exact,
  }),
];
