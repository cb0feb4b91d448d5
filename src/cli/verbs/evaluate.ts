// blemish evaluate: all metrics of a model on labelled pictures, and a report to look at.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Category, DataSet } from '../../data/sample.ts';
import { BlemishError } from '../../errors.ts';
import type { EvaluationEvent } from '../../evaluation/evaluate.ts';
import type { Estimate, Evaluation } from '../../evaluation/evaluation.ts';
import type { Console } from '../console.ts';
import { byFileName, dataFlags, dataHelp, fileNameOf, modelName, openAt } from '../data.ts';
import { troubleOf } from '../failure.ts';
import { quiet, text, toggle, whole, word } from '../flags.ts';
import { willFill } from '../places.ts';
import type { Progress } from '../progress.ts';
import { columns, countText, printable } from '../text.ts';
import { defineVerb, exits } from '../verb.ts';

/** Which model judges which categories, and where its report goes. */
interface Job {
  readonly model: string;
  readonly data: DataSet;
  readonly report: string | undefined;
}

async function jobsOf(model: string, data: DataSet, report: string | undefined): Promise<Job[]> {
  if (!(await stat(model).catch(() => null))?.isDirectory()) return [{ model, data, report }];
  byFileName(data.categories);
  const there = new Set(await readdir(model));
  const missing = data.categories.filter((category) => !there.has(modelName(category)));
  if (missing.length) {
    const names = missing.map(modelName).join(', ');
    throw new BlemishError(
      'ARGUMENT_INVALID',
      `${model} has no model for ${countText(missing.length, 'category', 'categories')} of the data (${names}); expected one for each, or --category`,
    );
  }
  const place = (category: Category) => (report === undefined || data.categories.length === 1 ? report : join(report, fileNameOf(category)));
  return data.categories.map((category) => ({ model: join(model, modelName(category)), data: { ...data, categories: [category] }, report: place(category) }));
}

const valueText = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(4));
const intervalText = (estimate: Estimate | null): string =>
  estimate && estimate.low !== null && estimate.high !== null ? `${valueText(estimate.low)} … ${valueText(estimate.high)}` : '';

/** One category in full, several as a row each. */
export async function tellNumbers(console: Console, { categories, mean, provenance }: Evaluation): Promise<void> {
  const names = ['image AUROC', 'image AP', 'image F1-max', 'pixel AUROC', 'pixel AP', 'AUPRO', 'AUPIMO'];
  const all = <T>(image: Record<'auroc' | 'ap' | 'f1Max', T>, pixel: Record<'auroc' | 'ap' | 'aupro' | 'aupimo', T> | null) => [
    image.auroc,
    image.ap,
    image.f1Max,
    ...(pixel ? [pixel.auroc, pixel.ap, pixel.aupro, pixel.aupimo] : [null, null, null, null]),
  ];
  if (!mean) {
    const [{ pictures, image, pixel }] = categories;
    const { level, resamples } = provenance;
    const rows = all(image, pixel).map((estimate, i) => [names[i], valueText(estimate?.value), intervalText(estimate)]);
    await console.line(columns([['pictures', String(pictures.length), resamples ? `${Math.round(100 * level)} % interval` : ''], ...rows], [false, true]));
    return;
  }
  const rows = categories.map(({ name, pictures, image, pixel }) => [
    printable(name),
    String(pictures.length),
    ...all(image, pixel).map((estimate) => valueText(estimate?.value)),
  ]);
  const total = String(categories.reduce((sum, { pictures }) => sum + pictures.length, 0));
  const means = ['mean', total, ...all(mean.image, mean.pixel).map(valueText)];
  await console.line(columns([['', 'pictures', ...names], ...rows, means], [false, ...Array<boolean>(8).fill(true)]));
}

/** What could not be used, and what the numbers alone would not tell. */
export function tellTrouble(console: Console, { categories }: Evaluation): void {
  for (const { name, failures, baselines, image } of categories) {
    for (const failure of failures) console.warn(troubleOf(failure));
    const near = baselines.filter(({ verdict }) => verdict !== 'below');
    if (!near.length) continue;
    const said = near.map((row) => `${row.name} ${row.auroc.value.toFixed(3)}`).join(', ');
    console.warn(
      `${name}: scores that need no learning come near the detector or separate the set by themselves (image AUROC: ${said}; the detector ${valueText(image.auroc?.value)})`,
    );
  }
}

const doing = { scoring: 'scoring', measuring: 'measuring', baselines: 'baselines', equalised: 'scoring again, equally bright', gallery: 'gallery' } as const;

/** Shows how far an evaluation is; several categories are named. */
export function followEvaluation(console: Console, named: boolean): (event: EvaluationEvent) => void {
  let progress: Progress | null = null;
  return ({ kind, category, done, total }) => {
    progress ??= console.progress('judging');
    progress.update(total ? done / total : null, `${named ? `${category}: ` : ''}${doing[kind]} ${done}/${total}`);
  };
}

export const evaluate = defineVerb({
  name: 'evaluate',
  summary: 'measures a model on labelled pictures: all metrics, with intervals, and a report to look at',
  details: `${dataHelp}\nOf several categories each is measured; <model> is then one file for all, or a folder with a model for each, as train writes it.`,
  operands: [
    { name: 'model', meaning: 'a model file, or a folder of them' },
    { name: 'data', meaning: 'normal and abnormal pictures, with masks where there are any' },
  ],
  flags: {
    report: text('--report <folder>', 'writes report.html, report.json and scores.csv there; of several models a folder for each, and a page over all'),
    gallery: whole('--gallery <n>', 0, 10_000, 120, 'pictures that the report shows'),
    resamples: whole('--resamples <n>', 0, 100_000, 1000, 'resamples behind each interval; 0: no intervals'),
    seed: whole('--seed <n>', 0, Number.MAX_SAFE_INTEGER, 0, 'of the resampling'),
    device: word('--device <name>', ['auto', 'cpu'], 'auto', 'what computes'),
    ...dataFlags,
    json: toggle('--json', 'one object: {"images", "image", "pixel", "seconds"}, or {"categories", "mean"} of these'),
    quiet,
  },
  examples: ['blemish evaluate parts.blemish parts --report out', 'blemish evaluate models mvtec --json'],
  async run({ words: [path, place], flags, line, console, signal }) {
    const data = await openAt(place, flags);
    const jobs = await jobsOf(path, data, flags.report);
    const [{ Detector }, { evaluate, meanOf }, { toContract }] = await Promise.all([
      import('../../scoring/detector.ts'),
      import('../../evaluation/evaluate.ts'),
      import('../../evaluation/contract.ts'),
    ]);
    if (flags.report !== undefined) await willFill('--report', flags.report);
    const evaluations: Evaluation[] = [];
    const reports: string[] = [];
    for (const { model, data: own, report } of jobs) {
      const detector = await Detector.load(model, { device: flags.device });
      try {
        const { seed, resamples } = flags;
        const gallery = report === undefined ? 0 : flags.gallery;
        const provenance = { command: line, date: new Date().toISOString(), model };
        const onProgress = followEvaluation(console, data.categories.length > 1);
        const evaluation = await evaluate(detector, own, { seed, resamples, gallery, signal, onProgress, provenance });
        evaluations.push(evaluation);
        if (report === undefined) continue;
        const { writeReport } = await import('../../evaluation/report.ts');
        reports.push((await writeReport(evaluation, report)).html);
      } finally {
        detector.dispose();
      }
    }
    console.close();
    const categories = evaluations.flatMap((one) => one.categories);
    const all: Evaluation = { ...evaluations[0], categories, mean: categories.length > 1 ? meanOf(categories) : null };
    if (flags.report !== undefined && jobs.length > 1) {
      const { writeOverview } = await import('../../evaluation/report.ts');
      reports.push((await writeOverview(all, flags.report, data.categories.map(fileNameOf))).html);
    }
    for (const one of evaluations) tellTrouble(console, one);
    if (flags.json) await console.json(toContract(all));
    else await tellNumbers(console, all);
    for (const report of reports) console.say(`report: ${report}`);
    return exits.fine;
  },
});
