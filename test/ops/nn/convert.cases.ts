// Conversions between element types.
import { type OpCase, opCases } from '../../support/cases.ts';
import { big } from '../../support/elementwise-cases.ts';
import { broadcastAt, build, sizeOf } from '../../support/reference.ts';

const wide = (_: number, uniform: () => number) => 600 * uniform() - 300;
const bytes = (_: number, uniform: () => number) => Math.floor(256 * uniform());
const sources: OpCase[] = [
  { inputs: { x: { shape: [3, 7, 5], values: wide } } },
  { inputs: { x: { shape: [3, 7, 5], dtype: 'f64', values: wide } } },
  { inputs: { x: { shape: [3, 7, 5], dtype: 'i32', values: wide } } },
  { inputs: { x: { shape: [3, 7, 5], dtype: 'u8', values: bytes } } },
  { inputs: { x: { shape: [0, 2] } } },
];
const picture: OpCase = { inputs: { x: { shape: [257, 3], dtype: 'u8', values: (i) => i % 256 } } };
const even = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

export default [
  opCases('toFloat', { reference: ({ x }) => x, tolerance: 0, twice: true, cases: sources.slice(0, 1) }),
  opCases('toFloat', { reference: ({ x }) => build(x.shape, (i) => Math.fround(broadcastAt(x, i))), tolerance: 0, differentiate: [], cases: sources.slice(1) }),
  opCases('toDouble', { reference: ({ x }) => x, tolerance: 0, cases: sources }),
  opCases('toInteger', { reference: ({ x }) => build(x.shape, (i) => Math.trunc(broadcastAt(x, i))), tolerance: 0, cases: sources }),
  opCases('toUnitRange', {
    reference: ({ x }) => build(x.shape, (i) => Math.fround(broadcastAt(x, i) / 255)),
    tolerance: 0,
    work: ({ x }) => ({ bytes: 5 * sizeOf(x) }),
    cases: [picture, { inputs: { x: { shape: big, dtype: 'u8', values: bytes } }, bench: true }],
  }),
  opCases('toBytes', {
    reference: ({ x }, { scale }) => build(x.shape, (i) => Math.min(Math.max(even(Math.fround(scale * broadcastAt(x, i))), 0), 255)),
    tolerance: 0,
    work: ({ x }) => ({ bytes: 5 * sizeOf(x) }),
    cases: [
      { inputs: { x: { shape: [300], values: (i) => (i - 20) / 255 } } },
      { inputs: { x: { shape: [600], values: (i) => (i - 40) / 2 } }, attrs: { scale: 1 } },
      { inputs: { x: { shape: big, values: 'unit' } }, bench: true },
    ],
  }),
];
