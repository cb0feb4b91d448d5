// What the case lists of elementwise operations share: references of one formula, shapes, and numbers away from kinks.
import type { OpName } from '../../src/autograd/define-op.ts';
import { type Attrs, type OpCase, type OpCases, type OperandSpec, opCases } from './cases.ts';
import { broadcastAt, broadcastShape, build, type NdArray, sizeOf } from './reference.ts';

export const big = [8, 32, 256, 256];
const small = [[2, 3, 7, 5], [17], []];

type Values = OperandSpec['values'];
type Rest = Omit<Partial<OpCases>, 'op' | 'reference' | 'cases'> & { attrs?: Attrs[]; bench?: boolean };

/** Uniform numbers of [low, high), pushed 0.1 away from the points given. */
export const away =
  (low: number, high: number, ...kinks: number[]): Values =>
  (_, uniform) => {
    const x = low + (high - low) * uniform();
    for (const kink of kinks) if (Math.abs(x - kink) < 0.1) return x < kink ? kink - 0.1 : kink + 0.1;
    return x;
  };

const spec = (shape: readonly number[], values: Values): OperandSpec => ({ shape, values });

/**
 * Cases of an operation whose operands all have one shape.
 *
 * @param operands what fills each
 * @param f the formula: operands in their order, then attributes
 */
export function alike(op: OpName, operands: Record<string, Values>, f: (numbers: number[], attrs: Attrs) => number, rest: Rest = {}): OpCases {
  const { attrs = [{}], bench = false, ...others } = rest;
  const names = Object.keys(operands);
  const inputs = (shape: readonly number[]) => Object.fromEntries(names.map((name) => [name, spec(shape, operands[name])]));
  const cases: OpCase[] = attrs.flatMap((a, i) => (i ? small.slice(0, 1) : small).map((shape) => ({ inputs: inputs(shape), attrs: a })));
  if (bench) cases.push({ inputs: inputs(big), attrs: attrs[0], bench: true });
  return opCases(op, {
    reference: (given, a) =>
      build(given[names[0]].shape, (i) =>
        f(
          names.map((name) => broadcastAt(given[name], i)),
          a,
        ),
      ),
    work: (shapes) => ({ bytes: 4 * (names.length + 1) * sizeOf(shapes[names[0]]) }),
    cases,
    ...others,
  });
}

const pairs: [number[], number[]][] = [
  [
    [2, 3, 7, 5],
    [2, 3, 7, 5],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 1],
  ],
  [[5], [2, 1, 5]],
  [
    [4, 1, 6],
    [1, 5, 1],
  ],
  [
    [2, 1, 3, 1, 2],
    [2, 4, 1, 3, 1],
  ],
  [[], [3]],
  [[1, 1], [1]],
  [[0, 3], [3]],
];

/** Cases of an operation of two operands `a` and `b` with broadcasting. */
export function broadcasting(op: OpName, values: [Values, Values], f: (a: number, b: number, attrs: Attrs) => number, rest: Rest = {}): OpCases {
  const { attrs = [{}], bench = true, ...others } = rest;
  const inputs = (a: readonly number[], b: readonly number[]) => ({ a: spec(a, values[0]), b: spec(b, values[1]) });
  const cases: OpCase[] = attrs.flatMap((chosen, i) => (i ? pairs.slice(0, 2) : pairs).map(([a, b]) => ({ inputs: inputs(a, b), attrs: chosen })));
  if (bench) {
    cases.push({ inputs: inputs(big, big), attrs: attrs[0], bench: true });
    cases.push({ inputs: inputs(big, [32, 1, 1]), attrs: attrs[0], bench: true, label: 'per channel' });
  }
  return opCases(op, {
    reference: ({ a, b }: Record<string, NdArray>, chosen) => build(broadcastShape(a.shape, b.shape), (i) => f(broadcastAt(a, i), broadcastAt(b, i), chosen)),
    work: ({ a, b }) => ({ bytes: 4 * (sizeOf(a) + sizeOf(b) + sizeOf(broadcastShape(a, b))) }),
    cases,
    ...others,
  });
}
