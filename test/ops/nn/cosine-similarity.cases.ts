// Unit vectors and cosines along an axis.
import { type OpCase, opCases } from '../../support/cases.ts';
import { groupOf, mapGroups, outShape, reduceWith, total } from '../../support/reduce.ts';
import { type NdArray, nd } from '../../support/reference.ts';

const kinds: [number[], number][] = [
  [[3, 7], 1],
  [[3, 70], -1],
  [[70, 3], 0],
  [[2, 5, 3, 150], 1],
  [[2, 5, 3, 4], -2],
  [[3], 0],
];
const same = (names: string[], more: object = {}): OpCase[] =>
  kinds.map(([x, axis]) => ({ inputs: Object.fromEntries(names.map((name) => [name, x])), attrs: { axis, ...more } }));
// An epsilon above all lengths takes the other branch everywhere.
const both = (names: string[]): OpCase[] => [...same(names), ...same(names, { epsilon: 100 })];
const bytes = (each: number) => (shapes: Record<string, readonly number[]>) => ({ bytes: each * (shapes.x ?? shapes.a).reduce((p, q) => p * q, 1) });
const features = [16, 256, 64, 64];

const times = (p: NdArray, q: NdArray): NdArray =>
  nd(
    p.shape,
    p.data.map((v, i) => v * q.data[i]),
  );
const dots = (p: NdArray, q: NdArray, axis: number) => reduceWith(times(p, q), [axis], false, total).data;
const lengths = (x: NdArray, axis: number) => dots(x, x, axis).map(Math.sqrt);
const combine = (shape: readonly number[], axis: number, value: (position: number, line: number) => number): NdArray =>
  nd(
    shape,
    groupOf(shape, [axis]).map((line, position) => value(position, line)),
  );

function normalizeGrad(x: NdArray, dy: NdArray, axis: number, epsilon: number): NdArray {
  const r = lengths(x, axis);
  const d = dots(x, dy, axis);
  return combine(x.shape, axis, (p, l) => (r[l] < epsilon ? dy.data[p] / epsilon : dy.data[p] / r[l] - (x.data[p] * d[l]) / r[l] ** 3));
}

export default [
  opCases('l2Normalize', {
    reference: ({ x }, { axis, epsilon }) => mapGroups(x, [axis], (v, group) => v / Math.max(Math.sqrt(total(group.map((w) => w * w))), epsilon)),
    twice: true,
    work: bytes(8),
    cases: [
      ...both(['x']),
      { inputs: { x: { shape: [2, 4], values: () => 0 } }, attrs: { epsilon: 1 } },
      { inputs: { x: features }, bench: true },
      { inputs: { x: [16384, 512] }, bench: true },
    ],
  }),
  opCases('l2NormalizeGrad', {
    reference: ({ x, dy }, { axis, epsilon }) => normalizeGrad(x, dy, axis, epsilon),
    work: bytes(12),
    cases: [...both(['x', 'dy']), { inputs: { x: features, dy: features }, bench: true }],
  }),
  opCases('l2NormalizeGradGrad', {
    // By definition: the change of the product with v as x moves, in closed form.
    reference: ({ x, dy, v }, { axis, epsilon }) => {
      const r = lengths(x, axis);
      const [xv, xd, vd] = [dots(x, v, axis), dots(x, dy, axis), dots(v, dy, axis)];
      return combine(x.shape, axis, (p, l) =>
        r[l] < epsilon ? 0 : (3 * x.data[p] * xv[l] * xd[l]) / r[l] ** 5 - (x.data[p] * vd[l] + v.data[p] * xd[l] + dy.data[p] * xv[l]) / r[l] ** 3,
      );
    },
    cases: both(['x', 'dy', 'v']),
  }),
  opCases('cosineSimilarity', {
    reference: ({ a, b }, { axis, epsilon }) => {
      const [p, q, ab] = [lengths(a, axis), lengths(b, axis), dots(a, b, axis)];
      return nd(
        outShape(a.shape, [axis], false),
        ab.map((d, l) => d / (Math.max(p[l], epsilon) * Math.max(q[l], epsilon))),
      );
    },
    twice: true,
    work: bytes(8),
    cases: [...both(['a', 'b']), { inputs: { a: features, b: features }, bench: true }, { inputs: { a: [16384, 512], b: [16384, 512] }, bench: true }],
  }),
  opCases('cosineSimilarityGrad', {
    reference: ({ a, b, dy }, { axis, epsilon }) => {
      const q = lengths(b, axis);
      const unit = combine(a.shape, axis, (p, l) => (dy.data[l] * b.data[p]) / Math.max(q[l], epsilon));
      return normalizeGrad(a, unit, axis, epsilon);
    },
    work: bytes(12),
    cases: [
      ...both(['a', 'b']).map((one) => ({ ...one, inputs: { ...one.inputs, dy: outShape(one.inputs.a as number[], [one.attrs?.axis as number], false) } })),
      { inputs: { a: features, b: features, dy: [16, 64, 64] }, bench: true },
    ],
  }),
];
