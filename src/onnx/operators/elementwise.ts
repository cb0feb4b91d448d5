// Arithmetic number by number, activations and comparisons.
import type { Graph } from '../graph.ts';
import type { Operator, Operators } from './operator.ts';

const same =
  (type: string): Operator =>
  (graph, { inputs }) =>
    graph.add(type, inputs);

/** 1 or 0 as float32. */
function compare(graph: Graph, a: string, b: string, relation: string): string {
  const types: Record<string, string> = { less: 'Less', lessEqual: 'LessOrEqual', greater: 'Greater', greaterEqual: 'GreaterOrEqual' };
  const holds = types[relation] ? graph.add(types[relation], [a, b]) : graph.add('Equal', [a, b]);
  return graph.add('Cast', [relation === 'notEqual' ? graph.add('Not', [holds]) : holds], { to: { int: 1 } });
}

export function affine(graph: Graph, x: string, scale: number, shift: number): string {
  const scaled = scale === 1 ? x : graph.add('Mul', [x, graph.number(scale)]);
  return shift === 0 ? scaled : graph.add('Add', [scaled, graph.number(shift)]);
}

const clip = (graph: Graph, x: string, min: number, max: number): string =>
  graph.add('Clip', [x, min === -Infinity ? '' : graph.number(min), max === Infinity ? '' : graph.number(max)]);

const silu = (graph: Graph, x: string): string => graph.add('Mul', [x, graph.add('Sigmoid', [x])]);

function gelu(graph: Graph, x: string, form: string): string {
  const half = affine(graph, x, 0.5, 0);
  if (form === 'exact') return graph.add('Mul', [half, affine(graph, graph.add('Erf', [affine(graph, x, Math.SQRT1_2, 0)]), 1, 1)]);
  const cube = graph.add('Mul', [graph.add('Mul', [x, x]), x]);
  const inner = affine(graph, graph.add('Add', [x, affine(graph, cube, 0.044715, 0)]), Math.sqrt(2 / Math.PI), 0);
  return graph.add('Mul', [half, affine(graph, graph.add('Tanh', [inner]), 1, 1)]);
}

/** The activations that fused convolutions and normalisations have. */
export function activated(graph: Graph, x: string, activation: string, alpha = 0.01): string {
  if (activation === 'identity') return x;
  if (activation === 'leakyRelu') return graph.add('LeakyRelu', [x], { alpha: { float: alpha } });
  if (activation === 'elu') return graph.add('Elu', [x], { alpha: { float: alpha } });
  if (activation === 'silu') return silu(graph, x);
  if (activation === 'gelu') return gelu(graph, x, 'exact');
  if (activation === 'relu6') return clip(graph, x, 0, 6);
  return graph.add({ relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' }[activation]!, [x]);
}

export const elementwise: Operators = {
  add: same('Add'),
  sub: same('Sub'),
  mul: same('Mul'),
  div: same('Div'),
  pow: same('Pow'),
  maximum: same('Max'),
  minimum: same('Min'),
  neg: same('Neg'),
  abs: same('Abs'),
  exp: same('Exp'),
  log: same('Log'),
  sqrt: same('Sqrt'),
  sin: same('Sin'),
  cos: same('Cos'),
  sign: same('Sign'),
  floor: same('Floor'),
  ceil: same('Ceil'),
  round: same('Round'),
  relu: same('Relu'),
  sigmoid: same('Sigmoid'),
  tanh: same('Tanh'),
  affine: (graph, { inputs: [x], a }) => affine(graph, x, a.scale, a.shift),
  square: (graph, { inputs: [x] }) => graph.add('Mul', [x, x]),
  rsqrt: (graph, { inputs: [x] }) => graph.add('Reciprocal', [graph.add('Sqrt', [x])]),
  reciprocal: (graph, { inputs: [x], a }) => affine(graph, graph.add('Reciprocal', [x]), a.numerator, 0),
  powScalar: (graph, { inputs: [x], a }) => graph.add('Pow', [x, graph.number(a.exponent)]),
  expm1: (graph, { inputs: [x] }) => affine(graph, graph.add('Exp', [x]), 1, -1),
  log1p: (graph, { inputs: [x] }) => graph.add('Log', [affine(graph, x, 1, 1)]),
  clamp: (graph, { inputs: [x], a }) => clip(graph, x, a.min, a.max),
  leakyRelu: (graph, { inputs: [x], a }) => activated(graph, x, 'leakyRelu', a.slope),
  elu: (graph, { inputs: [x], a }) => activated(graph, x, 'elu', a.alpha),
  selu: (graph, { inputs: [x] }) => graph.add('Selu', [x], { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  silu: (graph, { inputs: [x] }) => silu(graph, x),
  relu6: (graph, { inputs: [x] }) => clip(graph, x, 0, 6),
  gelu: (graph, { inputs: [x], a }) => gelu(graph, x, a.form),
  mish: (graph, { inputs: [x] }) => graph.add('Mul', [x, graph.add('Tanh', [graph.add('Softplus', [x])])]),
  hardSigmoid: (graph, { inputs: [x] }) => clip(graph, affine(graph, x, 1 / 6, 0.5), 0, 1),
  hardSwish: (graph, { inputs: [x] }) => graph.add('Mul', [x, clip(graph, affine(graph, x, 1 / 6, 0.5), 0, 1)]),
  softplus: (graph, { inputs: [x], a }) => affine(graph, graph.add('Softplus', [affine(graph, x, a.beta, 0)]), 1 / a.beta, 0),
  compare: (graph, { inputs: [a, b], a: { relation } }) => compare(graph, a, b, relation),
  compareScalar: (graph, { inputs: [x], a: { value, relation } }) => compare(graph, x, graph.number(value), relation),
  where: (graph, { inputs: [condition, a, b] }) => graph.add('Where', [graph.add('Cast', [condition], { to: { int: 9 } }), a, b]),
};
