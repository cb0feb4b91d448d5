// Batch, group and layer normalisation with their gradients, against plain float64 loops.
import { type OpCase, opCases } from '../../support/cases.ts';
import { at, build, eachIndex, type NdArray, nd, sizeOf } from '../../support/reference.ts';

/** Mean and population variance of the numbers that `setOf` puts together. */
function statistics(x: NdArray, sets: number, setOf: (index: number[]) => number): { mean: Float64Array; variance: Float64Array } {
  const count = new Float64Array(sets);
  const mean = new Float64Array(sets);
  const variance = new Float64Array(sets);
  eachIndex(x.shape, (index, position) => {
    mean[setOf(index)] += x.data[position];
    count[setOf(index)]++;
  });
  mean.forEach((sum, set) => {
    mean[set] = sum / count[set];
  });
  eachIndex(x.shape, (index, position) => {
    variance[setOf(index)] += (x.data[position] - mean[setOf(index)]) ** 2 / count[setOf(index)];
  });
  return { mean, variance };
}

interface Form {
  sets: number;
  setOf: (index: number[]) => number;
  /** Which number of scale and shift belongs to an index. */
  partOf: (index: number[]) => number;
  parts: readonly number[];
}

function normalize(
  x: NdArray,
  form: Form,
  epsilon: number,
  relu: boolean,
  scale?: NdArray,
  shift?: NdArray,
  given?: { mean: ArrayLike<number>; variance: ArrayLike<number> },
) {
  const { mean, variance } = given ?? statistics(x, form.sets, form.setOf);
  const y = build(x.shape, (index) => {
    const set = form.setOf(index);
    const value =
      ((x.data[at(x.shape, index)] - mean[set]) / Math.sqrt(variance[set] + epsilon)) * (scale?.data[form.partOf(index)] ?? 1) +
      (shift?.data[form.partOf(index)] ?? 0);
    return relu ? Math.max(value, 0) : value;
  });
  return { y, mean, variance };
}

/** The textbook gradient: through the mean and the variance, term by term. */
function gradients(
  x: NdArray,
  dy: NdArray,
  form: Form,
  epsilon: number,
  relu: boolean,
  scale?: NdArray,
  shift?: NdArray,
  fixed?: { mean: ArrayLike<number>; variance: ArrayLike<number> },
) {
  const { y, mean, variance } = normalize(x, form, epsilon, relu, scale, shift, fixed);
  const count = sizeOf(x.shape) / form.sets;
  const dscale = nd(form.parts);
  const dshift = nd(form.parts);
  const dmean = new Float64Array(form.sets);
  const dvariance = new Float64Array(form.sets);
  const inner = nd(x.shape);
  eachIndex(x.shape, (index, position) => {
    const [set, part] = [form.setOf(index), form.partOf(index)];
    const r = 1 / Math.sqrt(variance[set] + epsilon);
    const g = relu && !(y.data[position] > 0) ? 0 : dy.data[position];
    const centred = x.data[position] - mean[set];
    dscale.data[part] += g * centred * r;
    dshift.data[part] += g;
    inner.data[position] = g * (scale?.data[part] ?? 1);
    dvariance[set] += inner.data[position] * centred * -0.5 * r ** 3;
    dmean[set] -= inner.data[position] * r;
  });
  const dx = build(x.shape, (index) => {
    const [set, position] = [form.setOf(index), at(x.shape, index)];
    const direct = inner.data[position] / Math.sqrt(variance[set] + epsilon);
    return fixed ? direct : direct + (dvariance[set] * 2 * (x.data[position] - mean[set])) / count + dmean[set] / count;
  });
  return { dx, dscale, dshift, dmean: nd([form.sets], dmean), dvariance: nd([form.sets], dvariance) };
}

const batchForm = (x: NdArray): Form => ({ sets: x.shape[1], setOf: (i) => i[1], partOf: (i) => i[1], parts: [x.shape[1]] });
const groupForm = (x: NdArray, groups: number): Form => ({
  sets: x.shape[0] * groups,
  setOf: (i) => i[0] * groups + Math.floor((i[1] * groups) / x.shape[1]),
  partOf: (i) => i[1],
  parts: [x.shape[1]],
});
function layerForm(x: NdArray, axes: number): Form {
  const leading = x.shape.slice(0, x.shape.length - axes);
  const trailing = x.shape.slice(x.shape.length - axes);
  return {
    sets: sizeOf(leading),
    setOf: (i) => at(leading, i.slice(0, leading.length)),
    partOf: (i) => at(trailing, i.slice(leading.length)),
    parts: trailing,
  };
}

const positive = (shape: readonly number[]) => ({ shape, values: 'positive' as const });
/** Far from zero: what would cancel if the mean of squares were taken. */
const offset = (shape: readonly number[]) => ({ shape, values: (_: number, uniform: () => number) => 1000 + uniform() });
const hot = [
  [8, 32, 256, 256],
  [8, 64, 128, 128],
  [8, 128, 64, 64],
  [8, 256, 32, 32],
];
const work =
  (passes: number) =>
  ({ x }: Record<string, readonly number[]>) => ({ bytes: 4 * passes * sizeOf(x) });

const batchShapes = [
  [2, 3, 5, 7],
  [1, 1, 1, 3],
  [3, 16, 4, 5],
  [1, 32, 9, 3],
  [5, 32, 1, 1],
  [7, 3, 1, 1],
  [2, 2, 190, 181],
];
const batchCases = (more: (shape: readonly number[]) => OpCase['inputs']): OpCase[] => [
  ...batchShapes.map((shape) => ({ inputs: { x: shape, ...more(shape) } })),
  ...batchShapes.slice(0, 4).map((shape) => ({ inputs: { x: shape, ...more(shape) }, attrs: { activation: 'relu', epsilon: 0.1 } })),
];
const vectors = (shape: readonly number[]) => ({ scale: positive([shape[1]]), shift: [shape[1]] });
const withStatistics = (shape: readonly number[]) => ({ ...vectors(shape), mean: [shape[1]], variance: positive([shape[1]]) });

/** Operands of the gradient: numbers that depend on the position alone, so that their statistics can be given too. */
function withOwnStatistics(shape: readonly number[]): OpCase['inputs'] {
  const value = (position: number): number => Math.fround(Math.sin(position * 1.7) + Math.cos(position * position * 0.3) + 0.2);
  const x = build(shape, (index) => value(at(shape, index)));
  const { mean, variance } = statistics(x, shape[1], (index) => index[1]);
  return {
    x: { shape, values: value },
    dy: shape,
    ...vectors(shape),
    mean: { shape: [shape[1]], values: (c) => mean[c] },
    variance: { shape: [shape[1]], values: (c) => variance[c] },
  };
}

const given = (inputs: Record<string, NdArray>) => ({ mean: inputs.mean!.data, variance: inputs.variance!.data });
const groupCases: OpCase[] = [
  { inputs: { x: [2, 6, 3, 5], scale: [6], shift: [6] }, attrs: { groups: 3 } },
  { inputs: { x: [2, 6, 3, 5], scale: [6], shift: [6] }, attrs: { groups: 6, epsilon: 0.01 } },
  { inputs: { x: [2, 6, 3, 5] }, attrs: { groups: 1 } },
  { inputs: { x: [1, 3, 7, 9], scale: [3] }, attrs: { groups: 3 } },
  { inputs: { x: [2, 32, 3, 3], shift: [32] }, attrs: { groups: 4 } },
];
const layerCases: OpCase[] = [
  { inputs: { x: [3, 5, 7], scale: [7], shift: [7] } },
  { inputs: { x: [3, 5, 7], scale: [5, 7], shift: [5, 7] }, attrs: { axes: 2, epsilon: 0.01 } },
  { inputs: { x: [4, 37] } },
  { inputs: { x: [70, 130], scale: [130] } },
  { inputs: { x: [2, 3, 4], shift: [2, 3, 4] }, attrs: { axes: 3 } },
];
const ungraded = (cases: OpCase[]): OpCase[] =>
  cases.map((one) => ({ ...one, inputs: Object.fromEntries(Object.entries({ ...one.inputs, dy: one.inputs.x }).filter(([name]) => name !== 'shift')) }));
const tokens: OpCase = { inputs: { x: [4096, 384], scale: [384], shift: [384] }, bench: true };

export default [
  opCases('batchNorm', {
    reference: ({ x, scale, shift }, { epsilon, activation }) => {
      const { y, mean, variance } = normalize(x, batchForm(x), epsilon, activation === 'relu', scale, shift);
      return [y, nd([x.shape[1]], mean), nd([x.shape[1]], variance)];
    },
    work: work(3),
    cases: [...batchCases(vectors), ...hot.map((x) => ({ inputs: { x, scale: positive([x[1]]), shift: [x[1]] }, attrs: { activation: 'relu' }, bench: true }))],
  }),
  opCases('batchNorm', {
    reference: ({ x, scale, shift }, { epsilon }) => {
      const { y, mean, variance } = normalize(x, batchForm(x), epsilon, false, scale, shift);
      return [y, nd([x.shape[1]], mean), nd([x.shape[1]], variance)];
    },
    // The mean is kept in float32: an offset of a thousand costs three digits of y, as in every float32 implementation.
    tolerance: 3e-4,
    differentiate: ['scale', 'shift'],
    cases: [
      { inputs: { x: offset([2, 3, 33, 65]), scale: positive([3]), shift: [3] } },
      { inputs: { x: offset([2, 16, 9, 9]), scale: positive([16]), shift: [16] } },
    ],
  }),
  opCases('batchNormGrad', {
    reference: ({ x, dy, scale, shift }, { epsilon, activation }) => {
      const { dx, dscale, dshift } = gradients(x, dy, batchForm(x), epsilon, activation === 'relu', scale, shift);
      return [dx, dscale, dshift];
    },
    work: work(5),
    cases: [
      ...batchShapes.map((shape) => ({ inputs: withOwnStatistics(shape) })),
      ...batchShapes.map((shape) => ({ inputs: withOwnStatistics(shape), attrs: { activation: 'relu', epsilon: 0.1 } })),
      ...hot.map((shape) => ({ inputs: { dy: shape, x: shape, ...withStatistics(shape) }, attrs: { activation: 'relu' }, bench: true })),
    ],
  }),
  opCases('batchNormInference', {
    reference: (inputs, { epsilon, activation }) =>
      normalize(inputs.x, batchForm(inputs.x), epsilon, activation === 'relu', inputs.scale, inputs.shift, given(inputs)).y,
    work: work(2),
    cases: [...batchCases(withStatistics), { inputs: { x: hot[1], ...withStatistics(hot[1]) }, attrs: { activation: 'relu' }, bench: true }],
  }),
  opCases('batchNormInferenceGrad', {
    reference: (inputs, { epsilon, activation }) => {
      const g = gradients(inputs.x, inputs.dy, batchForm(inputs.x), epsilon, activation === 'relu', inputs.scale, inputs.shift, given(inputs));
      return [g.dx, g.dscale, g.dshift, g.dmean, g.dvariance];
    },
    work: work(5),
    cases: [
      ...batchCases((shape) => ({ dy: shape, ...withStatistics(shape) })),
      { inputs: { x: hot[1], dy: hot[1], ...withStatistics(hot[1]) }, attrs: { activation: 'relu' }, bench: true },
    ],
  }),
  opCases('groupNorm', {
    reference: ({ x, scale, shift }, { groups, epsilon }) => {
      const { y, mean, variance } = normalize(x, groupForm(x, groups), epsilon, false, scale, shift);
      return [y, nd([x.shape[0], groups], mean), nd([x.shape[0], groups], variance)];
    },
    twice: true,
    work: work(3),
    cases: [...groupCases, { inputs: { x: hot[1], scale: [64], shift: [64] }, attrs: { groups: 64 }, bench: true }],
  }),
  opCases('groupNormGrad', {
    reference: ({ x, dy, scale }, { groups, epsilon }) => {
      const { dx, dscale, dshift } = gradients(x, dy, groupForm(x, groups), epsilon, false, scale);
      return [dx, dscale, dshift];
    },
    twice: true,
    work: work(5),
    cases: [...ungraded(groupCases), { inputs: { x: hot[1], dy: hot[1], scale: [64] }, attrs: { groups: 64 }, bench: true }],
  }),
  opCases('layerNorm', {
    reference: ({ x, scale, shift }, { axes, epsilon }) => {
      const { y, mean, variance } = normalize(x, layerForm(x, axes), epsilon, false, scale, shift);
      const leading = x.shape.slice(0, x.shape.length - axes);
      return [y, nd(leading, mean), nd(leading, variance)];
    },
    twice: true,
    work: work(2),
    cases: [...layerCases, tokens],
  }),
  opCases('layerNormGrad', {
    reference: ({ x, dy, scale }, { axes, epsilon }) => {
      const { dx, dscale, dshift } = gradients(x, dy, layerForm(x, axes), epsilon, false, scale);
      return [dx, dscale, dshift];
    },
    twice: true,
    work: work(5),
    cases: [...ungraded(layerCases), ...ungraded([tokens])],
  }),
];
