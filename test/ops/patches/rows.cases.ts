// Rows written into a tensor, at its ends and between, of any type.
import { opCases } from '../../support/cases.ts';
import { nd, sizeOf } from '../../support/reference.ts';

export default [
  opCases('rowsStep', {
    reference: ({ target, rows }, { at }) => {
      const out = nd(target.shape, target.data);
      out.data.set(rows.data, at * sizeOf(target.shape.slice(1)));
      return out;
    },
    cases: [
      { inputs: { target: [5, 3], rows: [2, 3] }, attrs: { at: 3 } },
      { inputs: { target: [5, 2, 3], rows: [5, 2, 3] }, attrs: { at: 0 } },
      { inputs: { target: [4], rows: [1] }, attrs: { at: 1 } },
      { inputs: { target: [4, 3], rows: [0, 3] }, attrs: { at: 4 } },
      { inputs: { target: { shape: [6, 7], dtype: 'f64' }, rows: { shape: [2, 7], dtype: 'f64' } }, attrs: { at: 2 } },
      { inputs: { target: { shape: [6, 5], dtype: 'u8', values: () => 9 }, rows: { shape: [1, 5], dtype: 'u8', values: (i) => i } }, attrs: { at: 2 } },
    ],
  }),
];
