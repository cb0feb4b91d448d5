// Random tensors and dropout, against Philox written with big integers and quantiles found by bisection.
import { type Attrs, opCases } from '../../support/cases.ts';
import { big } from '../../support/elementwise-cases.ts';
import { uniformOf, words } from '../../support/philox.ts';
import { build, nd, sizeOf } from '../../support/reference.ts';
import { normalQuantile } from '../../support/special.ts';

const made = (attrs: Attrs, value: (x: number) => number) => nd(attrs.shape, words(sizeOf(attrs.shape), attrs.key).map(value));
const keys = [
  [0, 0, 0, 0],
  [0xffffffff, 0x12345678, 9, 0x1fffff],
];
const shapes = [[3, 7, 11], [64], [1], [0, 4]];
const drawn = (attrs: Attrs = {}) => [
  ...shapes.flatMap((shape) => keys.map((key) => ({ inputs: {}, attrs: { shape, key, ...attrs } }))),
  { inputs: {}, attrs: { shape: big, key: keys[1], ...attrs }, bench: true },
];
const work = (_: unknown, { shape }: Attrs) => ({ bytes: 4 * sizeOf(shape) });
const dropped = (probability: number) => (x: number) => (x < probability * 4294967296 ? 0 : 1 / (1 - probability));

export default [
  opCases('randomBits', {
    reference: (_, { shape, key, block }) =>
      nd(
        shape,
        words(sizeOf(shape), key, block).map((x) => x | 0),
      ),
    tolerance: 0,
    work,
    cases: [...drawn(), { inputs: {}, attrs: { shape: [70], key: keys[1], block: [0xfffffff0, 5] } }],
  }),
  opCases('uniform', {
    reference: (_, a) => made(a, (x) => a.low + (a.high - a.low) * uniformOf(x)),
    tolerance: 6e-8,
    work,
    cases: [...drawn(), ...drawn({ low: -2.5, high: 0.3 }).slice(0, 2)],
  }),
  opCases('normal', {
    reference: (_, a) => made(a, (x) => a.mean + a.deviation * normalQuantile((x + 0.5) / 4294967296)),
    tolerance: 5e-7,
    work,
    cases: [...drawn(), ...drawn({ mean: 3, deviation: 0.1 }).slice(0, 2)],
  }),
  opCases('bernoulli', {
    reference: (_, a) => made(a, (x) => (x < a.probability * 4294967296 ? 1 : 0)),
    tolerance: 0,
    work,
    cases: [...drawn(), ...[0, 1, 0.03].flatMap((probability) => drawn({ probability }).slice(0, 2))],
  }),
  opCases('dropout', {
    reference: ({ x }, { key, probability }) => {
      const factor = words(sizeOf(x.shape), key).map(dropped(probability));
      let at = 0;
      return build(x.shape, () => x.data[at] * factor[at++]);
    },
    twice: true,
    work: ({ x }) => ({ bytes: 8 * sizeOf(x) }),
    cases: [
      ...[0, 0.1, 0.5, 0.9].map((probability, i) => ({ inputs: { x: [3, 7, 11] }, attrs: { key: keys[i % 2], probability } })),
      { inputs: { x: big }, attrs: { key: keys[1] }, bench: true },
    ],
  }),
];
