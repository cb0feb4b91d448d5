// The copy that settles the private layout.
import { opCases } from '../../support/cases.ts';

export default [opCases('reorderLayout', { reference: ({ x }) => x, cases: [{ inputs: { x: [2, 16, 5, 7] } }, { inputs: { x: [1, 3, 4, 4] } }] })];
