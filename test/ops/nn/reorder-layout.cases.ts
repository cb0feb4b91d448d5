// The copies into and out of the private layout.
import { opCases } from '../../support/cases.ts';

const cases = [{ inputs: { x: [2, 16, 5, 7] } }, { inputs: { x: [1, 3, 4, 4] } }];

export default [opCases('reorderLayout', { reference: ({ x }) => x, cases }), opCases('blockLayout', { reference: ({ x }) => x, cases })];
