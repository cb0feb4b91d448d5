// Pictures by the words typed: paths, folders, patterns, manifests, and `-` for names that come on standard input.
import { dirname, isAbsolute, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { cell, columnNames } from '../data/layouts/rows.ts';
import { isTableName, parseCsv, parseLines, type Row, readTable, type Table } from '../data/tables.ts';
import { BlemishError } from '../errors.ts';
import type { Streams } from './console.ts';

/** A source, or a picture of a manifest with the name that it goes by. */
type Named =
  | string
  | {
      readonly name: string;
      readonly source: string;
      readonly label: null;
      readonly kind: string;
      readonly mask: null;
      readonly problem?: { code: string; message: string };
    };

/** Everything the words name, each taken only when it is asked for. An abort ends a wait for standard input. */
export async function* named(words: readonly string[], streams: Pick<Streams, 'stdin'>, signal: AbortSignal): AsyncGenerator<Named> {
  for (const word of words) {
    if (word === '-') yield* fromStream(streams.stdin, signal);
    else if (isTableName(word)) yield* fromTable(await readTable(word), word, dirname(word));
    else yield word;
  }
}

/** Names as they come: nothing waits for the end of the stream but a CSV manifest. */
async function* fromStream(stdin: Streams['stdin'], signal: AbortSignal): AsyncGenerator<Named> {
  addAbortSignal(signal, stdin as Readable);
  stdin.setEncoding('utf8');
  const lines = pieces(stdin as AsyncIterable<string>);
  let number = 0;
  for await (const line of lines) {
    number++;
    if (number === 1 && isHeader(line)) {
      let rest = '';
      for await (const more of lines) rest += `\n${more}`;
      yield* fromTable(parseCsv(line + rest), 'standard input', '.');
      return;
    }
    if (line.trim() === '') continue;
    // A file's name may begin with a brace, a path to it need not: ./{odd}.png
    if (line.trimStart().startsWith('{')) yield* parseLines(line).rows.map((row) => sampleOf({ ...row, place: `line ${number}` }, 'standard input', '.'));
    else yield line;
  }
}

const isHeader = (line: string): boolean => parseCsv(line).columns.some((column) => (columnNames.path as readonly string[]).includes(column));

/** Lines, or what stands between NUL characters (`find -print0`) where the first piece holds one. */
async function* pieces(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let separator: string | null = null;
  for await (const chunk of chunks) {
    rest += chunk;
    separator ??= rest.includes('\0') ? '\0' : rest.includes('\n') ? '\n' : null;
    if (separator === null) continue;
    const parts = rest.split(separator);
    rest = parts.pop()!;
    for (const part of parts) yield clean(part, separator);
  }
  if (rest !== '') yield clean(rest, separator ?? '\n');
}

// Windows ends lines with CR LF, and its editors begin files with a mark.
const clean = (part: string, separator: string): string => (separator === '\n' ? part.replace(/\r$/, '') : part).replace(/^\uFEFF/, '');

function* fromTable({ columns, rows }: Table, where: string, folder: string): Generator<Named> {
  if (!columnNames.path.some((name) => columns.includes(name))) {
    throw new BlemishError(
      'DATA_INVALID',
      `${where}: its columns are ${columns.join(', ') || 'none'}; expected one of ${columnNames.path.join(', ')} among them`,
    );
  }
  for (const row of rows) yield sampleOf(row, where, folder);
}

/** What a manifest knows of labels and masks does not matter here. */
function sampleOf(row: Row, where: string, folder: string): Named {
  const path = cell(row, 'path')?.replaceAll('\\', '/');
  const wrong = row.problem ?? (path === undefined ? 'there is no path' : null);
  const unknown = { label: null, kind: 'unknown', mask: null } as const;
  if (wrong) {
    const message = `${where}, ${row.place}: ${wrong}; expected a row with a path`;
    return { name: path ?? `${where}, ${row.place}`, source: '', ...unknown, problem: { code: 'DATA_INVALID', message } };
  }
  const source = isAbsolute(path!) ? path! : join(folder, path!);
  return { name: source, source, ...unknown };
}
