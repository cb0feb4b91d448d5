// Samples from the rows of a table: what manifests and VisA share.
import { access } from 'node:fs/promises';
import { inFlight } from '../in-flight.ts';
import type { Category, Label, Sample } from '../sample.ts';
import type { Row } from '../tables.ts';

/** Names by which a column may go, the usual one first. */
export const columnNames = {
  path: ['path', 'image', 'file', 'filename', 'image_path', 'filepath'],
  label: ['label', 'anomaly', 'target'],
  mask: ['mask', 'mask_path'],
  split: ['split', 'set', 'subset'],
  category: ['category', 'object'],
  kind: ['kind', 'defect', 'defect_type', 'anomaly_type'],
} as const;

export type Column = keyof typeof columnNames;

/** A cell of a row by what it means. */
export function cell(row: Row, column: Column): string | null {
  for (const name of columnNames[column]) {
    const value = row.cells.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

const normalWords = /^(0|0\.0|false|normal|good|ok)$/i;
const abnormalWords = /^(1|1\.0|true|abnormal|anomaly|anomalous|bad|ko|ng|defect|defective)$/i;
const trainWords = /^(train|training)$/i;
const testWords = /^(test|testing)$/i;

export interface RowOptions {
  /** What messages call the table. */
  readonly where: string;
  /** The category of rows that name none. */
  readonly category: string;
  /** From a path in the table to one on disk. */
  readonly locate: (path: string) => string;
  /** From a path in the table to the name of a sample. Default the path as it stands. */
  readonly nameOf?: (path: string) => string;
  /** The defect's name of an abnormal picture that has none in its row. */
  readonly kindOf?: (path: string) => string | null;
}

interface Read {
  readonly category: string;
  readonly split: 'train' | 'test' | null;
  readonly sample: Sample;
}

/**
 * Categories of a table, in the order in which they first come up. A row without label is normal, in `test` unknown. Rows that
 * are in neither split: normal ones are for training, all others for the test, and if there are any others, every tenth normal
 * one as well.
 */
export async function categoriesOf(rows: readonly Row[], options: RowOptions): Promise<Category[]> {
  const names = new Set<string>();
  const groups = new Map<string, Read[]>();
  for await (const read of inFlight(rows, 16, (row) => readRow(row, options))) {
    const { name } = read.sample;
    // The same path twice: both are kept, under names of their own.
    let unique = name;
    for (let again = 2; names.has(unique); again++) unique = `${name} (${again})`;
    names.add(unique);
    const group = groups.get(read.category) ?? [];
    if (!group.length) groups.set(read.category, group);
    group.push(unique === name ? read : { ...read, sample: { ...read.sample, name: unique } });
  }
  return [...groups].map(([name, group]) => divide(name, group));
}

/** One normal picture in so many is held back for the test where the set does not say which. */
const heldBack = 10;

function divide(name: string, group: readonly Read[]): Category {
  const train: Sample[] = [];
  const test: Sample[] = [];
  const abnormal = group.some(({ split, sample }) => split === null && sample.label === 1);
  let normals = 0;
  for (const { split, sample } of group) {
    if (split) (split === 'train' ? train : test).push(sample);
    else if (sample.label === 1) test.push(sample);
    else (abnormal && ++normals % heldBack === 0 ? test : train).push(sample);
  }
  return { name, train, test };
}

async function readRow(row: Row, { where, category, locate, nameOf = (path) => path, kindOf = () => null }: RowOptions): Promise<Read> {
  const at = `${where}, ${row.place}`;
  const path = cell(row, 'path')?.replaceAll('\\', '/') ?? null;
  const label = cell(row, 'label');
  const wantedSplit = cell(row, 'split');
  const split = wantedSplit === null ? null : trainWords.test(wantedSplit) ? 'train' : testWords.test(wantedSplit) ? 'test' : undefined;
  const known: Label | undefined = label === null ? (split === 'test' ? null : 0) : normalWords.test(label) ? 0 : abnormalWords.test(label) ? 1 : undefined;
  const mask = known === 1 ? (cell(row, 'mask')?.replaceAll('\\', '/') ?? null) : null;
  const located = mask === null ? null : locate(mask);
  const wrong =
    row.problem ??
    (path === null
      ? 'there is no path; expected one'
      : split === undefined
        ? `split is ${wantedSplit}; expected train or test`
        : known === undefined
          ? `label is ${label}; expected 0, normal, good, ok, or 1, abnormal, anomaly, defect`
          : split === 'train' && known === 1
            ? 'an abnormal picture is in train; expected normal ones there'
            : located !== null && !(await exists(located))
              ? `the mask ${mask} does not exist; expected a file`
              : null);
  const kind = known === 0 ? 'good' : (cell(row, 'kind') ?? (path === null ? null : kindOf(path)) ?? (known === 1 ? 'abnormal' : 'unknown'));
  const sample: Sample = {
    name: path === null ? `#${row.place.replace(/\D/g, '')}` : nameOf(path),
    source: path === null ? '' : locate(path),
    label: known ?? null,
    kind,
    mask: wrong ? null : located,
    ...(wrong && { problem: { code: 'DATA_INVALID', message: `${at}: ${wrong}${wrong.includes('; expected') ? '' : '; expected a row of the table'}` } }),
  };
  return { category: cell(row, 'category') ?? category, split: split ?? null, sample };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
