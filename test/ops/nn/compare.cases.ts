// Larger and smaller, comparisons, choice by a condition, and clamping.
import { opCases } from '../../support/cases.ts';
import { alike, away, big, broadcasting } from '../../support/elementwise-cases.ts';
import { broadcastAt, broadcastShape, build, sizeOf } from '../../support/reference.ts';

const relations: Record<string, (a: number, b: number) => boolean> = {
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
};
const each = Object.keys(relations).map((relation) => ({ relation }));
const holds = (a: number, b: number, relation: string) => (relations[relation](a, b) ? 1 : 0);
// Few values, so that there are ties; offset from each other where a gradient is taken.
const coarse = (_: number, uniform: () => number) => Math.floor(uniform() * 4);
const odd = (_: number, uniform: () => number) => 2 * Math.floor(uniform() * 4) - 3;
const even = (_: number, uniform: () => number) => 2 * Math.floor(uniform() * 4) - 4;
const bit = (_: number, uniform: () => number) => (uniform() < 0.5 ? 0 : 2);
const bounds = [{ min: -0.5, max: 0.5 }, { min: -1 }, { max: 0.5 }, {}];
const within = (x: number, min: number, max: number) => Math.min(Math.max(x, min), max);

const chooses = [
  [
    [2, 3, 7, 5],
    [2, 3, 7, 5],
    [2, 3, 7, 5],
  ],
  [[2, 1, 3], [4, 1], []],
  [
    [3, 1, 1],
    [1, 5],
    [2, 1, 4, 1],
  ],
  [[1], [6], [1, 6]],
  [[0, 2], [2], [2]],
];

export default [
  broadcasting('maximum', [odd, even], (a, b) => Math.max(a, b), { twice: true }),
  broadcasting('minimum', [odd, even], (a, b) => Math.min(a, b), { twice: true }),
  opCases('maximumGrad', {
    reference: ({ a, b, dy }) => build(dy.shape, (i) => broadcastAt(dy, i) * (1 + Math.sign(broadcastAt(a, i) - broadcastAt(b, i))) * 0.5),
    differentiate: ['dy'],
    twice: true,
    cases: [
      { inputs: { a: { shape: [3, 4, 5], values: coarse }, b: { shape: [3, 4, 5], values: coarse }, dy: [3, 4, 5] } },
      { inputs: { a: { shape: [3, 1, 5], values: coarse }, b: { shape: [4, 1], values: coarse }, dy: [3, 4, 5] } },
    ],
  }),
  broadcasting('compare', [coarse, coarse], (a, b, { relation }) => holds(a, b, relation), { attrs: each }),
  alike('compareScalar', { x: coarse }, ([x], { value, relation }) => holds(x, value, relation), {
    attrs: [{}, ...each.map((a) => ({ ...a, value: 2 }))],
    bench: true,
  }),
  opCases('where', {
    reference: ({ condition, a, b }) =>
      build(broadcastShape(broadcastShape(condition.shape, a.shape), b.shape), (i) =>
        broadcastAt(condition, i) !== 0 ? broadcastAt(a, i) : broadcastAt(b, i),
      ),
    differentiate: ['a', 'b'],
    twice: true,
    work: ({ a }) => ({ bytes: 13 * sizeOf(a) }),
    cases: [
      ...(['u8', 'f32', 'i32', 'f64'] as const).flatMap((dtype, k) =>
        (k ? chooses.slice(0, 2) : chooses).map(([condition, a, b]) => ({ inputs: { condition: { shape: condition, dtype, values: bit }, a, b } })),
      ),
      { inputs: { condition: { shape: big, dtype: 'u8' as const, values: bit }, a: big, b: big }, bench: true },
    ],
  }),
  alike('clamp', { x: away(-2, 2, -1, -0.5, 0.5) }, ([x], { min, max }) => within(x, min, max), { twice: true, attrs: bounds, bench: true }),
  alike('clampGrad', { x: away(-2, 2, -1, -0.5, 0.5), dy: 'normal' }, ([x, dy], { min, max }) => (x === within(x, min, max) ? dy : 0), {
    differentiate: ['dy'],
    twice: true,
    attrs: bounds,
  }),
];
