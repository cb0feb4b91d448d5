// Scores that need no learning, as rows of the report: with intervals, and what they say about the detector.
import type { Sample } from '../data/sample.ts';
import type { Random } from '../tensor/random.ts';
import { type LabelledPixels, strengthOf, trivialBaselines, verdictOf } from './baselines.ts';
import type { BaselineRow, Estimate } from './evaluation.ts';
import { estimateAuroc, type MeasureOptions } from './measures.ts';
import { type SmallPicture, smallPictures } from './small-pictures.ts';

export interface BaselineOptions extends MeasureOptions {
  readonly signal?: AbortSignal;
  /** In colour or grey, as the detector sees them. */
  readonly channels: 1 | 3;
}

/**
 * What they reach on the samples, each in the direction in which it is better; none where one of the two classes is missing.
 *
 * @param train pictures that were learnt from
 * @param own image AUROC of the detector on the same samples
 */
export async function baselineRows(
  train: readonly SmallPicture[],
  samples: readonly Sample[],
  own: Estimate | null,
  { signal, channels, ...options }: BaselineOptions,
  random: Random,
): Promise<BaselineRow[]> {
  const labels: (0 | 1)[] = [];
  async function* labelled(): AsyncGenerator<LabelledPixels> {
    for await (const { sample, pixels } of smallPictures(samples, channels, signal)) {
      const label = sample.label as 0 | 1;
      labels.push(label);
      yield { pixels, label };
    }
  }
  const baselines = await trivialBaselines(
    train.map((picture) => picture.pixels),
    labelled(),
    { signal },
  );
  const rows: BaselineRow[] = [];
  for (const baseline of baselines) {
    const { key, name, meaning, scores } = baseline;
    if (strengthOf(baseline) === null) continue;
    const inverted = baseline.inverted! > baseline.auroc!;
    const directed = labels.map((label, i) => ({ label, score: inverted ? -scores[i] : scores[i] }));
    const auroc = (await estimateAuroc(directed, options, random.split(key)))!;
    rows.push({ key, name, meaning, auroc, inverted, verdict: verdictOf(baseline, own?.value ?? null) });
  }
  return rows;
}
