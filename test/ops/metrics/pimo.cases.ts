// Per-image overlap: bounds on and between rates, pictures of unequal sizes, ties, bounds below the smallest rate.
import { type OperandSpec, opCases } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { atLeast, falling, meanOverLog } from './references.ts';

const lengths = (list: readonly number[]): OperandSpec => ({ shape: [list.length], dtype: 'i32', values: (position) => list[position] });
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

/** The numbers of each picture. */
function pictures(x: NdArray, lengths: NdArray): Float64Array[] {
  const ends = Array.from(lengths.data, (_, i) => sum([...lengths.data.subarray(0, i + 1)]));
  return ends.map((end, i) => x.data.subarray(end - lengths.data[i], end));
}

/** Mean over normal pictures of the share of pixels at or above t. */
const rate = (normals: Float64Array[], t: number) => sum(normals.map((normal) => atLeast(normal, t) / normal.length)) / normals.length;

const ties = (levels: number, shift: number) => (_: number, uniform: () => number) => Math.floor(levels * uniform()) / 4 + shift;
interface Sample {
  masks: number[];
  normals: number[];
  positives: OperandSpec['values'];
  negatives: OperandSpec['values'];
}
const samples: Sample[] = [
  { masks: [30, 0, 1, 17], normals: [100, 100, 100], positives: 'positive', negatives: 'normal' },
  { masks: [30, 0, 1, 17], normals: [100, 37, 211], positives: 'positive', negatives: 'normal' },
  { masks: [30, 12], normals: [64, 64], positives: ties(9, 1), negatives: ties(9, 0) },
  { masks: [30, 12], normals: [64, 63], positives: ties(9, 1), negatives: ties(9, 0) },
  { masks: [9], normals: [50], positives: ties(3, 0), negatives: ties(1, 0) },
  { masks: [9], normals: [50], positives: ties(3, 5), negatives: ties(5, 0) },
  { masks: [9], normals: [50], positives: ties(3, 0), negatives: ties(5, 5) },
  { masks: [9, 4], normals: [], positives: 'normal', negatives: 'normal' },
  { masks: [0], normals: [7], positives: 'normal', negatives: 'normal' },
  { masks: [], normals: [7], positives: 'normal', negatives: 'normal' },
];
const inputsOf = ({ masks, normals, positives, negatives }: Sample, dtype: 'f32' | 'f64') => ({
  positives: { shape: [sum(masks)], values: positives, dtype },
  lengths: lengths(masks),
  negatives: { shape: [sum(normals)], values: negatives, dtype },
  negativeLengths: lengths(normals),
});
// On rates of the first sample, between them, below the smallest, up to the last.
const bounds = [
  { lower: 0.01, upper: 0.1 },
  { lower: 0.0123, upper: 0.345 },
  { lower: 1e-5, upper: 1e-4 },
  { lower: 1e-4, upper: 0.02 },
  { lower: 0.5, upper: 1 },
];

export default [
  opCases('pimo', {
    reference: ({ positives, lengths, negatives, negativeLengths }, { lower, upper }) => {
      const normals = pictures(negatives, negativeLengths);
      const thresholds = falling(negatives.data);
      const own = pictures(positives, lengths).map((marked) => {
        if (!marked.length || !normals.length) return Number.NaN;
        const points = thresholds.map((t): [number, number] => [rate(normals, t), atLeast(marked, t) / marked.length]);
        return meanOverLog(points, lower, upper, marked.filter((x) => x > thresholds[0]).length / marked.length);
      });
      return nd([own.length], own);
    },
    tolerance: 1e-12,
    work: ({ positives, negatives }) => ({ bytes: 4 * (positives[0] + negatives[0]) }),
    cases: [
      ...bounds.flatMap((attrs, i) => samples.map((sample) => ({ inputs: inputsOf(sample, i % 2 ? 'f64' : 'f32'), attrs }))),
      {
        label: '50 and 50 maps of 256x256',
        inputs: inputsOf({ masks: new Array(50).fill(3277), normals: new Array(50).fill(65536), positives: 'positive', negatives: 'normal' }, 'f32'),
        bench: true,
      },
    ],
  }),
  opCases('pimoCurve', {
    reference: ({ positives, lengths, negatives, negativeLengths }, { points }) => {
      const normals = pictures(negatives, negativeLengths);
      const marked = pictures(positives, lengths).filter((list) => list.length);
      const share = (found: (list: Float64Array) => number) =>
        marked.length ? sum(marked.map((list) => found(list) / list.length)) / marked.length : Number.NaN;
      const thresholds = falling(negatives.data);
      const kept = thresholds.map((t) => [t, rate(normals, t), share((list) => atLeast(list, t))]);
      // The first threshold is the next number above the largest normal score: the same to the tolerance.
      if (thresholds.length) kept.unshift([thresholds[0], 0, share((list) => list.filter((x) => x > thresholds[0]).length)]);
      const column = (i: number) => nd([points], [...kept.map((point) => point[i]), ...new Array(points - kept.length).fill(Number.NaN)]);
      return [column(0), column(1), column(2), nd([], [kept.length])];
    },
    tolerance: 1e-12,
    cases: samples.map((sample, i) => ({ inputs: inputsOf(sample, i % 2 ? 'f64' : 'f32'), attrs: { points: 400 } })),
  }),
];
