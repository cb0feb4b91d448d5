// The contract of a metric: samples in, batch by batch, one number out, and the interval in which resampling puts it.
import type { Random } from '../tensor/random.ts';
import { ImageRecord, type ImageSample } from './image-record.ts';
import { PixelRecord, type PixelSample } from './pixel-record.ts';

/** What resampling makes of a metric: the middle `level` of its values on `resamples` resamples. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly resamples: number;
}

/** How intervals are drawn. */
export interface IntervalOptions {
  /** The only source of chance: the same stream, the same interval. */
  readonly random: Random;
  /** How often to resample, 1 … 1,000,000. Default 1000. */
  readonly resamples?: number;
  /** Which part of the resamples the interval holds, above 0 and below 1. Default 0.95. */
  readonly level?: number;
}

/** What metrics of one level look at: it grows by updates, joins with others, and knows no metric. */
export interface MetricRecord<S> {
  update(batch: S | Iterable<S>): void;
  merge(other: this): void;
  /** Frees its tensors; twice is fine. */
  dispose(): void;
}

/** How a metric is made of a record. */
export interface Reading<R> {
  /** null where the samples do not answer the question, such as where one class is missing. */
  value(record: R): Promise<number | null>;
  interval(record: R, options: IntervalOptions): Promise<Interval | null>;
}

/**
 * One number about many samples. Scores are raw: any increasing map of them gives the same number. Samples may come in any number
 * of batches and in any order.
 */
export class Metric<R extends MetricRecord<S>, S> {
  readonly name: string;
  /** What it looks at; several metrics may share one, so that samples are held once. */
  readonly record: R;
  private readonly reading: Reading<R>;
  private readonly owned: boolean;

  /** @param owned whether the record dies with the metric */
  constructor(name: string, reading: Reading<R>, record: R, owned: boolean) {
    this.name = name;
    this.reading = reading;
    this.record = record;
    this.owned = owned;
  }

  /** Takes in one sample or many. A bad one throws before anything of it is kept; those before it stay. */
  update(batch: S | Iterable<S>): void {
    this.record.update(batch);
  }

  /** Takes over all samples of another record, exactly as if they had come here; the other is empty afterwards. */
  merge(other: Metric<R, S>): void {
    this.record.merge(other.record);
  }

  /** The number; null where the samples do not answer the question: each metric says when. */
  async value(): Promise<number | null> {
    return this.reading.value(this.record);
  }

  /** Percentile bootstrap over pictures, normal and abnormal ones each resampled among themselves; null where the value is. */
  async interval(options: IntervalOptions): Promise<Interval | null> {
    return this.reading.interval(this.record, options);
  }

  /** Frees the record if the metric made it. */
  dispose(): void {
    if (this.owned) this.record.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A metric of scores of whole pictures. */
export type ImageMetric = Metric<ImageRecord, ImageSample>;
/** A metric of maps. */
export type PixelMetric = Metric<PixelRecord, PixelSample>;

/** Makes a metric; a record given is shared and stays its owner's. */
export type MakeImageMetric = (record?: ImageRecord) => ImageMetric;
export type MakePixelMetric = (record?: PixelRecord) => PixelMetric;

/** A member of the registry. */
export interface MetricKind<I extends MakeImageMetric | null = MakeImageMetric | null, P extends MakePixelMetric | null = MakePixelMetric | null> {
  readonly name: string;
  /** What it says and where it comes from, one sentence. */
  readonly meaning: string;
  /** From one score a picture; null where it is defined on pixels only. */
  readonly image: I;
  /** From one score a pixel; null where it is defined on pictures only. */
  readonly pixel: P;
}

/** A metric made of readings of records. */
export function defineMetric(parts: {
  name: string;
  meaning: string;
  image: Reading<ImageRecord>;
  pixel: Reading<PixelRecord>;
}): MetricKind<MakeImageMetric, MakePixelMetric> {
  const { name, meaning, image, pixel } = parts;
  return {
    name,
    meaning,
    image: (record) => new Metric(name, image, record ?? new ImageRecord(), !record),
    pixel: (record) => new Metric(name, pixel, record ?? new PixelRecord(), !record),
  };
}

/** The same for a metric that is defined on pixels only; its own records have this spread. */
export function definePixelMetric(parts: { name: string; meaning: string; spread?: number; pixel: Reading<PixelRecord> }): MetricKind<null, MakePixelMetric> {
  const { name, meaning, spread, pixel } = parts;
  return { name, meaning, image: null, pixel: (record) => new Metric(name, pixel, record ?? new PixelRecord({ spread }), !record) };
}
