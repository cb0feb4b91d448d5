// Filling, repeating and summing back.
import { opCases } from '../../support/cases.ts';
import { at, broadcastAt, build, eachIndex, nd } from '../../support/reference.ts';

const shapes: [number[], number[]][] = [
  [
    [3, 1, 1],
    [2, 3, 4, 5],
  ],
  [[5], [2, 1, 5]],
  [
    [4, 1, 6],
    [4, 5, 6],
  ],
  [[], [3, 4]],
  [
    [2, 3],
    [2, 3],
  ],
];

export default [
  opCases('fill', { reference: (_, { shape, value }) => build(shape, () => value), cases: [{ inputs: {}, attrs: { shape: [2, 3], value: 1.5 } }] }),
  opCases('broadcastTo', {
    reference: ({ x }, { shape }) => build(shape, (i) => broadcastAt(x, i)),
    twice: true,
    cases: shapes.map(([x, shape]) => ({ inputs: { x }, attrs: { shape } })),
  }),
  opCases('sumTo', {
    reference: ({ x }, attrs) => {
      const shape = attrs.shape as readonly number[];
      const out = nd(shape);
      const skip = x.shape.length - shape.length;
      eachIndex(x.shape, (index, position) => {
        out.data[
          at(
            shape,
            shape.map((n, axis) => (n === 1 ? 0 : index[axis + skip])),
          )
        ] += x.data[position];
      });
      return out;
    },
    twice: true,
    cases: shapes.map(([shape, x]) => ({ inputs: { x }, attrs: { shape } })),
  }),
];
