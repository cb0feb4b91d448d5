// Tables from files: CSV, lines of JSON, Parquet; rows by column name, each knowing where it stood.
import { readFile } from 'node:fs/promises';
import { BlemishError, type OwnCode } from '../errors.ts';

export interface Row {
  /** What messages call it: the line of a text file, the row of a Parquet file, both from 1. */
  readonly place: string;
  /** Cells by the name of their column in small letters; empty cells are left out. */
  readonly cells: ReadonlyMap<string, string>;
  /** Why it cannot be used. */
  readonly problem?: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Whether a name ends like that of a table. */
export const isTableName = (name: string): boolean => /\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(name);

/**
 * The table in a file, by the ending of its name: `.csv` and `.tsv` (RFC 4180; `,`, `;` or tab between the cells, names of the
 * columns in the first line), `.jsonl` and `.ndjson` (an object a line), `.parquet`.
 *
 * Rejects with DATA_INVALID where the file as a whole cannot be read; a row that cannot is that row's problem.
 */
export async function readTable(path: string): Promise<Table> {
  const invalid = (cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    return new BlemishError<OwnCode>('DATA_INVALID', `${path}: ${reason}; expected a table`, { cause });
  };
  try {
    if (/\.parquet$/i.test(path)) return await readParquet(path);
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
    return /\.(jsonl|ndjson)$/i.test(path) ? parseLines(text) : parseCsv(text);
  } catch (cause) {
    throw invalid(cause);
  }
}

/** A cell as text; null and nothing are no cell, numbers and truth values become their words. */
function cellText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return null;
}

function cellsOf(pairs: Iterable<readonly [string, unknown]>): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [name, value] of pairs) {
    const text = cellText(value);
    if (text) cells.set(name.trim().toLowerCase(), text);
  }
  return cells;
}

/** CSV after RFC 4180, with `,`, `;` or tab between the cells: whichever the first line has most of. */
export function parseCsv(text: string): Table {
  const heading = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '');
  const separator = [',', ';', '\t'].reduce((best, one) => (heading.split(one).length > heading.split(best).length ? one : best));
  const records = [...recordsOf(text, separator)];
  const first = records.shift();
  if (!first) return { columns: [], rows: [] };
  const columns = first.fields.map((name) => name.trim().toLowerCase());
  const rows = records.map(({ line, fields, open }): Row => {
    const place = `line ${line}`;
    const cells = cellsOf(columns.map((name, i) => [name, fields[i]] as const));
    if (open) return { place, cells, problem: 'a quote is not closed' };
    return fields.length > columns.length ? { place, cells, problem: `${fields.length} cells came for ${columns.length} columns` } : { place, cells };
  });
  return { columns, rows };
}

function* recordsOf(text: string, separator: string): Generator<{ line: number; fields: string[]; open: boolean }> {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const begins = line;
    const fields: string[] = [];
    let open = false;
    for (;;) {
      let field = '';
      if (text[at] === '"') {
        open = true;
        for (at++; at < text.length; at++) {
          if (text[at] === '"' && text[at + 1] === '"') field += text[at++];
          else if (text[at] === '"') {
            open = false;
            at++;
            break;
          } else {
            if (text[at] === '\n') line++;
            field += text[at];
          }
        }
      }
      // What follows a closing quote belongs to the cell, as spreadsheets read it.
      const from = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
      fields.push(field + text.slice(from, at));
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    if (fields.length > 1 || fields[0] !== '') yield { line: begins, fields, open };
  }
}

/** An object a line; blank lines count and are left out. */
export function parseLines(text: string): Table {
  const columns = new Set<string>();
  const rows: Row[] = [];
  text.split('\n').forEach((one, i) => {
    if (!one.trim()) return;
    const place = `line ${i + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(one);
    } catch {
      value = undefined;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      rows.push({ place, cells: new Map(), problem: 'it is no JSON object' });
      return;
    }
    const cells = cellsOf(Object.entries(value));
    for (const name of cells.keys()) columns.add(name);
    rows.push({ place, cells });
  });
  return { columns: [...columns], rows };
}

async function readParquet(path: string): Promise<Table> {
  // Loaded on first use: few manifests are Parquet.
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name.trim().toLowerCase());
  const objects = await parquetReadObjects({ file, metadata, compressors });
  return { columns, rows: objects.map((object, i) => ({ place: `row ${i + 1}`, cells: cellsOf(Object.entries(object)) })) };
}
