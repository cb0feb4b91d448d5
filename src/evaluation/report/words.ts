// What the numbers mean, in sentences for people who do not read metrics every day.
import type { BaselineRow, CategoryEvaluation, Estimate } from '../evaluation.ts';
import * as numbers from './numbers.ts';

/** One sentence with how much it should worry the reader. */
export interface Remark {
  readonly level: 'good' | 'note' | 'warning';
  readonly text: string;
}

/** One row of the table of metrics. */
export interface Reading {
  readonly name: string;
  readonly estimate: Estimate | null;
  readonly meaning: string;
}

/** The metrics of pictures, each with what it says. */
export function pictureReadings({ image: { auroc, ap, f1Max } }: CategoryEvaluation): readonly Reading[] {
  const order =
    auroc &&
    `Of one good and one abnormal picture taken at random, the abnormal one has the higher score in ${numbers.percent(auroc.value)} of cases; chance is 50 %.`;
  return [
    { name: 'image AUROC', estimate: auroc, meaning: order ?? 'Needs good and abnormal pictures.' },
    {
      name: 'image average precision',
      estimate: ap,
      meaning: 'Going down from the highest score: the share of the pictures so far that are abnormal, averaged over the abnormal ones.',
    },
    {
      name: 'image best F1',
      estimate: f1Max,
      meaning: 'Balance of precision and recall at the threshold that suits these very pictures best: an upper bound, not a promise.',
    },
  ];
}

/** The metrics of pixels, each with what it says; empty where no mask is known. */
export function pixelReadings({ pixel }: CategoryEvaluation): readonly Reading[] {
  if (!pixel) return [];
  return [
    {
      name: 'pixel AUROC',
      estimate: pixel.auroc,
      meaning: 'The same for pixels, marked against not marked. Most pixels are easy, so even mediocre maps come near 1.',
    },
    {
      name: 'pixel average precision',
      estimate: pixel.ap,
      meaning: 'The same for pixels. Marked pixels are few, so this tells good maps from very good ones.',
    },
    { name: 'pixel best F1', estimate: pixel.f1Max, meaning: 'How well the map, cut at its best threshold, covers what is marked and nothing else.' },
    {
      name: 'AUPRO',
      estimate: pixel.aupro,
      meaning:
        'How much of a marked region is covered, small regions counting as much as large ones, averaged over false-alarm rates up to 30 % of normal pixels.',
    },
    {
      name: 'AUPIMO',
      estimate: pixel.aupimo,
      meaning: 'How much of the marked area is covered when only 1 in 100,000 to 1 in 10,000 pixels of good pictures may be flagged: the strictest of these.',
    },
  ];
}

const explained = ({ name, meaning }: BaselineRow): string => `The ${name} (${meaning})`;
/** The baseline with the largest AUROC. */
export const strongest = (rows: readonly BaselineRow[]): BaselineRow => rows.reduce((best, row) => (row.auroc.value > best.auroc.value ? row : best));

/** What scores without learning say about the detector's. */
export function baselineRemark({ baselines, image, pixel, equalised }: CategoryEvaluation): Remark | null {
  if (!baselines.length) return null;
  const best = strongest(baselines);
  const own = image.auroc?.value ?? null;
  const separating = baselines.filter((row) => row.verdict === 'separates');
  if (separating.length) {
    const others = separating.filter((row) => row !== best).map((row) => row.name);
    const instead = [
      pixel ? 'judge by the pixel metrics' : '',
      equalised?.image.auroc ? `by the scores of brightness-equalised pictures (AUROC ${numbers.metric(equalised.image.auroc.value)})` : '',
    ].filter(Boolean);
    return {
      level: 'warning',
      text: `${explained(best)} alone all but tells good from abnormal here (AUROC ${numbers.metric(best.auroc.value)}), without learning anything${others.length ? `, and so ${others.length > 1 ? 'do' : 'does'} the ${others.join(' and the ')}` : ''}. Image-level numbers say little about the detector on this set${instead.length ? `; ${instead.join(', and ')}` : ''}.`,
    };
  }
  if (best.verdict === 'near') {
    return {
      level: 'warning',
      text:
        own !== null && best.auroc.value >= own
          ? `${explained(best)} does better without learning (AUROC ${numbers.metric(best.auroc.value)}) than the detector (${numbers.metric(own)}): at image level it has not shown that it learnt anything.`
          : `${explained(best)} comes near the detector without learning: AUROC ${numbers.metric(best.auroc.value)} against ${numbers.metric(own)}.`,
    };
  }
  return {
    level: 'good',
    text: `The best score that needs no learning, the ${best.name}, reaches an image AUROC of ${numbers.metric(best.auroc.value)}; the detector ${numbers.metric(own)}.`,
  };
}

/** How the detector decides at the threshold in force. */
export function thresholdRemark({ threshold, pictures, counts }: CategoryEvaluation): Remark {
  if (threshold === null) {
    return {
      level: 'note',
      text: 'No threshold is in force, so nothing here counts as missed or as a false alarm. Calibrate the detector on normal pictures that are not among these.',
    };
  }
  const flagged = (label: 0 | 1) => pictures.filter((p) => p.label === label && p.score > threshold).length;
  const [falseAlarms, caught] = [flagged(0), flagged(1)];
  const parts = [
    counts.abnormal
      ? `${numbers.count(caught)} of ${numbers.counted(counts.abnormal, 'abnormal picture')} caught (${numbers.percent(caught, counts.abnormal)})`
      : '',
    counts.good
      ? `${numbers.count(falseAlarms)} of ${numbers.counted(counts.good, 'good picture')} flagged by mistake (${numbers.percent(falseAlarms, counts.good)})`
      : '',
  ].filter(Boolean);
  return { level: 'note', text: `At the threshold ${numbers.tick(threshold)}: ${parts.join(', ')}.` };
}

/** What a reader must know of the pictures before trusting the numbers. */
export function cautions({ counts, image, failures, pixel }: CategoryEvaluation): readonly Remark[] {
  const remarks: Remark[] = [];
  const few = Math.min(counts.good, counts.abnormal);
  if (few === 0) {
    remarks.push({
      level: 'warning',
      text: `There are no ${counts.good ? 'abnormal' : 'good'} pictures: nothing can be said about how well the two are told apart.`,
    });
  } else if (few < 30) {
    const width = image.auroc?.low != null && image.auroc.high != null ? image.auroc.high - image.auroc.low : null;
    remarks.push({
      level: 'note',
      text: `Only ${numbers.counted(few, counts.good <= counts.abnormal ? 'good picture' : 'abnormal picture')}${width === null ? '' : `: the interval of the image AUROC is ${width.toFixed(3)} wide, and smaller differences may be chance`}.`,
    });
  }
  const { low = null, high = null } = image.auroc ?? {};
  if (high !== null && high < 0.5) {
    remarks.push({ level: 'warning', text: 'The image AUROC lies below 0.5: abnormal pictures tend to get the lower scores.' });
  } else if (low !== null && low <= 0.5) {
    remarks.push({ level: 'warning', text: 'The interval of the image AUROC holds 0.5: the order of the pictures may be chance.' });
  }
  if (counts.unmasked) {
    remarks.push({
      level: 'note',
      text: `${numbers.counted(counts.unmasked, 'abnormal picture')} without a usable mask ${counts.unmasked === 1 ? 'counts' : 'count'} at image level and ${counts.unmasked === 1 ? 'is' : 'are'} left out of the pixel metrics.`,
    });
  }
  if (!counts.train)
    remarks.push({
      level: 'note',
      text: 'No training pictures are at hand, so scores without learning that need them, such as the nearest neighbour, are left out.',
    });
  if (!pixel && counts.abnormal) remarks.push({ level: 'note', text: 'No masks are known, so there are no pixel metrics.' });
  const unread = failures.filter((f) => f.what === 'picture').length;
  if (unread)
    remarks.push({
      level: 'warning',
      text: `${numbers.counted(unread, 'picture')} could not be used and ${unread === 1 ? 'is' : 'are'} not counted; see the list of failures.`,
    });
  if (counts.unlabelled)
    remarks.push({
      level: 'note',
      text: `${numbers.counted(counts.unlabelled, 'picture')} without a label ${counts.unlabelled === 1 ? 'was' : 'were'} left out.`,
    });
  return remarks;
}
