// Results of scoring as rows: JSON lines, CSV, or a line for a person.
import { extname } from 'node:path';
import { BlemishError } from '../errors.ts';
import type { ScoreResult } from '../scoring/result.ts';
import { rowOf } from '../scoring/row.ts';
import { numberText, printable } from './text.ts';

/** Where a picture's map was written: the number of a pixel times `unit` is its score. */
export interface MapFile {
  readonly path: string;
  readonly unit: number;
}

/** One row's text, its line ends included. */
export type RowFormat = (result: ScoreResult, map: MapFile | null) => string;

export interface RowKind {
  /** What stands above all rows. */
  readonly header: string;
  readonly row: RowFormat;
}

/** The name of what could be scored comes with all its numbers, that of what could not with the error. */
const jsonl: RowKind = {
  header: '',
  row: (result, map) => `${JSON.stringify(rowOf(result, map && { map: map.path, unit: map.unit }))}\n`,
};

const heads = ['index', 'name', 'score', 'pValue', 'anomalous', 'threshold', 'width', 'height', 'regions', 'map', 'mapUnit', 'code', 'message'] as const;

/** RFC 4180: lines end in CR LF; what holds a comma, a quote or a line end is quoted. Regions are JSON. */
const csv: RowKind = {
  header: `${heads.join(',')}\r\n`,
  row(result, map) {
    const cells: Partial<Record<(typeof heads)[number], unknown>> = result.error
      ? { index: result.index, name: result.name, code: result.error.code, message: result.error.message }
      : { ...result, regions: JSON.stringify(result.regions), map: map?.path, mapUnit: map?.unit };
    return `${heads.map((head) => cell(cells[head])).join(',')}\r\n`;
  },
};

function cell(value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Score, p-value, verdict and name, tabs between them; the name comes last, since nobody knows how long it is. */
export const plain: RowKind = {
  header: 'score\tp\tverdict\tname\n',
  row(result) {
    if (result.error) return `–\t–\t${result.error.code}\t${printable(result.name)}\n`;
    const { score, pValue, anomalous, name } = result;
    const verdict = anomalous === null ? '–' : anomalous ? 'anomalous' : 'normal';
    return `${numberText(score)}\t${numberText(pValue)}\t${verdict}\t${printable(name)}\n`;
  },
};

const kinds: Readonly<Record<string, RowKind>> = { '.jsonl': jsonl, '.ndjson': jsonl, '.csv': csv };

/** What a file's ending asks for. Throws ARGUMENT_INVALID for one that nobody writes. */
export function rowKindOf(path: string): RowKind {
  const ending = extname(path).toLowerCase();
  if (ending === '.parquet')
    throw new BlemishError('ARGUMENT_INVALID', `--out is ${path}: Parquet cannot be written yet; expected a name that ends in .jsonl or .csv`);
  if (!Object.hasOwn(kinds, ending)) throw new BlemishError('ARGUMENT_INVALID', `--out is ${path}; expected a name that ends in .jsonl or .csv`);
  return kinds[ending];
}

export { jsonl };
