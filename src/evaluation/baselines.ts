// What scores that need no learning reach on the same pictures: where they do well, a detector's image scores prove little.
import { BlemishError, must } from '../errors.ts';
import { ImageRecord } from '../metrics/index.ts';
import { argMin, matmul, mul, sub } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { tensor } from '../tensor/tensor.ts';

/** Pictures are shrunk to squares of so many pixels a side. */
export const baselineSide = 32;

const declared = {
  mean: { name: 'mean', meaning: 'mean of all numbers of the picture', signed: true, needsTraining: false },
  deviation: { name: 'standard deviation', meaning: 'standard deviation of all numbers of the picture', signed: true, needsTraining: false },
  meanDistance: { name: 'distance of the mean', meaning: 'distance of its mean to the mean of the training pictures', signed: false, needsTraining: true },
  pictureDistance: {
    name: 'distance to the mean picture',
    meaning: 'Euclidean distance to the mean of the training pictures, pixel by pixel',
    signed: false,
    needsTraining: true,
  },
  nearest: {
    name: 'distance to the nearest neighbour',
    meaning: 'Euclidean distance to the nearest training picture, pixel by pixel',
    signed: false,
    needsTraining: true,
  },
} as const;

export type BaselineKey = keyof typeof declared;

export interface Baseline {
  readonly key: BaselineKey;
  /** A phrase for sentences and tables. */
  readonly name: string;
  readonly meaning: string;
  /** Whether it is a feature of which either end may be the abnormal one, and not a distance. */
  readonly signed: boolean;
  /** Raw, in the order of the test pictures. */
  readonly scores: Float64Array;
  /** AUROC where large scores are called abnormal; null where a class is missing. */
  readonly auroc: number | null;
  /** AUROC where small scores are called abnormal: one less the other. */
  readonly inverted: number | null;
}

export interface LabelledPixels {
  readonly pixels: Float32Array;
  /** 1 is abnormal. */
  readonly label: 0 | 1;
}

type Stream<T> = Iterable<T> | AsyncIterable<T>;

// Test pictures times training pictures of one product.
const testBlock = 512;
const trainBlock = 2048;

/** Checks pictures as they come, and that they are alike. */
class Gate {
  size = 0;

  check(pixels: Float32Array, what: string, position: number): void {
    const where = `baselines: ${what} picture ${position}`;
    const plane = baselineSide * baselineSide;
    must(pixels instanceof Float32Array, `${where} is ${Object.prototype.toString.call(pixels)}; expected a Float32Array`);
    if (this.size ? pixels.length !== this.size : pixels.length !== plane && pixels.length !== 3 * plane) {
      const expected = this.size ? `${this.size}, as many as the first` : `${plane} or ${3 * plane}: ${baselineSide} x ${baselineSide} with 1 or 3 channels`;
      throw new BlemishError('SHAPE_MISMATCH', `${where} has ${pixels.length} numbers; expected ${expected}`);
    }
    this.size = pixels.length;
    for (let i = 0; i < pixels.length; i++) must(Number.isFinite(pixels[i]), `${where} is ${pixels[i]} at position ${i}; expected finite numbers`);
  }
}

function momentsOf(pixels: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  for (const x of pixels) sum += x;
  const mean = sum / pixels.length;
  let squares = 0;
  for (const x of pixels) squares += (x - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / pixels.length) };
}

const squaredNorm = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0);

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** Training pictures less their mean, so that products lose no digits, and what is asked of them. */
class Training {
  readonly pictures: Float32Array[];
  readonly center: Float64Array;
  /** Mean over pictures of their means. */
  readonly mean: number;

  /** Takes the pictures over and changes them. */
  constructor(pictures: Float32Array[]) {
    this.pictures = pictures;
    this.center = new Float64Array(pictures[0].length);
    for (const picture of pictures) for (let i = 0; i < picture.length; i++) this.center[i] += picture[i];
    for (let i = 0; i < this.center.length; i++) this.center[i] /= pictures.length;
    this.mean = this.center.reduce((sum, x) => sum + x, 0) / this.center.length;
    for (const picture of pictures) this.shift(picture);
  }

  /** Less the mean picture, in place. */
  shift(picture: Float32Array): Float32Array {
    for (let i = 0; i < picture.length; i++) picture[i] -= this.center[i];
    return picture;
  }

  /** Distances to the nearest: products of matrices find it, and then it is measured in float64. */
  async nearest(shifted: readonly Float32Array[], signal: AbortSignal | undefined): Promise<number[]> {
    const least = shifted.map(() => Number.POSITIVE_INFINITY);
    const size = this.center.length;
    for (let from = 0; from < this.pictures.length; from += trainBlock) {
      signal?.throwIfAborted();
      const some = this.pictures.slice(from, from + trainBlock);
      const place = scope(() => {
        const products = matmul(matrixOf(shifted, size), matrixOf(some, size), { transposeB: true });
        return argMin(sub(tensor(some.map(squaredNorm), [1, some.length]), mul(products, 2)), [1]);
      });
      const places = place.read();
      place.dispose();
      (await places).forEach((at, i) => {
        least[i] = Math.min(least[i], squaredDistance(shifted[i], some[at]));
      });
    }
    return least.map(Math.sqrt);
  }
}

function matrixOf(rows: readonly Float32Array[], size: number) {
  const all = new Float32Array(rows.length * size);
  rows.forEach((row, i) => all.set(row, i * size));
  return tensor(all, [rows.length, size]);
}

/**
 * Image scores and their AUROC by features that anyone could think of, from pictures shrunk to 32x32: mean, standard deviation, distance
 * of the mean to the training mean, distance to the mean training picture, distance to the nearest training picture. Colour pictures
 * stay in colour: mean and deviation are over the numbers of all three channels, distances over all of them as well.
 *
 * Training pictures are held, 4 KiB each (12 KiB in colour); test pictures pass by. Without training pictures those baselines that
 * need some are left out.
 *
 * @param train f32 [C 32 32] within 0 … 1, C is 1 or 3; copied
 * @param test the same with labels
 *
 * Rejects with SHAPE_MISMATCH for other extents, with ARGUMENT_INVALID for numbers that are not finite.
 */
export async function trivialBaselines(
  train: Stream<Float32Array>,
  test: Stream<LabelledPixels>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Baseline[]> {
  const { signal } = options;
  const gate = new Gate();
  const held: Float32Array[] = [];
  for await (const pixels of train) {
    signal?.throwIfAborted();
    gate.check(pixels, 'training', held.length);
    held.push(pixels.slice());
  }
  const training = held.length ? new Training(held) : null;
  const scores: Record<BaselineKey, number[]> = { mean: [], deviation: [], meanDistance: [], pictureDistance: [], nearest: [] };
  const labels: number[] = [];
  let waiting: Float32Array[] = [];
  const flush = async () => {
    if (training) for (const distance of await training.nearest(waiting, signal)) scores.nearest.push(distance);
    waiting = [];
  };
  for await (const { pixels, label } of test) {
    signal?.throwIfAborted();
    gate.check(pixels, 'test', labels.length);
    must(label === 0 || label === 1, `baselines: test picture ${labels.length} has label ${label}; expected 0 for normal or 1 for abnormal`);
    labels.push(label);
    const { mean, deviation } = momentsOf(pixels);
    scores.mean.push(mean);
    scores.deviation.push(deviation);
    if (!training) continue;
    const shifted = training.shift(pixels.slice());
    scores.meanDistance.push(Math.abs(mean - training.mean));
    scores.pictureDistance.push(Math.sqrt(squaredNorm(shifted)));
    if (waiting.push(shifted) === testBlock) await flush();
  }
  await flush();
  const keys = (Object.keys(declared) as BaselineKey[]).filter((key) => training || !declared[key].needsTraining);
  return Promise.all(keys.map((key) => judged(key, scores[key], labels)));
}

async function judged(key: BaselineKey, scores: readonly number[], labels: readonly number[]): Promise<Baseline> {
  const record = new ImageRecord();
  record.add(scores, labels);
  const { auroc } = await record.ranking();
  const { name, meaning, signed } = declared[key];
  return { key, name, meaning, signed, scores: Float64Array.from(scores), auroc, inverted: auroc === null ? null : 1 - auroc };
}

/** 'separates': alone all but tells the classes apart; 'near': comes near the detector or beats it; 'below': neither. */
export type BaselineVerdict = 'separates' | 'near' | 'below';

/** From this AUROC on, in either direction, a baseline separates the set by itself. */
export const separatingAuroc = 0.95;
/** So much less than the detector's AUROC is near it. */
export const nearAuroc = 0.02;

/** AUROC in the better of the two directions; null where a class is missing. */
export const strengthOf = ({ auroc, inverted }: Pick<Baseline, 'auroc' | 'inverted'>): number | null =>
  auroc === null || inverted === null ? null : Math.max(auroc, inverted);

/** What a baseline says about a detector with this AUROC; null: about none. */
export function verdictOf(baseline: Pick<Baseline, 'auroc' | 'inverted'>, detector: number | null): BaselineVerdict {
  const strength = strengthOf(baseline);
  if (strength === null) return 'below';
  if (strength >= separatingAuroc) return 'separates';
  return detector !== null && strength >= detector - nearAuroc ? 'near' : 'below';
}

/**
 * A sentence where a baseline separates the set by itself (AUROC of 0.95 or more, in either direction) or comes within 0.02 of the
 * detector, the strongest of them; null where none does.
 */
export function baselineWarning(baselines: readonly Baseline[], detector: number | null): string | null {
  const strongest = baselines.filter((one) => strengthOf(one) !== null).sort((a, b) => strengthOf(b)! - strengthOf(a)!)[0];
  if (!strongest) return null;
  const strength = strengthOf(strongest)!;
  const verdict = verdictOf(strongest, detector);
  const which = `the ${strongest.name} of pictures shrunk to ${baselineSide}x${baselineSide}${strongest.auroc! < 0.5 ? ', small values called abnormal,' : ''}`;
  const reached = `an image AUROC of ${strength.toFixed(3)}`;
  if (verdict === 'separates') {
    const beside = detector === null ? '' : ` (the detector: ${detector.toFixed(3)})`;
    return `Image scores say little here: ${which} alone reaches ${reached}${beside}. Judge by pixel scores, or make the pictures alike in it first.`;
  }
  if (verdict === 'near') {
    const against = strength > detector! ? 'more than' : strength === detector! ? 'as much as' : 'nearly as much as';
    return `The detector's image scores show little that it learnt: ${which} reaches ${reached}, ${against} the detector's ${detector!.toFixed(3)}.`;
  }
  return null;
}
