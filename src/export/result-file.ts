// Results of scoring in a file: Parquet, JSON lines or CSV by its name, in bounded memory, whole or not there.
import { extname } from 'node:path';
import { BlemishError, type OwnCode } from '../errors.ts';
import type { ScoreResult } from '../scoring/result.ts';
import { PartialFile } from '../tensor/partial-file.ts';
import { ParquetRows } from './parquet.ts';
import { type ResultRow, type RowExtras, resultRow } from './result-row.ts';
import { csv, jsonLines, type TextFormat } from './text-rows.ts';

/** How rows are kept. */
export type ResultFormat = 'parquet' | 'jsonl' | 'csv';

const endings: Readonly<Record<string, ResultFormat>> = { '.parquet': 'parquet', '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.csv': 'csv' };

/** What the ending of a name asks for. Throws ARGUMENT_INVALID for one that nobody writes. */
export function resultFormatOf(where: string, path: string): ResultFormat {
  const ending = extname(path).toLowerCase();
  if (!Object.hasOwn(endings, ending))
    throw new BlemishError<OwnCode>('ARGUMENT_INVALID', `${where} is ${path}; expected a name that ends in .parquet, .jsonl or .csv`);
  return endings[ending];
}

interface Rows {
  row(row: ResultRow): Promise<void>;
  end(): Promise<void>;
}

const atLeast = 1 << 16;
const patience = 500;

/** Text is written in pieces; whoever watches the file sees a row soon, and a fast run does not wait for every one. */
class TextRows implements Rows {
  private readonly file: PartialFile;
  private readonly format: TextFormat;
  private pending: string;
  private timer: NodeJS.Timeout | null = null;
  // One write after the other; a failure stays and is told by whatever comes next.
  private writing: Promise<void> = Promise.resolve();

  constructor(file: PartialFile, format: TextFormat) {
    this.file = file;
    this.format = format;
    this.pending = format.header;
  }

  async row(row: ResultRow): Promise<void> {
    this.pending += this.format.row(row);
    if (this.pending.length >= atLeast) await this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), patience);
  }

  private flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const text = this.pending;
    this.pending = '';
    if (text) {
      this.writing = this.writing.then(() => this.file.write(text));
      this.writing.catch(() => {});
    }
    return this.writing;
  }

  end(): Promise<void> {
    return this.flush();
  }
}

/** How a file of results is written. */
export interface ResultFileOptions {
  /** Default: by the ending of the name. */
  readonly format?: ResultFormat;
  /** What stands in the column `model` of every row: `await detector.id()`. */
  readonly model?: string | null;
}

/**
 * A file of results, one row each. Until `finish` it lies beside its place under a name that ends in `.partial`; so a file of the name
 * that was given is always whole, whatever happens meanwhile. What was written there before is replaced.
 *
 *     await using file = await ResultFile.create('results.parquet', { model: await detector.id() });
 *     for await (const result of detector.score('parts')) await file.write(result);
 *     await file.finish();
 *
 * | column | kind | meaning |
 * |---|---|---|
 * | `index` | integer | position in what was given |
 * | `name` | text | path or URI of the picture, `#index` where it has none |
 * | `score`, `pValue`, `anomalous`, `threshold` | real, real, boolean, real | as of the result |
 * | `width`, `height` | integer | of the picture, in pixels |
 * | `regions` | list of `x y width height score area` | largest score first; JSON in CSV |
 * | `map`, `mapUnit`, `mapOffset` | text, real, real | file of the map; score = `mapOffset + mapUnit` · grey, within half a `mapUnit` |
 * | `readMs`, `computeMs` | real | where `timings` were asked for |
 * | `sha256` | text | of the picture's file, where `digests` were asked for |
 * | `model` | text | which detector |
 * | `code`, `message` | text | why there is no score; in JSON lines both stand in `error` |
 *
 * What does not apply is null.
 */
export class ResultFile {
  private readonly file: PartialFile;
  private readonly rows: Rows;
  private readonly model: string | null;
  private state: 'open' | 'finished' | 'left' = 'open';
  private count = 0;

  private constructor(file: PartialFile, rows: Rows, model: string | null) {
    this.file = file;
    this.rows = rows;
    this.model = model;
  }

  /** Throws ARGUMENT_INVALID for a name that says no format; rejects with the system's error where it cannot be written. */
  static async create(path: string, { format = resultFormatOf('ResultFile: the path', path), model = null }: ResultFileOptions = {}): Promise<ResultFile> {
    const file = await PartialFile.create(path);
    const about = { 'blemish.rows': '1', ...(model === null ? {} : { 'blemish.model': model }) };
    const rows = format === 'parquet' ? await ParquetRows.begin(file, about) : new TextRows(file, format === 'csv' ? csv : jsonLines);
    return new ResultFile(file, rows, model);
  }

  /** Where the rows lie until `finish`, and where they stay if it never comes. */
  get place(): string {
    return this.file.place;
  }

  /** Adds a row. Resolves when more may come, so that rows never pile up. */
  async write(result: ScoreResult, extras: RowExtras = {}): Promise<void> {
    this.mustBeOpen('write');
    this.count++;
    await this.rows.row(resultRow(result, { model: this.model, ...extras }));
  }

  /** Ends the file and gives it its name. */
  async finish(): Promise<void> {
    this.mustBeOpen('finish');
    this.state = 'finished';
    try {
      await this.rows.end();
      await this.file.commit();
    } catch (error) {
      await this.file.close().catch(() => {});
      throw error;
    }
  }

  /**
   * Ends a run that did not come to its end: the rows so far stay, readable, under their temporary name, which is returned; null where
   * there were none or the file was finished.
   */
  async leave(): Promise<string | null> {
    if (this.state !== 'open') return null;
    this.state = 'left';
    if (!this.count) {
      await this.file.discard();
      return null;
    }
    await this.rows.end().finally(() => this.file.close());
    return this.file.place;
  }

  private mustBeOpen(where: string): void {
    if (this.state !== 'open') throw new BlemishError<OwnCode>('ARGUMENT_INVALID', `ResultFile: ${where} after it was ${this.state}; expected an open file`);
  }

  /** Gives the file up where it was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave().catch(() => {});
  }
}
