// Scores of pictures with their labels: what image-level metrics look at.
import { BlemishError } from '../errors.ts';
import * as ops from '../ops/index.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { readAll } from '../tensor/waiting.ts';
import type { MetricRecord } from './metric.ts';
import { orNull } from './read.ts';

/** A picture's score with its label. */
export interface ImageSample {
  /** Raw, larger is more abnormal. NaN is refused; infinities are scores like others. */
  readonly score: number;
  /** 1 is abnormal. */
  readonly label: 0 | 1;
}

/** What one walk through the ranking gives; null where a class is missing. */
export interface Ranking {
  readonly auroc: number | null;
  readonly averagePrecision: number | null;
  readonly f1Max: number | null;
  /** The largest score t for which calling scores >= t abnormal reaches the largest F1. */
  readonly threshold: number | null;
}

/** The ranking of two classes of scores, each f32 or f64 [n]. */
export async function rankingOf(samples: () => { positives: Tensor; negatives: Tensor }): Promise<Ranking> {
  const numbers = await readAll(() => {
    const { positives, negatives } = samples();
    return ops.ranking(positives, negatives);
  });
  const [auroc, averagePrecision, f1Max, threshold] = numbers.map(([value]) => orNull(value));
  return { auroc, averagePrecision, f1Max, threshold };
}

const many = <S>(batch: S | Iterable<S>): Iterable<S> =>
  typeof batch === 'object' && batch !== null && Symbol.iterator in batch ? (batch as Iterable<S>) : [batch as S];

/** Scores and labels, kept as float64: 8 bytes a picture. */
export class ImageRecord implements MetricRecord<ImageSample> {
  private positives: number[] = [];
  private negatives: number[] = [];
  private ranked: Promise<Ranking> | null = null;

  /** Takes in a batch. */
  update(batch: ImageSample | Iterable<ImageSample>): void {
    for (const { score, label } of many(batch)) this.add([score], [label]);
  }

  /** As `update`, from two lists of one length. Throws ARGUMENT_INVALID for a score of NaN and a label other than 0 and 1, and then keeps none. */
  add(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
    const where = (i: number) => `image metrics: picture ${this.positives.length + this.negatives.length + i}`;
    if (scores.length !== labels.length) {
      throw new BlemishError('SHAPE_MISMATCH', `image metrics: ${scores.length} scores came with ${labels.length} labels; expected as many`);
    }
    for (let i = 0; i < scores.length; i++) {
      if (typeof scores[i] !== 'number' || Number.isNaN(scores[i]))
        throw new BlemishError('ARGUMENT_INVALID', `${where(i)}: its score is ${scores[i]}; expected a number or an infinity`);
      if (labels[i] !== 0 && labels[i] !== 1)
        throw new BlemishError('ARGUMENT_INVALID', `${where(i)}: its label is ${labels[i]}; expected 0 for normal or 1 for abnormal`);
    }
    for (let i = 0; i < scores.length; i++) (labels[i] === 1 ? this.positives : this.negatives).push(scores[i]);
    this.ranked = null;
  }

  /** Takes in what another record has seen. */
  merge(other: ImageRecord): void {
    if (other === this) throw new BlemishError('ARGUMENT_INVALID', 'image metrics: a record was to be merged with itself; expected another one');
    for (const side of ['positives', 'negatives'] as const) {
      this[side] = this[side].concat(other[side]);
      other[side] = [];
    }
    this.ranked = other.ranked = null;
  }

  /** Pictures taken in, by label. */
  get counts(): { readonly normal: number; readonly abnormal: number } {
    return { normal: this.negatives.length, abnormal: this.positives.length };
  }

  /** Scores of both classes as tensors f64 [n] of the scope around. */
  samples(): { positives: Tensor; negatives: Tensor } {
    return { positives: tensor(Float64Array.from(this.positives)), negatives: tensor(Float64Array.from(this.negatives)) };
  }

  /** AUROC, average precision, largest F1 and its threshold, from one sort; remembered until the next update. */
  ranking(): Promise<Ranking> {
    this.ranked ??= rankingOf(() => this.samples());
    return this.ranked;
  }

  /** Holds no native memory: here so that all records are alike. Empties it. */
  dispose(): void {
    this.positives = [];
    this.negatives = [];
    this.ranked = null;
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
