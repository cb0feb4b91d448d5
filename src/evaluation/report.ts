// Writes an evaluation down: one HTML page that opens offline, its numbers as JSON, the scores as CSV.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation } from './evaluation.ts';
import { openPlots } from './plots.ts';
import { type Cell, csv } from './report/csv.ts';
import { fateOf } from './report/fate.ts';
import { page } from './report/page.ts';

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
  const text = await page(evaluation, await openPlots());
  await mkdir(folder, { recursive: true });
  const written = { html: join(folder, 'report.html'), json: join(folder, 'report.json'), csv: join(folder, 'scores.csv') };
  await Promise.all([writeFile(written.html, text), writeFile(written.json, reportJson(evaluation)), writeFile(written.csv, scoresCsv(evaluation))]);
  return written;
}
