// Norms over axes.
import { type OpCase, opCases } from '../../support/cases.ts';
import { mapGroups, outShape, reduceWith, total } from '../../support/reduce.ts';

const patterns: [number[], number[]][] = [
  [[7], []],
  [[2, 3, 7, 5], []],
  [[3, 70], [1]],
  [[70, 3], [0]],
  [
    [3, 5, 4, 6],
    [0, 2, 3],
  ],
  [[3, 5, 4, 6], [1]],
  [
    [4, 3, 2, 5],
    [1, 3],
  ],
];
const kinds = [{ kind: 'euclidean' }, { kind: 'magnitude' }, { kind: 'power', exponent: 3 }, { kind: 'power', exponent: 2.5 }];
type Fold = (v: number[]) => number;
const normOf = ({ kind, exponent }: Record<string, number | string>): Fold => {
  if (kind === 'euclidean') return (v) => Math.sqrt(total(v.map((x) => x * x)));
  if (kind === 'magnitude') return (v) => total(v.map(Math.abs));
  if (kind === 'largest') return (v) => v.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return (v) => total(v.map((x) => Math.abs(x) ** (exponent as number))) ** (1 / (exponent as number));
};
const power = ({ kind, exponent }: Record<string, number | string>) => (kind === 'euclidean' ? 2 : kind === 'magnitude' ? 1 : (exponent as number));
const bytes =
  (each: number) =>
  ({ x }: Record<string, readonly number[]>) => ({ bytes: each * x.reduce((a, b) => a * b, 1) });

const cases = (more: object[]): OpCase[] =>
  patterns.flatMap(([x, axes], i) =>
    more.map((kind) => ({ inputs: { x: { shape: x, values: 'offKinks' as const } }, attrs: { axes, keepDims: i % 2 === 1, ...kind } })),
  );
const backCases = (more: object[]): OpCase[] =>
  patterns.flatMap(([x, axes], i) =>
    more.map((kind) => ({
      inputs: {
        x: { shape: x, values: 'offKinks' as const },
        y: { shape: outShape(x, axes, i % 2 === 1), values: 'positive' as const },
        dy: i % 3 ? outShape(x, axes, i % 2 === 1) : null,
      },
      attrs: { axes, ...kind },
    })),
  );

export default [
  opCases('norm', { reference: ({ x }, attrs) => reduceWith(x, attrs.axes, attrs.keepDims, normOf(attrs)), twice: true, cases: cases(kinds) }),
  opCases('norm', {
    reference: ({ x }, attrs) => reduceWith(x, attrs.axes, attrs.keepDims, normOf(attrs)),
    work: bytes(4),
    cases: [
      ...patterns.map(([x, axes]) => ({ inputs: { x: { shape: x, values: 'distinct' as const } }, attrs: { axes, kind: 'largest' } })),
      { inputs: { x: [0, 3] }, attrs: { axes: [0] } },
      { inputs: { x: [16777216] }, bench: true },
      { inputs: { x: [16, 512, 64, 64] }, attrs: { axes: [1] }, bench: true },
    ],
  }),
  opCases('normGrad', {
    reference: ({ x, y, dy }, attrs) =>
      mapGroups(x, attrs.axes, (v, _, i) => (dy ? dy.data[i] : 1) * Math.sign(v) * (Math.abs(v) / y.data[i]) ** (power(attrs) - 1)),
    work: bytes(8),
    cases: [
      ...backCases(kinds),
      { inputs: { x: [16, 512, 64, 64], y: { shape: [16, 64, 64], values: 'positive' }, dy: [16, 64, 64] }, attrs: { axes: [1] }, bench: true },
    ],
  }),
  opCases('normGrad', {
    // Ties: the shares of the largest.
    reference: ({ x, y, dy }, { axes }) =>
      mapGroups(x, axes, (v, group, i) =>
        Math.abs(v) === y.data[i] ? (dy.data[i] * Math.sign(v)) / group.filter((w) => Math.abs(w) === y.data[i]).length : 0,
      ),
    differentiate: ['dy'],
    cases: patterns.map(([x, axes]) => ({
      inputs: {
        x: { shape: x, values: (p) => [1, -3, 2, 3, 0][p % 5] },
        y: { shape: outShape(x, axes, false), values: () => 3 },
        dy: outShape(x, axes, false),
      },
      attrs: { axes, kind: 'largest' },
    })),
  }),
  opCases('normGradSlopes', {
    reference: ({ x, y, dy }, attrs) => {
      const less = power(attrs) - 1;
      return [
        mapGroups(x, attrs.axes, (v, _, i) => ((dy.data[i] * less) / y.data[i]) * (Math.abs(v) / y.data[i]) ** (less - 1)),
        mapGroups(x, attrs.axes, (v, _, i) => ((-dy.data[i] * less) / y.data[i]) * Math.sign(v) * (Math.abs(v) / y.data[i]) ** less),
      ];
    },
    cases: backCases(kinds).filter((one) => one.inputs.dy),
  }),
];
