// Random tensors and dropout, against Philox written with big integers and quantiles found by bisection.
import { type Attrs, opCases } from '../../support/cases.ts';
import { big } from '../../support/elementwise-cases.ts';
import { build, nd, sizeOf } from '../../support/reference.ts';
import { normalQuantile } from '../../support/special.ts';

const word = 0xffffffffn;

/** Philox4x32-10 by its definition: rounds of two products, the key stepped by Weyl constants. */
function philox(counter: bigint[], key: bigint[]): bigint[] {
  let x = counter;
  for (let round = 0n; round < 10n; round++) {
    const left = 0xd2511f53n * x[0];
    const right = 0xcd9e8d57n * x[2];
    const k0 = (key[0] + round * 0x9e3779b9n) & word;
    const k1 = (key[1] + round * 0xbb67ae85n) & word;
    x = [(right >> 32n) ^ x[1] ^ k0, right & word, (left >> 32n) ^ x[3] ^ k1, left & word];
  }
  return x;
}

function words(count: number, key: readonly number[], block: readonly number[] = [0, 0]): Float64Array {
  const [k0, k1, c2, c3] = key.map(BigInt);
  let at = (BigInt(block[1]) << 32n) | BigInt(block[0]);
  const out = new Float64Array(count);
  for (let i = 0; i < count; at++) for (const x of philox([at & word, (at >> 32n) & word, c2, c3], [k0, k1])) if (i < count) out[i++] = Number(x);
  return out;
}

const made = (attrs: Attrs, value: (x: number) => number) => nd(attrs.shape, words(sizeOf(attrs.shape), attrs.key).map(value));
const uniform = (x: number) => (Math.floor(x / 512) + 0.5) / 8388608;
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
    reference: (_, a) => made(a, (x) => a.low + (a.high - a.low) * uniform(x)),
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
