// How patchcore learns: the scale from the first pictures, then the vectors of all of them, thinned to a coreset.
export { gatherBank as observe } from '../parts/bank.ts';
