// From results to the table: AUROC by class and seed, means with intervals over seeds, and what stands beside it.
import { timeText } from '../src/cli/text.ts';
import { type MeanInterval, meanInterval } from './interval.ts';
import type { Journal, RunRecord } from './journal.ts';
import { type Published, published, publishedName } from './published.ts';
import type { Cells, Task } from './task.ts';

/** One row of AUROCs; null where a cell has none. */
export interface Row {
  readonly name: string;
  /** By class, in the order of `Table.classes`. */
  readonly auroc: readonly (number | null)[];
  readonly mean: number | null;
}

/** A finished table; plain JSON, AUROC within 0 … 1. */
export interface Table {
  readonly set: string;
  readonly method: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly classes: readonly string[];
  readonly seeds: readonly { readonly seed: number; readonly auroc: readonly number[]; readonly mean: number }[];
  /** Over seeds, by class. */
  readonly byClass: readonly MeanInterval[];
  /** Over seeds, of the means over classes; the interval is of Student's t. */
  readonly mean: MeanInterval;
  readonly level: number;
  /** Over all runs: named numbers at the end of training. */
  readonly terms: Readonly<Record<string, number>>;
  readonly baselines: readonly Row[];
  readonly published: readonly (Row & { readonly source: string })[];
  readonly cost: {
    readonly runs: number;
    readonly steps: number;
    readonly trainSeconds: number;
    readonly scoreSeconds: number;
    readonly picturesJudged: number;
  };
  readonly command: string;
  /** The file with every run. */
  readonly journal: string;
}

const level = 0.95;
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sumOf = (runs: readonly RunRecord[], of: (run: RunRecord) => number): number => runs.reduce((sum, run) => sum + of(run), 0);

/** Of a journal that has every cell. */
export function tableOf(task: Task, { classes, seeds }: Cells, journal: Journal, command: string): Table {
  const names = classes.map((index) => task.set.classes[index]);
  const runs = seeds.map((seed) => names.map((name) => journal.run(name, seed) as RunRecord));
  const all = runs.flat();
  const rows = runs.map((row, i) => ({ seed: seeds[i], auroc: row.map(({ auroc }) => auroc), mean: meanOf(row.map(({ auroc }) => auroc)) }));
  const termNames = [...new Set(all.flatMap(({ terms }) => Object.keys(terms)))];
  const baselines = [...new Set(names.flatMap((name) => Object.keys(journal.baseline(name)?.auroc ?? {})))];
  const whole = classes.length === task.set.classes.length;
  return {
    set: task.set.name,
    method: task.method.name,
    settings: task.identity,
    classes: names,
    seeds: rows,
    byClass: names.map((_, i) =>
      meanInterval(
        rows.map(({ auroc }) => auroc[i]),
        level,
      ),
    ),
    mean: meanInterval(
      rows.map(({ mean }) => mean),
      level,
    ),
    level,
    terms: Object.fromEntries(termNames.map((name) => [name, meanOf(all.flatMap(({ terms }) => terms[name] ?? []))])),
    baselines: baselines.map((name) => {
      const auroc = names.map((one) => journal.baseline(one)?.auroc[name] ?? null);
      return { name, auroc, mean: auroc.includes(null) ? null : meanOf(auroc as number[]) };
    }),
    published: (published[publishedName(task.set) ?? ''] ?? []).map((one) => besides(one, classes, whole)),
    cost: {
      runs: all.length,
      steps: sumOf(all, ({ steps }) => steps),
      trainSeconds: sumOf(all, ({ trainSeconds }) => trainSeconds),
      scoreSeconds: sumOf(all, ({ scoreSeconds }) => scoreSeconds),
      picturesJudged: sumOf(all, ({ normal, abnormal }) => normal + abnormal),
    },
    command,
    journal: journal.path,
  };
}

/** A published mean is one over all classes: of some of them it says nothing. */
function besides({ name, source, mean, classes: own }: Published, classes: readonly number[], whole: boolean): Row & { source: string } {
  return { name, source, auroc: classes.map((index) => own?.[index] ?? null), mean: whole ? mean : null };
}

const percent = (value: number | null, digits = 2): string => (value === null ? '–' : (100 * value).toFixed(digits));
const reach = ({ mean, high }: MeanInterval): string => (high === null ? '–' : `± ${percent(high - mean)}`);
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Interval of a mean, as text: 97.31 [97.02, 97.60]. */
export const intervalText = ({ mean, low, high }: MeanInterval): string =>
  low === null ? percent(mean) : `${percent(mean)} [${percent(low)}, ${percent(high)}]`;

/** Where the intervals of a few seeds come from; nothing of a single one. */
export const over = (seeds: number): string => (seeds > 1 ? `, with ${100 * level} % intervals of Student's t over ${seeds} seeds` : ', of one seed');

/** The table in Markdown, in per cent; what it cost and how it was made under it. */
export function markdownOf(table: Table): string {
  const { set, method, classes, seeds, byClass, mean, baselines, published: others, cost, command, terms } = table;
  const rows = [
    line([`normal class of ${set}`, ...classes, 'mean']),
    line(['---', ...classes.map(() => '---'), '---']),
    ...seeds.map(({ seed, auroc, mean: own }) => line([`${method}, seed ${seed}`, ...auroc.map((one) => percent(one)), percent(own)])),
    line([`**${method}**, mean of ${seeds.length}`, ...byClass.map((one) => percent(one.mean)), `**${percent(mean.mean)}**`]),
    ...(seeds.length > 1 ? [line([`${100 * table.level} % interval`, ...byClass.map(reach), reach(mean)])] : []),
    ...baselines.map((row) => line([row.name, ...row.auroc.map((one) => percent(one)), percent(row.mean)])),
    ...others.map((row) => line([`${row.name} (published)`, ...row.auroc.map((one) => percent(one, 1)), percent(row.mean, 1)])),
  ];
  const pictures = Math.round(cost.picturesJudged / cost.scoreSeconds);
  const notes = [
    `AUROC in per cent of all test pictures, learnt from the normal class alone${over(seeds.length)}.`,
    `${cost.runs} trainings of ${Math.round(cost.steps / cost.runs)} steps and ${timeText(cost.trainSeconds / cost.runs)} on average; judged at ${pictures} pictures a second.`,
    ...(Object.keys(terms).length
      ? [
          `At the end of training: ${Object.entries(terms)
            .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
            .join(', ')}.`,
        ]
      : []),
  ];
  return `${rows.join('\n')}\n\n${notes.join('\n')}\n\n    ${command}\n`;
}
