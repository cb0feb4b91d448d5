// Rows by index, and back.
import { type Operand, opCases } from '../../support/cases.ts';
import { at, build, eachIndex, type NdArray, nd } from '../../support/reference.ts';

const indices = (shape: number[], extent: number): Operand => ({ shape, dtype: 'i32', values: (_, uniform) => Math.floor(uniform() * extent) });

const picks: { x: number[]; i: number[]; axis: number }[] = [
  { x: [5], i: [9], axis: 0 },
  { x: [4, 3], i: [2, 3], axis: 0 },
  { x: [3, 6, 5], i: [7], axis: 1 },
  { x: [2, 3, 70], i: [2, 2], axis: 1 },
  { x: [2, 3, 4], i: [5], axis: 2 },
  { x: [4, 3], i: [], axis: 0 },
  { x: [4, 3], i: [0], axis: 1 },
  { x: [0, 3], i: [2], axis: 1 },
];
const spread = (x: readonly number[], i: readonly number[], axis: number) => [...x.slice(0, axis), ...i, ...x.slice(axis + 1)];
const source = (index: readonly number[], i: NdArray, axis: number) => {
  const own = index.slice(axis, axis + i.shape.length);
  return [...index.slice(0, axis), i.data[at(i.shape, own)], ...index.slice(axis + i.shape.length)];
};
const gathered = ({ x, indices: i }: Record<string, NdArray>, { axis }: Record<string, number>) =>
  build(spread(x.shape, i.shape, axis), (index) => x.data[at(x.shape, source(index, i, axis))]);

export default [
  opCases('gather', {
    reference: gathered,
    twice: true,
    tolerance: 0,
    work: ({ x, indices: i }) => ({ bytes: 8 * i[0] * x[1] }),
    cases: [
      ...picks.map(({ x, i, axis }) => ({ inputs: { x, indices: indices(i, x[axis]) }, attrs: { axis } })),
      { label: 'rows of a bank', inputs: { x: [100000, 384], indices: indices([50000], 100000) }, bench: true },
    ],
  }),
  opCases('gather', {
    reference: gathered,
    differentiate: [],
    tolerance: 0,
    cases: picks.map(({ x, i, axis }, n) => ({
      inputs: { x: { shape: x, dtype: (['u8', 'f64', 'i32'] as const)[n % 3], values: (_, uniform) => 255 * uniform() }, indices: indices(i, x[axis]) },
      attrs: { axis },
    })),
  }),
  opCases('scatterAdd', {
    reference: ({ updates, indices: i }, { shape, axis }) => {
      const out = nd(shape);
      eachIndex(updates.shape, (index, position) => {
        out.data[at(out.shape, source(index, i, axis))] += updates.data[position];
      });
      return out;
    },
    twice: true,
    work: ({ updates }, { shape }) => ({ bytes: 4 * (updates[0] * updates[1] + shape[0] * shape[1]) }),
    cases: [
      ...picks.map(({ x, i, axis }) => ({ inputs: { updates: spread(x, i, axis), indices: indices(i, x[axis]) }, attrs: { shape: x, axis } })),
      { label: 'rows of a bank', inputs: { updates: [50000, 384], indices: indices([50000], 100000) }, attrs: { shape: [100000, 384] }, bench: true },
    ],
  }),
];
