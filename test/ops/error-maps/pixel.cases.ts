// Errors pixel by pixel: every kind, one channel and many, and two areas with soft, binary and empty masks.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { at, build, type NdArray, nd } from '../../support/reference.ts';

function errorOf(e: number, { kind, delta }: Attrs): number {
  if (kind === 'l1') return Math.abs(e);
  if (kind === 'l2') return e * e;
  return Math.abs(e) <= delta ? (e * e) / 2 : delta * (Math.abs(e) - delta / 2);
}

function slopeOf(e: number, { kind, delta }: Attrs): number {
  if (kind === 'l1') return Math.sign(e);
  if (kind === 'l2') return 2 * e;
  return Math.abs(e) <= delta ? e : delta * Math.sign(e);
}

const mapOf = (x: NdArray, y: NdArray, attrs: Attrs): NdArray => {
  const [n, c, h, w] = x.shape;
  return build([n, 1, h, w], ([p, , i, j]) => {
    let sum = 0;
    for (let k = 0; k < c; k++) sum += errorOf(x.data[at(x.shape, [p, k, i, j])] - y.data[at(x.shape, [p, k, i, j])], attrs);
    return sum / c;
  });
};

// Differences stay away from the kinks at 0 and at ±1.
const pair = (shape: number[], dtype: 'f32' | 'f64' = 'f32'): Record<string, Operand> => ({
  x: { shape, dtype, values: (i, u) => (i % 5) * 0.7 + 0.2 * u() + 0.3 },
  y: { shape, dtype, values: (i, u) => (i % 3) * 0.7 - 0.2 * u() },
});
const kinds = [{ kind: 'l1' }, { kind: 'l2' }, { kind: 'huber' }, { kind: 'huber', delta: 0.25 }];
const shapes = [
  [2, 3, 5, 7],
  [1, 1, 1, 1],
  [1, 40, 3, 5],
  [2, 2, 33, 32],
  [0, 3, 4, 4],
  [1, 2, 0, 3],
];
const maps: OpCase[] = kinds.flatMap((attrs) => shapes.map((shape): OpCase => ({ inputs: pair(shape), attrs })));
const doubles: OpCase[] = kinds.map((attrs) => ({ inputs: pair([2, 3, 5, 7], 'f64'), attrs }));
const timed: OpCase[] = [
  { inputs: { x: [1, 1, 512, 512], y: [1, 1, 512, 512] }, attrs: { kind: 'l2' }, bench: true },
  { inputs: { x: [8, 3, 256, 256], y: [8, 3, 256, 256] }, attrs: { kind: 'l2' }, bench: true },
  { inputs: { x: [8, 3, 256, 256], y: [8, 3, 256, 256] }, attrs: { kind: 'huber' }, bench: true },
];
const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const withDy = (cases: OpCase[]): OpCase[] =>
  cases.map(({ inputs, ...rest }) => {
    const spec = inputs.x as { shape: number[]; dtype?: 'f32' | 'f64' };
    const [n, , h, w] = spec.shape ?? (inputs.x as number[]);
    return { inputs: { ...inputs, dy: { shape: [n, 1, h, w], dtype: spec.dtype } }, ...rest };
  });

interface Areas {
  terms: number[];
  factors: number[];
}

/** Both terms, and what stands before their squares. */
export function areas(x: NdArray, target: NdArray, mask: NdArray, lambda: number): Areas {
  const [, c, h, w] = x.shape;
  const squares = [0, 0];
  const sizes = [0, 0];
  x.data.forEach((value, position) => {
    const m = mask.data[Math.floor(position / (c * h * w)) * h * w + (position % (h * w))];
    [1 - m, m].forEach((weight, k) => {
      squares[k] += (weight * (value - target.data[position])) ** 2;
      sizes[k] += Math.abs(weight);
    });
  });
  const factors = [1 - lambda, lambda].map((weight, k) => (sizes[k] === 0 ? 0 : weight / sizes[k]));
  return { factors, terms: factors.map((factor, k) => factor * squares[k]) };
}

const soft = (n: number, h: number, w: number): Operand => ({ shape: [n, 1, h, w], values: 'unit' });
const binary = (n: number, h: number, w: number): Operand => ({ shape: [n, 1, h, w], values: (i) => (i % 3 === 0 ? 1 : 0) });
const constant = (n: number, h: number, w: number, value: number): Operand => ({ shape: [n, 1, h, w], values: () => value });
const areaCases: OpCase[] = [
  { inputs: { x: [2, 3, 5, 7], target: [2, 3, 5, 7], mask: soft(2, 5, 7) } },
  { inputs: { x: [2, 3, 5, 7], target: [2, 3, 5, 7], mask: binary(2, 5, 7) }, attrs: { lambda: 0.5 } },
  { inputs: { x: [1, 1, 4, 4], target: [1, 1, 4, 4], mask: constant(1, 4, 4, 0) } },
  { inputs: { x: [1, 1, 4, 4], target: [1, 1, 4, 4], mask: constant(1, 4, 4, 1) }, attrs: { lambda: 0.3 } },
  { inputs: { x: [3, 2, 33, 32], target: [3, 2, 33, 32], mask: soft(3, 33, 32) }, attrs: { lambda: 0 } },
  { inputs: { x: [3, 2, 33, 32], target: [3, 2, 33, 32], mask: binary(3, 33, 32) }, attrs: { lambda: 1 } },
  { inputs: { x: [0, 2, 3, 3], target: [0, 2, 3, 3], mask: [0, 1, 3, 3] } },
];
const areaTimed: OpCase[] = [
  { inputs: { x: [1, 1, 512, 512], target: [1, 1, 512, 512], mask: soft(1, 512, 512) }, bench: true },
  { inputs: { x: [8, 3, 256, 256], target: [8, 3, 256, 256], mask: soft(8, 256, 256) }, bench: true },
];
const scale: Record<string, Operand> = { factors: { shape: [2], values: 'positive' }, dloss: { shape: [], values: 'positive' } };

const slopeMap = (x: NdArray, y: NdArray, dy: NdArray, attrs: Attrs): NdArray =>
  build(x.shape, ([n, c, i, j]) => {
    const position = at(x.shape, [n, c, i, j]);
    return (slopeOf(x.data[position] - y.data[position], attrs) * dy.data[at(dy.shape, [n, 0, i, j])]) / x.shape[1];
  });
const exact = { tolerance: 1e-15, differentiate: [] };

export default [
  opCases('pixelErrorMap', { reference: ({ x, y }, attrs) => mapOf(x, y, attrs), cases: doubles, ...exact }),
  opCases('pixelErrorMapGrad', { reference: ({ x, y, dy }, attrs) => slopeMap(x, y, dy, attrs), cases: withDy(doubles), ...exact }),
  opCases('pixelErrorMap', {
    reference: ({ x, y }, attrs) => mapOf(x, y, attrs),
    work: ({ x }) => ({ bytes: 8 * area(x) + (4 * area(x)) / x[1] }),
    cases: [...maps, ...timed],
  }),
  opCases('pixelErrorMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopeMap(x, y, dy, attrs),
    work: ({ x }) => ({ bytes: 12 * area(x) + (4 * area(x)) / x[1] }),
    cases: [...withDy(maps), ...withDy(timed).map((one) => ({ ...one, bench: true }))],
  }),
  opCases('twoAreaSquaredError', {
    reference: ({ x, target, mask }, { lambda }) => {
      const { terms, factors } = areas(x, target, mask, lambda);
      return [nd([], [terms[0] + terms[1]]), nd([2], terms), nd([2], factors)];
    },
    differentiate: ['x', 'target'],
    work: ({ x, mask }) => ({ bytes: 8 * area(x) + 4 * area(mask) }),
    cases: [...areaCases, ...areaTimed],
  }),
  opCases('twoAreaSquaredErrorGrad', {
    reference: ({ x, target, mask, factors, dloss }) =>
      build(x.shape, ([n, c, i, j]) => {
        const position = at(x.shape, [n, c, i, j]);
        const m = mask.data[at(mask.shape, [n, 0, i, j])];
        return 2 * dloss.data[0] * (factors.data[0] * (1 - m) ** 2 + factors.data[1] * m ** 2) * (x.data[position] - target.data[position]);
      }),
    work: ({ x, mask }) => ({ bytes: 12 * area(x) + 4 * area(mask) }),
    cases: [...areaCases, ...areaTimed].map(({ inputs, attrs: _, ...rest }) => ({ inputs: { ...inputs, ...scale }, ...rest })),
  }),
];
