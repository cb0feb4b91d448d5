// The row of a scored picture: one list of columns, from which JSON lines, CSV and Parquet are written alike.
import type { Region, ScoreResult, Scoring } from '../scoring/result.ts';

/** How a column is kept in Parquet; `regions` is a list of boxes. */
export type ColumnKind = 'integer' | 'real' | 'boolean' | 'text' | 'regions';

/** What is known of a picture beyond its result. */
export interface RowExtras {
  /** Which detector gave the score, as `Detector.id` tells. */
  readonly model?: string | null;
  /** Where the map lies, and how its grey becomes scores: `mapOffset + mapUnit * grey`. */
  readonly map?: MapPlace | null;
}

/** A map in a file: the score of a pixel is `offset + unit * grey`, within half a `unit`. */
export interface MapPlace {
  readonly path: string;
  readonly unit: number;
  readonly offset: number;
}

export type CellValue = number | boolean | string | readonly Region[] | null;

type Column = readonly [name: string, kind: ColumnKind, value: (scoring: Scoring, extras: RowExtras) => CellValue | undefined];

/** Of pictures that were scored; the others have `index`, `name`, `sha256`, `model`, `code` and `message` alone. */
const ofScores: readonly Column[] = [
  ['score', 'real', ({ score }) => score],
  ['pValue', 'real', ({ pValue }) => pValue],
  ['anomalous', 'boolean', ({ anomalous }) => anomalous],
  ['threshold', 'real', ({ threshold }) => threshold],
  ['width', 'integer', ({ width }) => width],
  ['height', 'integer', ({ height }) => height],
  ['regions', 'regions', ({ regions }) => regions],
  ['map', 'text', (_, { map }) => map?.path],
  ['mapUnit', 'real', (_, { map }) => map?.unit],
  ['mapOffset', 'real', (_, { map }) => map?.offset],
  ['readMs', 'real', ({ timing }) => timing?.readMs],
  ['computeMs', 'real', ({ timing }) => timing?.computeMs],
];

/** The columns of a row, in their order. */
export const resultColumns: readonly { readonly name: string; readonly kind: ColumnKind }[] = [
  { name: 'index', kind: 'integer' },
  { name: 'name', kind: 'text' },
  ...ofScores.map(([name, kind]) => ({ name, kind })),
  { name: 'sha256', kind: 'text' },
  { name: 'model', kind: 'text' },
  { name: 'code', kind: 'text' },
  { name: 'message', kind: 'text' },
];

/** A row as plain values by column; whatever does not apply is null. */
export type ResultRow = Readonly<Record<string, CellValue>>;

export function resultRow(result: ScoreResult, extras: RowExtras = {}): ResultRow {
  const { index, name, error, sha256 = null } = result;
  const row: Record<string, CellValue> = { index, name };
  for (const [column, , value] of ofScores) row[column] = error ? null : (value(result as Scoring, extras) ?? null);
  return Object.assign(row, { sha256, model: extras.model ?? null, code: error?.code ?? null, message: error?.message ?? null });
}
