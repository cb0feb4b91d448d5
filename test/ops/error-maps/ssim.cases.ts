// Structural similarity under every border, window and constant, whole and in parts, against five windows for each pixel.
import { type Attrs, type OpCase, type Operand, opCases } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';
import { type Border, gaussianWeights, slopes, uniformWeights, windowed } from './reference.ts';

/** The formula as the paper has it. */
export function similarity(x: NdArray, y: NdArray, attrs: Attrs): NdArray {
  const [n, c, height, width] = x.shape;
  const { size, border, range, k1, k2, epsilon } = attrs;
  const lead = border === 'valid' ? (size - 1) / 2 : 0;
  const weights = attrs.window === 'uniform' ? uniformWeights(size) : gaussianWeights(size, attrs.sigma);
  const [c1, c2] = [(k1 * range) ** 2, (k2 * range) ** 2];
  const scale = attrs.sampleVariance ? size ** 2 / (size ** 2 - 1) : 1;
  return build([n, c, height - 2 * lead, width - 2 * lead], ([p, k, i, j]) => {
    const plane = at(x.shape, [p, k, 0, 0]);
    const mean = (value: (position: number) => number) =>
      windowed(height, width, i + lead, j + lead, weights, border as Border, (position) => value(plane + position));
    const mx = mean((q) => x.data[q]);
    const my = mean((q) => y.data[q]);
    const sxx = scale * (mean((q) => x.data[q] ** 2) - mx * mx);
    const syy = scale * (mean((q) => y.data[q] ** 2) - my * my);
    const sxy = scale * (mean((q) => x.data[q] * y.data[q]) - mx * my);
    if (attrs.part === 'contrast') return (2 * sxy + c2) / (sxx + syy + c2 + epsilon);
    return ((2 * mx * my + c1) * (2 * sxy + c2)) / ((mx * mx + my * my + c1) * (sxx + syy + c2) + epsilon);
  });
}

const means = (map: NdArray, { together }: Attrs): NdArray => {
  const [n, c, h, w] = map.shape;
  const each = together ? c * h * w : h * w;
  return build([n, together ? 1 : c], ([p, k]) => {
    const from = p * c * h * w + k * each;
    return map.data.subarray(from, from + each).reduce((a, b) => a + b, 0) / each;
  });
};

const filled = (shape: number[], dtype: 'f32' | 'f64' = 'f32'): Operand => ({ shape, dtype, values: 'unit' });
const pair = (shape: number[], dtype: 'f32' | 'f64' = 'f32') => ({ x: filled(shape, dtype), y: filled(shape, dtype) });
const borders = ['zero', 'reflect', 'symmetric'];
const cases: OpCase[] = [
  ...borders.flatMap((border): OpCase[] => [
    { inputs: pair([2, 2, 7, 9]), attrs: { size: 5, sigma: 1, border } },
    { inputs: pair([1, 1, 4, 3]), attrs: { border } },
    { inputs: pair([1, 1, 1, 6]), attrs: { size: 3, window: 'uniform', border } },
    { inputs: pair([1, 1, 5, 6]), attrs: { size: 7, window: 'uniform', border, sampleVariance: true, part: 'contrast' } },
  ]),
  { inputs: pair([2, 2, 7, 9]), attrs: { size: 5, sigma: 1, border: 'valid' } },
  { inputs: pair([1, 2, 11, 12]), attrs: { border: 'valid' } },
  { inputs: pair([1, 1, 8, 8]), attrs: { size: 7, window: 'uniform', border: 'valid', sampleVariance: true } },
  { inputs: pair([1, 2, 6, 7]), attrs: { size: 3, border: 'valid', part: 'contrast', k2: 0.1 } },
  { inputs: pair([1, 1, 6, 7]), attrs: { size: 5, border: 'reflect', epsilon: 0.01 } },
  { inputs: pair([1, 1, 6, 7]), attrs: { size: 5, border: 'valid', epsilon: 0.01, part: 'contrast' } },
  { inputs: pair([1, 1, 6, 7]), attrs: { size: 3, range: 4, k1: 0.05, k2: 0.02 } },
  { inputs: pair([0, 2, 6, 7]), attrs: { size: 3 } },
];
const together: OpCase[] = [
  { inputs: pair([2, 3, 5, 6]), attrs: { size: 3, together: true } },
  { inputs: pair([2, 1, 5, 6]), attrs: { size: 3, border: 'valid', together: true } },
];
// More than one tile in each direction, in the widths that share none.
const tiled: OpCase[] = [
  { inputs: pair([1, 1, 68, 131]), attrs: { size: 3 } },
  { inputs: pair([1, 1, 67, 133]), attrs: { size: 3, window: 'uniform', border: 'reflect' } },
  { inputs: pair([1, 1, 69, 132]), attrs: { size: 3, border: 'valid' } },
  { inputs: pair([1, 1, 3, 130]), attrs: { border: 'reflect' } },
  { inputs: pair([1, 1, 2, 260]), attrs: { border: 'symmetric' } },
  { inputs: pair([1, 1, 1, 140]), attrs: { size: 101, sigma: 30, border: 'reflect' } },
];
const inDouble = (list: OpCase[]): OpCase[] => list.map(({ inputs, attrs }) => ({ inputs: pair((inputs.x as { shape: number[] }).shape, 'f64'), attrs }));

const timed: OpCase[] = [
  { label: 'skimage', inputs: pair([1, 1, 512, 512]), attrs: { window: 'uniform', size: 7, border: 'symmetric', sampleVariance: true }, bench: true },
  { label: 'riad', inputs: pair([1, 1, 512, 512]), bench: true },
  { label: 'riad', inputs: pair([8, 3, 256, 256]), bench: true },
];
const doubled: OpCase[] = [{ label: 'skimage f64', inputs: pair([1, 1, 512, 512], 'f64'), attrs: timed[0].attrs, bench: true }];

const shapeOf = (one: OpCase): number[] => (one.inputs.x as { shape: number[] }).shape;
const mapShape = (one: OpCase): number[] => {
  const [n, c, h, w] = shapeOf(one);
  const lost = one.attrs?.border === 'valid' ? ((one.attrs?.size as number) ?? 11) - 1 : 0;
  return [n, c, h - lost, w - lost];
};
const meanShape = (one: OpCase): number[] => [shapeOf(one)[0], one.attrs?.together ? 1 : shapeOf(one)[1]];
const withDy = (list: OpCase[], shape: (one: OpCase) => number[]): OpCase[] =>
  list.map((one) => ({ ...one, inputs: { ...one.inputs, dy: { shape: shape(one), dtype: (one.inputs.x as { dtype?: 'f32' | 'f64' }).dtype } } }));
const small = (list: OpCase[]) => list.filter((one) => one.bench || shapeOf(one).reduce((a, b) => a * b, 1) < 200);

const area = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
// Four windows down and along, and some fifteen operations more; back, three windows more.
const forwardWork = ({ x }: Record<string, readonly number[]>, { size }: Attrs) => ({ flops: (16 * size + 15) * area(x), bytes: 12 * area(x) });
const backwardWork = ({ x }: Record<string, readonly number[]>, { size }: Attrs) => ({ flops: (28 * size + 40) * area(x), bytes: 16 * area(x) });

const dot = (a: NdArray, b: NdArray) => a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);
const gradientTolerance = 1e-5;

export default [
  opCases('ssimMap', { reference: ({ x, y }, attrs) => similarity(x, y, attrs), work: forwardWork, cases: [...cases, ...tiled, ...timed, ...doubled] }),
  opCases('ssimMap', { reference: ({ x, y }, attrs) => similarity(x, y, attrs), cases: inDouble([...cases, ...tiled]), tolerance: 1e-13, differentiate: [] }),
  opCases('ssimMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-5, (moved) => dot(similarity(moved, y, attrs), dy)),
    tolerance: gradientTolerance,
    work: backwardWork,
    cases: withDy(small([...cases, ...timed]), mapShape),
  }),
  opCases('ssimMean', {
    reference: ({ x, y }, attrs) => means(similarity(x, y, attrs), attrs),
    work: forwardWork,
    cases: [...cases, ...together, ...tiled, ...timed],
  }),
  opCases('ssimMean', {
    reference: ({ x, y }, attrs) => means(similarity(x, y, attrs), attrs),
    cases: inDouble([...cases, ...tiled]),
    tolerance: 1e-13,
    differentiate: [],
  }),
  opCases('ssimMeanGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-5, (moved) => dot(means(similarity(moved, y, attrs), attrs), dy)),
    tolerance: gradientTolerance,
    work: backwardWork,
    cases: withDy(small([...cases, ...together, ...timed]), meanShape),
  }),
  opCases('ssimMapGrad', {
    reference: ({ x, y, dy }, attrs) => slopes(x, 1e-5, (moved) => dot(similarity(moved, y, attrs), dy)),
    cases: withDy(inDouble(small(cases)), mapShape),
    tolerance: 1e-8,
  }),
];
