// Runs a detector over labelled pictures: metrics with intervals, trivial baselines beside them, a gallery for the report.
import { openData } from '../data/layouts/index.ts';
import type { Category, DataSet, Sample } from '../data/sample.ts';
import { must } from '../errors.ts';
import { Random } from '../tensor/random.ts';
import { type EvaluationEvent, type JudgeOptions, judgeCategory } from './category.ts';
import type { CategoryEvaluation, Estimate, Evaluation, EvaluationProvenance, ImageMetrics, MeanMetrics, PixelMetrics } from './evaluation.ts';
import { detectorFacts, machineFacts, versionFacts } from './facts.ts';
import type { Scorer } from './scorer.ts';

export type { EvaluationEvent } from './category.ts';

/** How a detector is judged. */
export interface EvaluateOptions {
  readonly signal?: AbortSignal;
  /** Is told how far it is. */
  readonly onProgress?: (event: EvaluationEvent) => void;
  /** Of the resampling behind intervals and the choice of pictures that set the colours. Default 0. */
  readonly seed?: number;
  /** Resamples behind each interval, 0 for none. Default 1000. */
  readonly resamples?: number;
  /** Share of cases that an interval is meant to hold, above 0 and below 1. Default 0.95. */
  readonly level?: number;
  /**
   * Whether pictures are scored once more, made as bright as the training pictures. Default: where brightness alone comes near the
   * detector or separates the set.
   */
  readonly equalise?: boolean;
  /** How many pictures are kept, small, for a report, over all categories. Default 0. */
  readonly gallery?: number;
  /** Pixels along the longer side of those. Default 160. */
  readonly thumbnail?: number;
  /** As of the detector's `score`. */
  readonly batchSize?: number;
  /** What the report says of where the numbers come from: the command, when, which file the detector came from. */
  readonly provenance?: { readonly command?: string; readonly date?: string; readonly model?: string };
}

/** What can be judged on: a place on disk, a data set, a category, or samples alone (then nothing is known of the training pictures). */
export type Labelled = string | DataSet | Category | readonly Sample[];

async function dataSetOf(data: Labelled): Promise<{ readonly layout: string | null; readonly root: string | null; readonly categories: readonly Category[] }> {
  if (typeof data === 'string') return openData(data);
  if ('categories' in data) return data;
  const category = 'test' in data ? data : { name: 'samples', train: [], test: data };
  return { layout: null, root: null, categories: [category] };
}

/** The mean over categories that have the number; null where none has. */
export function meanOf(categories: readonly CategoryEvaluation[]): MeanMetrics {
  const mean = (estimates: readonly (Estimate | null | undefined)[]): number | null => {
    const values = estimates.flatMap((estimate) => (estimate ? [estimate.value] : []));
    return values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;
  };
  const image = (name: keyof ImageMetrics) => mean(categories.map((c) => c.image[name]));
  const pixel = (name: keyof PixelMetrics) => mean(categories.map((c) => c.pixel?.[name]));
  return {
    image: { auroc: image('auroc'), ap: image('ap'), f1Max: image('f1Max') },
    pixel: categories.some((c) => c.pixel)
      ? { auroc: pixel('auroc'), ap: pixel('ap'), f1Max: pixel('f1Max'), aupro: pixel('aupro'), aupimo: pixel('aupimo') }
      : null,
  };
}

function mustBeOptions({ seed = 0, resamples = 1000, level = 0.95, gallery = 0, thumbnail = 160 }: EvaluateOptions): void {
  const whole = (name: string, value: number, least: number, most: number) =>
    must(Number.isSafeInteger(value) && value >= least && value <= most, `evaluate: ${name} is ${value}; expected a whole number ${least} … ${most}`);
  whole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  whole('resamples', resamples, 0, 100_000);
  whole('gallery', gallery, 0, 10_000);
  whole('thumbnail', thumbnail, 16, 1024);
  must(level > 0 && level < 1, `evaluate: level is ${level}; expected above 0 and below 1`);
}

/**
 * Judges a detector on labelled pictures: AUROC, average precision and F1-max of images and pixels, AUPRO (to a false-alarm rate of
 * 0.3) and AUPIMO of maps, each exact on raw float64 scores and with an interval from resampling pictures; every kind of defect
 * against the good ones; and, always, what scores that need no learning reach on the same pictures.
 *
 * Pictures that cannot be read are listed and not counted. Abnormal pictures without a mask count for images and not for pixels. Pictures
 * without a label are left out. Nothing about the detector is chosen or changed here.
 *
 * Rejects with DATA_INVALID where a category has no labelled picture, DATA_UNUSABLE where none of them can be scored, ARGUMENT_INVALID
 * for options out of range, the signal's reason when it is aborted; for a place on disk also as `openData`.
 */
export async function evaluate(detector: Scorer, data: Labelled, options: EvaluateOptions = {}): Promise<Evaluation> {
  mustBeOptions(options);
  const { seed = 0, resamples = 1000, level = 0.95, gallery = 0, thumbnail = 160, signal, onProgress, equalise, batchSize, provenance = {} } = options;
  const begun = performance.now();
  const { layout, root, categories } = await dataSetOf(data);
  must(categories.length > 0, 'evaluate: there is no category; expected at least one');
  const random = new Random(seed);
  const judge: JudgeOptions = { signal, onProgress, equalise, batchSize, resamples, level, thumbnail, gallery: Math.ceil(gallery / categories.length) };
  const judged: CategoryEvaluation[] = [];
  for (const category of categories) judged.push(await judgeCategory(detector, category, judge, random.split(category.name)));
  const made: EvaluationProvenance = {
    command: provenance.command ?? null,
    date: provenance.date ?? null,
    model: provenance.model ?? null,
    seed,
    resamples,
    level,
    layout,
    root,
    versions: versionFacts(),
    machine: machineFacts(),
  };
  return {
    categories: judged,
    mean: judged.length > 1 ? meanOf(judged) : null,
    detector: detectorFacts(detector),
    provenance: made,
    seconds: (performance.now() - begun) / 1000,
  };
}
