// Softmax, its logarithm and its normaliser along an axis.
import { type OpCase, opCases } from '../../support/cases.ts';
import { keptOf, mapGroups, outShape, reduceWith, total } from '../../support/reduce.ts';

const kinds: [number[], number][] = [
  [[7], 0],
  [[3, 70], -1],
  [[70, 3], 0],
  [[2, 5, 3, 150], 1],
  [[2, 5, 3, 4], -2],
  [[4, 1, 3], 1],
  [[0, 4], 1],
];
// Some far from others: nothing may overflow, and small terms still count.
const wide = (position: number, uniform: () => number) => (position % 3) * 40 - 60 + 4 * uniform();
const holes = (position: number, uniform: () => number) => (position % 4 === 1 ? -Infinity : 2 * uniform());
const plain: OpCase[] = kinds.map(([x, axis]) => ({ inputs: { x }, attrs: { axis } }));
const extreme: OpCase[] = [wide, holes, (p: number, u: () => number) => 3e4 * (u() - 0.5) + p].flatMap((values) =>
  kinds.slice(1, 4).map(([shape, axis]) => ({ inputs: { x: { shape, values } }, attrs: { axis } })),
);
const bench = (operands: string[]): OpCase[] => [
  { inputs: Object.fromEntries(operands.map((name) => [name, [8192, 1024]])), attrs: { axis: 1 }, bench: true, label: 'rows' },
  { inputs: Object.fromEntries(operands.map((name) => [name, [16, 2, 512, 512]])), attrs: { axis: 1 }, bench: true, label: 'channels' },
];
const bytes = (each: number) => (shapes: Record<string, readonly number[]>) => ({ bytes: each * (shapes.x ?? shapes.y).reduce((a, b) => a * b, 1) });

const logSum = (v: number[]) => {
  const most = v.reduce((a, b) => Math.max(a, b));
  return most + Math.log(total(v.map((x) => Math.exp(x - most))));
};
const soft = (v: number, group: number[]) => Math.exp(v - logSum(group));
const pairs = (names: string[]): OpCase[] => kinds.map(([x, axis]) => ({ inputs: Object.fromEntries(names.map((name) => [name, x])), attrs: { axis } }));

export default [
  opCases('softmax', { reference: ({ x }, { axis }) => mapGroups(x, [axis], soft), twice: true, work: bytes(8), cases: [...plain, ...bench(['x'])] }),
  opCases('softmax', { reference: ({ x }, { axis }) => mapGroups(x, [axis], soft), differentiate: [], cases: extreme }),
  opCases('softmaxGrad', {
    reference: ({ y, dy }, { axis }) => {
      const dots = reduceWith({ shape: y.shape, data: y.data.map((v, i) => v * dy.data[i]) }, [axis], false, total).data;
      const out = mapGroups(y, [axis], (v, _, i) => -v * dots[i]);
      return { shape: y.shape, data: out.data.map((v, i) => v + y.data[i] * dy.data[i]) };
    },
    twice: true,
    work: bytes(12),
    cases: [...pairs(['y', 'dy']), ...bench(['y', 'dy'])],
  }),
  opCases('logSoftmax', {
    reference: ({ x }, { axis }) => mapGroups(x, [axis], (v, group) => v - logSum(group)),
    twice: true,
    work: bytes(8),
    cases: [...plain, ...bench(['x'])],
  }),
  opCases('logSoftmax', { reference: ({ x }, { axis }) => mapGroups(x, [axis], (v, group) => v - logSum(group)), differentiate: [], cases: extreme }),
  opCases('logSoftmaxGrad', {
    reference: ({ y, dy }, { axis }) => {
      const sums = reduceWith(dy, [axis], false, total).data;
      const out = mapGroups(y, [axis], (v, _, i) => -Math.exp(v) * sums[i]);
      return { shape: y.shape, data: out.data.map((v, i) => v + dy.data[i]) };
    },
    work: bytes(12),
    cases: [...pairs(['y', 'dy']), ...bench(['y', 'dy'])],
  }),
  opCases('logSoftmaxGradGrad', {
    reference: ({ y, dy, v }, { axis }) => {
      const sums = reduceWith(dy, [axis], false, total).data;
      const weighted = { shape: y.shape, data: y.data.map((w, i) => v.data[i] * Math.exp(w)) };
      const dots = reduceWith(weighted, [axis], false, total).data;
      const byDy = mapGroups(y, [axis], (_, __, i) => -dots[i]);
      return [mapGroups(weighted, [axis], (w, _, i) => -w * sums[i]), { shape: y.shape, data: byDy.data.map((w, i) => w + v.data[i]) }];
    },
    cases: pairs(['y', 'dy', 'v']),
  }),
  opCases('logSumExp', {
    reference: ({ x }, { axis, keepDims }) => reduceWith(x, [axis], keepDims, logSum),
    twice: true,
    work: bytes(4),
    cases: [...plain, { inputs: { x: [3, 4, 5] }, attrs: { axis: 1, keepDims: true } }, ...bench(['x'])],
  }),
  opCases('logSumExp', { reference: ({ x }, { axis }) => reduceWith(x, [axis], false, logSum), differentiate: [], cases: extreme }),
  opCases('logSumExpGrad', {
    reference: ({ x, y, dy }, { axis }) => mapGroups(x, [axis], (v, _, i) => (dy ? dy.data[i] : 1) * Math.exp(v - y.data[i])),
    twice: true,
    cases: kinds.map(([x, axis], i) => ({
      inputs: { x, y: i % 2 ? keptOf(x, [axis]) : outShape(x, [axis], false), dy: i % 3 ? (i % 2 ? keptOf(x, [axis]) : outShape(x, [axis], false)) : null },
      attrs: { axis },
    })),
  }),
];
