// Extents and order: what changes no number.
import type { Graph } from '../graph.ts';
import { axesOf, type Operators } from './operator.ts';

/** Rows of a mirrored or continued axis: where each comes from. */
function sources(extent: number, before: number, after: number, mode: string): number[] {
  return Array.from({ length: before + extent + after }, (_, i) => {
    const at = i - before;
    if (mode === 'circular') return ((at % extent) + extent) % extent;
    if (mode === 'replicate') return Math.min(extent - 1, Math.max(0, at));
    // Mirrored about the outermost position (reflect), or about the edge (symmetric).
    const period = mode === 'reflect' ? 2 * (extent - 1) : 2 * extent;
    if (period === 0) return 0;
    const turn = ((at % period) + period) % period;
    return turn < extent ? turn : period - turn - (mode === 'reflect' ? 0 : 1);
  });
}

/** An axis with more positions in front and behind, copied from within. */
export const extended = (graph: Graph, x: string, axis: number, extent: number, before: number, after: number, mode: string): string =>
  before || after ? graph.add('Gather', [x, graph.integers(...sources(extent, before, after, mode))], { axis: { int: axis } }) : x;

/** So far before the first position that a backward slice has room. */
const beforeAll = -(2 ** 40);

export const layout: Operators = {
  reshape: (graph, { inputs: [x], outputs: [shape] }) => graph.reshape(x, shape),
  reorderLayout: (_, { inputs: [x] }) => x,
  blockLayout: (_, { inputs: [x] }) => x,
  transpose: (graph, { inputs: [x], a }) => graph.transpose(x, a.axes),
  concat: (graph, { inputs, a }) => graph.add('Concat', inputs, { axis: { int: a.axis } }),
  broadcastTo: (graph, { inputs: [x], a }) => graph.add('Expand', [x, graph.integers(...a.shape)]),
  slice(graph, { inputs: [x], shapes: [shape], a }) {
    if (!shape.length) return x;
    const steps: readonly number[] = a.steps.length ? a.steps : shape.map(() => 1);
    const ends = (a.starts as readonly number[]).map((start, i) => {
      const end = start + a.sizes[i] * steps[i];
      return end < 0 ? beforeAll : end;
    });
    return graph.add('Slice', [x, graph.integers(...a.starts), graph.integers(...ends), graph.integers(...shape.map((_, i) => i)), graph.integers(...steps)]);
  },
  pad(graph, { inputs: [x], shapes: [shape], a }) {
    if (a.mode === 'constant') return graph.add('Pad', [x, graph.integers(...a.before, ...a.after), graph.number(a.value)], { mode: 'constant' });
    return shape.reduce((value, extent, axis) => extended(graph, value, axis, extent, a.before[axis], a.after[axis], a.mode), x);
  },
  gather: (graph, { inputs: [x, indices], a, shapes }) => graph.add('Gather', [x, indices], { axis: { int: axesOf([a.axis], shapes[0].length)[0] } }),
};
