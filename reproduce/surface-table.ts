// From cells to tables: each set by row, means over the sets, and how far the first row is from every other.
import { timeText } from '../src/cli/text.ts';
import { type MeanInterval, meanInterval } from './interval.ts';
import { headings, type Measure, measures, type SurfaceCell } from './surfaces.ts';
import { intervalText, over } from './table.ts';

export type Means = Readonly<Record<Measure, MeanInterval | null>>;

export interface SurfaceTable {
  readonly sets: readonly {
    readonly name: string;
    /** By row, over seeds. */
    readonly rows: readonly { readonly name: string; readonly found: Means }[];
    readonly baseline: { readonly name: string; readonly auroc: number } | null;
  }[];
  /** Means over the sets, over seeds. */
  readonly mean: readonly { readonly name: string; readonly found: Means }[];
  /** The first row less another, over seeds, of the means over the sets. */
  readonly differences: readonly { readonly first: string; readonly other: string; readonly found: Means }[];
  readonly cells: readonly SurfaceCell[];
  readonly command: string;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
const each = (of: (measure: Measure) => MeanInterval | null): Means =>
  Object.fromEntries(measures.map((name) => [name, of(name)])) as Record<Measure, MeanInterval | null>;

/** Of cells of which every set, row and seed has one. */
export function surfaceTable(cells: readonly SurfaceCell[], command: string): SurfaceTable {
  const [sets, rows, seeds] = [unique(cells.map(({ set }) => set)), unique(cells.map(({ row }) => row)), unique(cells.map(({ seed }) => seed))];
  const at = (set: string, row: string, seed: number) => cells.find((one) => one.set === set && one.row === row && one.seed === seed) as SurfaceCell;
  /** By seed; null where a set does not have the measure. */
  const meanOfSets = (row: string, measure: Measure): number[] | null => {
    const values = seeds.map((seed) => sets.map((set) => at(set, row, seed).found[measure]));
    return values.flat().includes(null) ? null : values.map((list) => meanOf(list as number[]));
  };
  const interval = (values: readonly (number | null)[] | null) => (!values || values.includes(null) ? null : meanInterval(values as number[]));
  return {
    sets: sets.map((name) => ({
      name,
      rows: rows.map((row) => ({ name: row, found: each((measure) => interval(seeds.map((seed) => at(name, row, seed).found[measure]))) })),
      baseline: at(name, rows[0], seeds[0]).baseline,
    })),
    mean: rows.map((row) => ({ name: row, found: each((measure) => interval(meanOfSets(row, measure))) })),
    differences: rows.slice(1).map((other) => ({
      first: rows[0],
      other,
      found: each((measure) => {
        const [a, b] = [rows[0], other].map((row) => meanOfSets(row, measure));
        return a && b ? meanInterval(a.map((x, i) => x - b[i])) : null;
      }),
    })),
    cells,
    command,
  };
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const text = (found: MeanInterval | null): string => (found ? intervalText(found) : '–');

/** Tables in Markdown, in per cent. */
export function surfaceMarkdown({ sets, mean, differences, cells, command }: SurfaceTable): string {
  const table = (title: string, rows: readonly { readonly name: string; readonly found: Means }[]) => {
    const shown = measures.filter((measure) => rows.some(({ found }) => found[measure]));
    return [
      line([title, ...shown.map((measure) => headings[measure])]),
      line(['---', ...shown.map(() => '---')]),
      ...rows.map(({ name, found }) => line([`\`${name}\``, ...shown.map((measure) => text(found[measure]))])),
    ].join('\n');
  };
  const parts = sets.map(({ name, rows, baseline }) => {
    const note = baseline ? `\n\nWithout learning, ${baseline.name}: image AUROC ${(100 * baseline.auroc).toFixed(2)}.` : '';
    return `${table(name, rows)}${note}`;
  });
  if (sets.length > 1) parts.push(table(`mean of ${sets.length} sets`, mean));
  if (differences.length) {
    const rows = differences.map(({ first, other, found }) => ({ name: `${first} − ${other}`, found }));
    parts.push(table('points of difference', rows));
  }
  const seeds = unique(cells.map(({ seed }) => seed)).length;
  const [steps, seconds] = [meanOf(cells.map((cell) => cell.steps)), meanOf(cells.map(({ trainSeconds }) => trainSeconds))];
  parts.push(`In per cent, whole test sets${over(seeds)}; ${cells.length} trainings of ${Math.round(steps)} steps and ${timeText(seconds)} on average.`);
  return `${parts.join('\n\n')}\n\n    ${command}\n`;
}
