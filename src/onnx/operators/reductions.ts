// Sums, means, norms and extremes over axes; products of matrices; softmax.
import type { Graph } from '../graph.ts';
import { affine } from './elementwise.ts';
import { axesOf, type Call, type Operator, type Operators } from './operator.ts';

const over =
  (type: string): Operator =>
  (graph, { inputs: [x], shapes: [shape], a }) =>
    graph.reduce(type, x, axesOf(a.axes, shape.length), a.keepDims);

function norm(graph: Graph, { inputs: [x], shapes: [shape], a }: Call): string {
  const axes = axesOf(a.axes, shape.length);
  if (a.kind === 'euclidean') return graph.reduce('ReduceL2', x, axes, a.keepDims);
  if (a.kind === 'magnitude') return graph.reduce('ReduceL1', x, axes, a.keepDims);
  const sizes = graph.add('Abs', [x]);
  if (a.kind === 'largest') return graph.reduce('ReduceMax', sizes, axes, a.keepDims);
  const total = graph.reduce('ReduceSum', graph.add('Pow', [sizes, graph.number(a.exponent)]), axes, a.keepDims);
  return graph.add('Pow', [total, graph.number(1 / a.exponent)]);
}

/** The axes brought to the end and made one. */
function joined(graph: Graph, x: string, shape: readonly number[], axes: readonly number[]): { rows: string; kept: number[]; count: number } {
  const rest = shape.map((_, i) => i).filter((axis) => !axes.includes(axis));
  const kept = rest.map((axis) => shape[axis]);
  const count = axes.reduce((product, axis) => product * shape[axis], 1);
  return { rows: graph.reshape(graph.transpose(x, [...rest, ...axes]), [...kept, count]), kept, count };
}

const turnedIf = (graph: Graph, x: string, shape: readonly number[], turn: boolean): string => {
  const axes = shape.map((_, i) => i);
  return turn ? graph.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]) : x;
};

const place =
  (type: string): Operator =>
  (graph, { inputs: [x], shapes: [shape], a, outputs: [out] }) => {
    const { rows } = joined(graph, x, shape, axesOf(a.axes, shape.length));
    return graph.reshape(graph.add('Cast', [graph.add(type, [rows], { axis: { int: -1 }, keepdims: { int: 0 } })], { to: { int: 6 } }), out);
  };

export const reductions: Operators = {
  argMax: place('ArgMax'),
  argMin: place('ArgMin'),
  sum: over('ReduceSum'),
  mean: over('ReduceMean'),
  max: over('ReduceMax'),
  min: over('ReduceMin'),
  norm,
  variance(graph, { inputs: [x], shapes: [shape], a }) {
    const axes = axesOf(a.axes, shape.length);
    const away = graph.add('Sub', [x, graph.reduce('ReduceMean', x, axes, true)]);
    const squares = graph.reduce('ReduceMean', graph.add('Mul', [away, away]), axes, a.keepDims);
    const count = axes.reduce((product, axis) => product * shape[axis], 1);
    return a.sample ? affine(graph, squares, count / (count - 1), 0) : squares;
  },
  topKMean(graph, { inputs: [x], shapes: [shape], a, outputs: [out] }) {
    const { rows, count } = joined(graph, x, shape, axesOf(a.axes, shape.length));
    const k = a.k || Math.max(1, Math.round(a.fraction * count));
    const [largest] = graph.many('TopK', [rows, graph.integers(k)], { axis: { int: -1 }, largest: { int: 1 }, sorted: { int: 0 } }, 2);
    return graph.reshape(graph.reduce('ReduceMean', largest, [-1], false), out);
  },
  sumTo(graph, { inputs: [x], shapes: [shape], a }) {
    const lead = shape.length - a.shape.length;
    const axes = shape.map((_, i) => i).filter((i) => i < lead || (a.shape[i - lead] === 1 && shape[i] !== 1));
    // No axes would mean all of them.
    return axes.length ? graph.reshape(graph.reduce('ReduceSum', x, axes, true), a.shape) : x;
  },
  l2Normalize(graph, { inputs: [x], shapes: [shape], a }) {
    const length = graph.reduce('ReduceL2', x, axesOf([a.axis], shape.length), true);
    return graph.add('Div', [x, graph.add('Max', [length, graph.number(a.epsilon)])]);
  },
  matmul: (graph, { inputs: [x, y], shapes, a }) =>
    graph.add('MatMul', [turnedIf(graph, x, shapes[0], a.transposeA), turnedIf(graph, y, shapes[1], a.transposeB)]),
  softmax: (graph, { inputs: [x], a }) => graph.add('Softmax', [x], { axis: { int: a.axis } }),
  logSoftmax: (graph, { inputs: [x], a }) => graph.add('LogSoftmax', [x], { axis: { int: a.axis } }),
  logSumExp: (graph, { inputs: [x], shapes: [shape], a }) => graph.reduce('ReduceLogSumExp', x, axesOf([a.axis], shape.length), a.keepDims),
};
