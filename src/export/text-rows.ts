// Rows as text: JSON lines and CSV.
import { type CellValue, type ResultRow, resultColumns } from './result-row.ts';

/** How rows become text. */
export interface TextFormat {
  /** What stands above all rows. */
  readonly header: string;
  /** With its line end. */
  readonly row: (row: ResultRow) => string;
}

/** A row as JSON has it: `error` is null, or holds `code` and `message`. */
export type JsonRow = Readonly<Record<string, CellValue | { readonly code: CellValue; readonly message: CellValue }>>;

export const jsonRow = ({ code, message, ...rest }: ResultRow): JsonRow => ({ ...rest, error: code === null ? null : { code, message } });

/** An object a line. */
export const jsonLines: TextFormat = { header: '', row: (row) => `${JSON.stringify(jsonRow(row))}\n` };

/** RFC 4180: lines end in CR LF; what holds a comma, a quote or a line end is quoted. Regions are JSON. */
export const csv: TextFormat = {
  header: `${resultColumns.map(({ name }) => name).join(',')}\r\n`,
  row: (row) => `${resultColumns.map(({ name }) => cell(row[name])).join(',')}\r\n`,
};

function cell(value: CellValue): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
