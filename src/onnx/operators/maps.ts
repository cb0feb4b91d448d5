// Error maps and filters, and what feature banks need: distances to the nearest vectors and by Gaussians.
import type { Graph } from '../graph.ts';
import { affine } from './elementwise.ts';
import { extended } from './layout.ts';
import type { Call, Operators } from './operator.ts';

/** Every channel filtered by rows and by columns with the same odd kernel, only where it lies wholly inside. */
function separable(graph: Graph, x: string, channels: number, kernel: Float32Array): string {
  const length = kernel.length;
  const weights = new Float32Array(channels * length);
  for (let c = 0; c < channels; c++) weights.set(kernel, c * length);
  return [
    [length, 1],
    [1, length],
  ].reduce((value, [rows, columns]) => {
    const attributes = { kernel_shape: [rows, columns], group: { int: channels } };
    return graph.add('Conv', [value, graph.constant(weights, [channels, 1, rows, columns])], attributes);
  }, x);
}

/** With so many more pixels on every side. */
function bordered(graph: Graph, x: string, [, , height, width]: readonly number[], by: number, border: string): string {
  if (border === 'zero') return graph.add('Pad', [x, graph.integers(0, 0, by, by, 0, 0, by, by), graph.number(0)], { mode: 'constant' });
  return extended(graph, extended(graph, x, 2, height, by, by, border), 3, width, by, by, border);
}

function gaussianKernel(sigma: number, radius: number): Float32Array {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(weights, (weight) => weight / total);
}

function gaussianBlur(graph: Graph, { inputs: [x], shapes: [shape], a }: Call): string {
  const radius = Math.floor(a.truncate * a.sigma + 0.5);
  if (radius === 0) return graph.add('Identity', [x]);
  const kernel = gaussianKernel(a.sigma, radius);
  const [, channels, height, width] = shape;
  const filtered = separable(graph, bordered(graph, x, shape, radius, a.border === 'inside' ? 'zero' : a.border), channels, kernel);
  if (a.border !== 'inside') return filtered;
  // The weights that lie inside, by position.
  const along = (extent: number) =>
    Array.from({ length: extent }, (_, at) => kernel.reduce((sum, weight, i) => (at + i - radius >= 0 && at + i - radius < extent ? sum + weight : sum), 0));
  const [rows, columns] = [along(height), along(width)];
  const inside = Float32Array.from({ length: height * width }, (_, i) => rows[Math.floor(i / width)] * columns[i % width]);
  return graph.add('Div', [filtered, graph.constant(inside, [1, 1, height, width])]);
}

function boxFilter(graph: Graph, { inputs: [x], shapes: [shape], a }: Call): string {
  const by = (a.size - 1) / 2;
  let value = x;
  for (let i = 0; i < a.times; i++) {
    const inside = a.border === 'inside';
    const given = inside ? value : bordered(graph, value, shape, by, 'replicate');
    const pads = inside ? [by, by, by, by] : [0, 0, 0, 0];
    value = graph.add('AveragePool', [given], { kernel_shape: [a.size, a.size], pads, count_include_pad: { int: 0 } });
  }
  return value;
}

function pixelErrorMap(graph: Graph, { inputs: [x, y], a, refuse }: Call): string {
  const away = graph.add('Sub', [x, y]);
  if (a.kind === 'huber') return refuse('Huber’s error');
  return graph.reduce('ReduceMean', a.kind === 'l1' ? graph.add('Abs', [away]) : graph.add('Mul', [away, away]), [1], true);
}

function ssimMap(graph: Graph, { inputs, shapes: [shape], a }: Call): string {
  const channels = shape[1];
  const by = (a.size - 1) / 2;
  const kernel = a.window === 'gaussian' ? gaussianKernel(a.sigma, by) : new Float32Array(a.size).fill(1 / a.size);
  const mean = (value: string) => separable(graph, value, channels, kernel);
  const product = (u: string, v: string) => graph.add('Mul', [u, v]);
  const [x, y] = inputs.map((value) => (a.border === 'valid' ? value : bordered(graph, value, shape, by, a.border)));
  const [mx, my] = [mean(x), mean(y)];
  // About each picture's mean, where float32 loses least.
  const [ax, ay] = [x, y].map((value) => graph.reduce('ReduceMean', value, [2, 3], true));
  const about = (value: string, middle: string) => graph.add('Sub', [value, middle]);
  const [cx, cy, nx, ny] = [about(x, ax), about(y, ay), about(mx, ax), about(my, ay)];
  const factor = a.sampleVariance ? a.size ** 2 / (a.size ** 2 - 1) : 1;
  const co = (u: string, v: string, mu: string, mv: string) => affine(graph, graph.add('Sub', [mean(product(u, v)), product(mu, mv)]), factor, 0);
  const [c1, c2] = [(a.k1 * a.range) ** 2, (a.k2 * a.range) ** 2];
  const above = affine(graph, co(cx, cy, nx, ny), 2, c2);
  const below = affine(graph, graph.add('Add', [co(cx, cx, nx, nx), co(cy, cy, ny, ny)]), 1, c2);
  if (a.part === 'contrast') return graph.add('Div', [above, affine(graph, below, 1, a.epsilon)]);
  const light = affine(graph, product(mx, my), 2, c1);
  const lights = affine(graph, graph.add('Add', [product(mx, mx), product(my, my)]), 1, c1);
  return graph.add('Div', [product(light, above), affine(graph, product(lights, below), 1, a.epsilon)]);
}

function gmsMap(graph: Graph, { inputs, shapes: [[, channels]], a, refuse }: Call): string {
  if (a.masking) return refuse('gradient magnitude similarity with masking');
  const third = 1 / 3;
  const across = Float32Array.of(third, 0, -third, third, 0, -third, third, 0, -third);
  const down = Float32Array.of(third, third, third, 0, 0, 0, -third, -third, -third);
  const response = (x: string, weights: Float32Array) => {
    const all = new Float32Array(9 * channels);
    for (let c = 0; c < channels; c++) all.set(weights, 9 * c);
    const y = graph.add('Conv', [x, graph.constant(all, [channels, 1, 3, 3])], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: { int: channels } });
    return graph.add('Mul', [y, y]);
  };
  const squares = inputs.map((x) => affine(graph, graph.add('Add', [response(x, across), response(x, down)]), 1, a.epsilon));
  const [p, q] = squares.map((square) => graph.add('Sqrt', [square]));
  const above = affine(graph, graph.add('Mul', [p, q]), 2, a.c);
  return graph.add('Div', [above, affine(graph, graph.add('Add', squares), 1, a.c)]);
}

function lengths(graph: Graph, x: string, axis: number, epsilon: number): string {
  return graph.add('Max', [graph.reduce('ReduceL2', x, [axis], true), graph.number(epsilon)]);
}

/** a·b / (max(|a|, epsilon) max(|b|, epsilon)) along an axis, which stays with extent 1. */
function cosine(graph: Graph, x: string, y: string, axis: number, epsilon: number): string {
  const inner = graph.reduce('ReduceSum', graph.add('Mul', [x, y]), [axis], true);
  return graph.add('Div', [inner, graph.add('Mul', [lengths(graph, x, axis, epsilon), lengths(graph, y, axis, epsilon)])]);
}

/** Candidates are chosen by a product; their distances are then taken from differences, which lose no digits. */
function nearest(graph: Graph, { inputs, shapes: [, [rows, width]], numbers: [, known], a, refuse }: Call): string[] {
  if (a.self >= 0) refuse('nearest vectors among themselves');
  if (a.metric !== 'l2') refuse('nearest vectors by the cosine');
  // About the bank's mean products lose fewest digits.
  const mean = new Float64Array(width);
  known?.forEach((value, i) => {
    mean[i % width] += value / rows;
  });
  const [x, bank] = inputs.map((value) => (known ? graph.add('Sub', [value, graph.constant(Float32Array.from(mean), [width])]) : value));
  const products = graph.add('MatMul', [x, graph.transpose(bank, [1, 0])]);
  const squares = graph.reduce('ReduceSumSquare', bank, [1], false);
  // |x|^2 is the same for all of a row.
  const order = graph.add('Sub', [affine(graph, squares, 0.5, 0), products]);
  const count = Math.min(rows, a.k + 8);
  const [, candidates] = graph.many('TopK', [order, graph.integers(count)], { axis: { int: -1 }, largest: { int: 0 }, sorted: { int: 0 } }, 2);
  const vectors = graph.add('Gather', [bank, candidates], { axis: { int: 0 } });
  const away = graph.add('Sub', [vectors, graph.add('Unsqueeze', [x, graph.integers(1)])]);
  const distances = graph.reduce('ReduceL2', away, [2], false);
  const attributes = { axis: { int: -1 }, largest: { int: 0 }, sorted: { int: 1 } };
  const [least, places] = graph.many('TopK', [distances, graph.integers(a.k)], attributes, 2);
  return [least, graph.add('GatherElements', [candidates, places], { axis: { int: -1 } })];
}

function mahalanobisMap(graph: Graph, { inputs: [x], shapes: [[n, c, h, w]], numbers: [, mean, whitening], outputs: [out], refuse }: Call): string {
  if (!mean || !whitening) return refuse('Gaussians that depend on the picture');
  const positions = mean.length / c;
  const triangle = (c * (c + 1)) / 2;
  const full = new Float32Array(positions * c * c);
  for (let p = 0; p < positions; p++) {
    let at = p * triangle;
    for (let column = 0; column < c; column++) for (let row = column; row < c; row++) full[(p * c + row) * c + column] = whitening[at++];
  }
  const vectors = graph.transpose(graph.reshape(x, [n, c, h * w]), [0, 2, 1]);
  const away = graph.add('Sub', [vectors, graph.constant(Float32Array.from(mean), [positions, c])]);
  const whitened = graph.add('MatMul', [graph.constant(full, [positions, c, c]), graph.reshape(away, [n, h * w, c, 1])]);
  return graph.reshape(graph.reduce('ReduceL2', whitened, [2], false), out);
}

export const maps: Operators = {
  gaussianBlur,
  boxFilter,
  pixelErrorMap,
  ssimMap,
  gmsMap,
  cosineSimilarity(graph, { inputs: [x, y], shapes: [shape], a, outputs: [out] }) {
    return graph.reshape(cosine(graph, x, y, a.axis < 0 ? a.axis + shape.length : a.axis, a.epsilon), out);
  },
  featureDistanceMap(graph, { inputs: [x, y], a }) {
    if (a.kind === 'l2') return graph.reduce('ReduceL2', graph.add('Sub', [x, y]), [1], true);
    return affine(graph, cosine(graph, x, y, 1, a.epsilon), -1, 1);
  },
  nearest,
  mahalanobisMap,
};
