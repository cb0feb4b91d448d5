// Writes an evaluation down: one HTML page that opens offline, its numbers as JSON, the scores as CSV.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation } from './evaluation.ts';
import { openPlots } from './plots.ts';
import { type Cell, csv } from './report/csv.ts';
import { fateOf } from './report/fate.ts';
import { overviewPage, page } from './report/page.ts';

/** Paths of what was written. */
export interface WrittenReport {
  readonly html: string;
  readonly json: string;
  readonly csv: string;
}

/** Every number of an evaluation as plain JSON; the pictures of the gallery stay behind. */
export function reportJson(evaluation: Evaluation): string {
  const categories = evaluation.categories.map(({ gallery, ...category }) => ({
    ...category,
    gallery: gallery.map((shot) => category.pictures[shot.index].name),
  }));
  return `${JSON.stringify({ ...evaluation, categories }, null, 1)}\n`;
}

/** A line for every picture that was judged: raw scores in full. */
export function scoresCsv(evaluation: Evaluation): string {
  const rows = evaluation.categories.flatMap((category) =>
    category.pictures.map((p): Cell[] => [
      category.name,
      p.name,
      p.kind,
      p.label,
      p.score,
      p.pValue,
      category.threshold,
      p.anomalous,
      fateOf(p),
      p.equalisedScore,
      p.aupimo,
      p.width,
      p.height,
      p.mask,
    ]),
  );
  return csv(
    ['category', 'name', 'kind', 'label', 'score', 'pValue', 'threshold', 'anomalous', 'fate', 'equalisedScore', 'aupimo', 'width', 'height', 'mask'],
    rows,
  );
}

/**
 * Writes `report.html`, `report.json` and `scores.csv` into a folder, which is made if need be; files of these names are replaced.
 *
 * Rejects with BINARY_MISSING where the plotting library or libvips is not installed, and as the file system does where it cannot write.
 */
export async function writeReport(evaluation: Evaluation, folder: string): Promise<WrittenReport> {
  return written(evaluation, folder, await page(evaluation, await openPlots()));
}

async function written(evaluation: Evaluation, folder: string, text: string): Promise<WrittenReport> {
  await mkdir(folder, { recursive: true });
  const paths = { html: join(folder, 'report.html'), json: join(folder, 'report.json'), csv: join(folder, 'scores.csv') };
  await Promise.all([writeFile(paths.html, text), writeFile(paths.json, reportJson(evaluation)), writeFile(paths.csv, scoresCsv(evaluation))]);
  return paths;
}

/**
 * Writes the page over several reports, each by a model and in a folder of its own below this one, with their numbers together: files of
 * the same names as `writeReport`.
 *
 * @param folders of the categories' reports, relative to `folder`, in the order of the categories
 */
export async function writeOverview(evaluation: Evaluation, folder: string, folders: readonly string[]): Promise<WrittenReport> {
  const hrefs = folders.map((name) => [...name.split(/[\\/]/), 'report.html'].map(encodeURIComponent).join('/'));
  return written(
    evaluation,
    folder,
    overviewPage(evaluation, (index) => hrefs[index]),
  );
}
