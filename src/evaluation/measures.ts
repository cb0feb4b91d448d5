// From scores and maps to estimates with intervals, and to the lines of plots.
import {
  aupimoByPicture,
  ImageRecord,
  type IntervalOptions,
  imageIntervals,
  metrics,
  PixelRecord,
  precisionRecallCurve,
  proCurve,
  rocCurve,
} from '../metrics/index.ts';
import type { Random } from '../tensor/random.ts';
import type { Curve, Estimate, ImageMetrics, PixelMetrics } from './evaluation.ts';
import type { Mask } from './masks.ts';

export interface MeasureOptions {
  /** Resamples behind each interval; 0 for none. */
  readonly resamples: number;
  /** Share of cases that an interval is meant to hold. */
  readonly level: number;
}

export interface PixelMeasureOptions extends MeasureOptions {
  readonly signal?: AbortSignal;
  readonly onMetric?: (done: number, total: number) => void;
}

type Labelled = { readonly label: 0 | 1; readonly score: number };

/** More points than pixels of a plot are of no use. */
const points = 300;

const estimateOf = (value: number | null, interval: { low: number; high: number } | null | undefined): Estimate | null =>
  value === null ? null : { value, low: interval?.low ?? null, high: interval?.high ?? null };

const curveOf = (x: Float64Array | undefined, y: Float64Array | undefined): Curve | null => (x && y ? { x: [...x], y: [...y] } : null);

async function imageMetricsOf(record: ImageRecord, { resamples, level }: MeasureOptions, random: Random): Promise<ImageMetrics> {
  const { auroc, averagePrecision, f1Max } = await record.ranking();
  const intervals = resamples > 0 ? await imageIntervals(record, { random, resamples, level }) : null;
  return {
    auroc: estimateOf(auroc, intervals?.auroc),
    ap: estimateOf(averagePrecision, intervals?.averagePrecision),
    f1Max: estimateOf(f1Max, intervals?.f1Max),
  };
}

/** The metrics of pictures, and their curves; null where a class is missing. */
export async function imageMeasures(
  pictures: readonly Labelled[],
  options: MeasureOptions,
  random: Random,
): Promise<{ metrics: ImageMetrics; roc: Curve | null; precisionRecall: Curve | null }> {
  using record = new ImageRecord();
  record.update(pictures);
  const [roc, precisionRecall] = [await rocCurve(record, { points }), await precisionRecallCurve(record, { points })];
  return {
    metrics: await imageMetricsOf(record, options, random),
    roc: curveOf(roc?.falsePositiveRate, roc?.truePositiveRate),
    precisionRecall: curveOf(precisionRecall?.recall, precisionRecall?.precision),
  };
}

/** AUROC alone; null where a class is missing. */
export async function estimateAuroc(pictures: readonly Labelled[], options: MeasureOptions, random: Random): Promise<Estimate | null> {
  using record = new ImageRecord();
  record.update(pictures);
  return (await imageMetricsOf(record, options, random)).auroc;
}

/** The metrics of pixels: maps come one by one. Holds native memory until `dispose`. */
export class PixelMeasures {
  private readonly record = new PixelRecord();

  /** Takes in a map f32 [height width] of a picture in which the mask is marked; null: nothing is. */
  update(map: Float32Array, width: number, height: number, mask: Mask | null, name: string): void {
    this.record.update({ map, width, height, mask, name });
  }

  /** AUPIMO of each picture with a mask, in the order in which they came; null where there is no picture without marks. */
  byPicture(): Promise<Float64Array | null> {
    return aupimoByPicture(this.record);
  }

  /** All metrics and their lines; `onMetric` hears how many are done. An aborted `signal` ends it between two of them. */
  async value(
    { resamples, level, signal, onMetric }: PixelMeasureOptions,
    random: Random,
  ): Promise<{ metrics: PixelMetrics; roc: Curve | null; pro: Curve | null }> {
    const { record } = this;
    let done = 0;
    const estimate = async (name: keyof PixelMetrics): Promise<Estimate | null> => {
      signal?.throwIfAborted();
      onMetric?.(done, 5);
      done++;
      const metric = metrics[name].pixel(record);
      const options: IntervalOptions = { random: random.split(name), resamples, level };
      return estimateOf(await metric.value(), resamples > 0 ? await metric.interval(options) : null);
    };
    const [roc, pro] = [await rocCurve(record, { points }), await proCurve(record, { points })];
    const found = {
      auroc: await estimate('auroc'),
      ap: await estimate('ap'),
      f1Max: await estimate('f1Max'),
      aupro: await estimate('aupro'),
      aupimo: await estimate('aupimo'),
    };
    onMetric?.(done, 5);
    return {
      metrics: found,
      roc: curveOf(roc?.falsePositiveRate, roc?.truePositiveRate),
      pro: curveOf(pro?.falsePositiveRate, pro?.overlap),
    };
  }

  [Symbol.dispose](): void {
    this.record.dispose();
  }
}
