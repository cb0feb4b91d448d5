// Result files: the same rows in Parquet, JSON lines and CSV, read back; whole or not there, in bounded memory.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { parseCsv } from '../../src/data/tables.ts';
import { ResultFile } from '../../src/export/result-file.ts';
import { resultColumns } from '../../src/export/result-row.ts';
import type { ScoreResult } from '../../src/scoring/result.ts';
import { rejected } from '../support/thrown.ts';

const folder = mkdtempSync(join(tmpdir(), 'results-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const region = (i: number) => ({ x: i, y: 2 * i, width: 3, height: 4, score: 0.1 + i, area: 5 });

/** Scored pictures of every sort, every seventh not scored. */
function result(index: number): ScoreResult {
  const name = ['plain.png', 'odd, "quoted".png', 'line\nbreak.png', 'Prüfling 検査 🔩.png'][index % 4];
  if (index % 7 === 6) return { index, name, error: { code: 'PICTURE_DAMAGED', message: `readPicture: ${name}: cut; expected a whole one` } };
  const calibrated = index % 2 === 0;
  return {
    index,
    name,
    score: Math.fround(1 / (1 + index)),
    pValue: calibrated ? 1 / (3 + index) : null,
    anomalous: calibrated ? index % 4 === 0 : null,
    threshold: calibrated ? 0.1 : null,
    width: 640 + index,
    height: 480,
    map: null,
    regions: Array.from({ length: index % 3 }, (_, i) => region(i)),
    reconstruction: null,
    timing: { readMs: 1.5, computeMs: 2.25 },
    sha256: 'ab'.repeat(32),
    error: null,
  };
}

async function written(name: string, count: number): Promise<string> {
  const file = await ResultFile.create(at(name), { model: 'toy-0123' });
  const map = { path: 'maps/a.png', unit: 0.1 / 16384, offset: -0.25 };
  for (let i = 0; i < count; i++) await file.write(result(i), i === 0 ? { map } : {});
  await file.finish();
  return at(name);
}

async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  // A list that is null comes as undefined.
  return (await parquetReadObjects({ file: await asyncBufferFromFile(path) })).map((row) => ({ ...row, regions: row.regions ?? null }));
}

describe('a file of results', () => {
  it('holds the same rows as Parquet, JSON lines and CSV', async () => {
    const rows = await parquetRows(await written('rows.parquet', 30));
    expect(rows).toHaveLength(30);
    expect(Object.keys(rows[0])).toEqual(resultColumns.map(({ name }) => name));
    expect(rows[2]).toEqual({
      index: 2,
      name: 'line\nbreak.png',
      score: Math.fround(1 / 3),
      pValue: 0.2,
      anomalous: false,
      threshold: 0.1,
      width: 642,
      height: 480,
      regions: [region(0), region(1)],
      map: null,
      mapUnit: null,
      mapOffset: null,
      readMs: 1.5,
      computeMs: 2.25,
      sha256: 'ab'.repeat(32),
      model: 'toy-0123',
      code: null,
      message: null,
    });
    expect(rows[0]).toMatchObject({ map: 'maps/a.png', mapUnit: 0.1 / 16384, mapOffset: -0.25, regions: [] });
    expect(rows[6]).toMatchObject({ index: 6, score: null, regions: null, code: 'PICTURE_DAMAGED', model: 'toy-0123' });
    const lines = readFileSync(await written('rows.jsonl', 30), 'utf8')
      .trimEnd()
      .split('\n');
    expect(
      lines.map((line) => {
        const { error, ...rest } = JSON.parse(line);
        return { ...rest, code: error?.code ?? null, message: error?.message ?? null };
      }),
    ).toEqual(rows);
    const table = parseCsv(readFileSync(await written('rows.csv', 30), 'utf8'));
    expect(table.columns).toEqual(resultColumns.map(({ name }) => name.toLowerCase()));
    table.rows.forEach(({ cells }, i) => {
      for (const { name, kind } of resultColumns) {
        const text = cells.get(name.toLowerCase()) ?? null;
        const value = text === null ? null : kind === 'text' ? text : (JSON.parse(text) as unknown);
        // A cell is read without the blanks around it.
        expect([name, value]).toEqual([name, rows[i][name]]);
      }
    });
  });

  it('of Parquet comes in groups, and tells what wrote it', async () => {
    const path = await written('many.parquet', 10_000);
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([2048, 2048, 2048, 2048, 1808]);
    expect(metadata.key_value_metadata).toEqual([
      { key: 'blemish.rows', value: '1' },
      { key: 'blemish.model', value: 'toy-0123' },
    ]);
    const rows = await parquetRows(path);
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(rows.at(-1)).toMatchObject({ index: 9999, regions: [] });
  });

  it('without a row can be read', async () => {
    expect(await parquetRows(await written('none.parquet', 0))).toEqual([]);
    expect(readFileSync(await written('none.jsonl', 0), 'utf8')).toBe('');
    expect(parseCsv(readFileSync(await written('none.csv', 0), 'utf8')).columns).toHaveLength(resultColumns.length);
  });

  it('has its name only once it is whole, and replaces what a link leads to', async () => {
    writeFileSync(at('real.jsonl'), 'old\n');
    symlinkSync(at('real.jsonl'), at('link.jsonl'));
    const file = await ResultFile.create(at('link.jsonl'));
    await file.write(result(0));
    expect(readFileSync(at('real.jsonl'), 'utf8')).toBe('old\n');
    expect(file.place).toMatch(/real\.jsonl\.\d+-[0-9a-f]{8}\.partial$/);
    await file.finish();
    expect(JSON.parse(readFileSync(at('real.jsonl'), 'utf8')).index).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
    expect(await rejected(file.write(result(1)))).toBe('ARGUMENT_INVALID: ResultFile: write after it was finished; expected an open file');
  });

  it('that was left keeps its rows under its temporary name, readable', async () => {
    for (const name of ['left.parquet', 'left.jsonl']) {
      const file = await ResultFile.create(at(name));
      for (let i = 0; i < 5; i++) await file.write(result(i));
      const place = (await file.leave()) as string;
      expect(statSync(at(name), { throwIfNoEntry: false })).toBeUndefined();
      if (name.endsWith('jsonl')) expect(readFileSync(place, 'utf8').split('\n')).toHaveLength(6);
      else expect(await parquetRows(place)).toHaveLength(5);
      rmSync(place);
    }
    const empty = await ResultFile.create(at('left.csv'));
    expect(await empty.leave()).toBeNull();
    expect(readdirSync(folder).filter((name) => name.startsWith('left'))).toEqual([]);
  });

  it('refuses a name that says no format', async () => {
    expect(await rejected(ResultFile.create(at('rows.txt')))).toBe(
      `ARGUMENT_INVALID: ResultFile: the path is ${at('rows.txt')}; expected a name that ends in .parquet, .jsonl or .csv`,
    );
  });
});

describe.each(['parquet', 'jsonl'])('a process that is killed while it writes %s', (format) => {
  it('leaves nothing but a temporary name, or the whole', async () => {
    const path = at(`killed.${format}`);
    for (let round = 0; round < 4; round++) {
      const writer = spawn(process.execPath, [join(packageRoot(), 'test/export/children/write.mjs'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve, reject) => {
        writer.stdout.once('data', resolve);
        writer.once('close', (code) => reject(new Error(`the writer ended with ${code}`)));
      });
      await later(7 + 13 * round);
      writer.kill('SIGKILL');
      await new Promise((resolve) => writer.once('close', resolve));
      const names = readdirSync(folder).filter((name) => name.startsWith('killed'));
      expect(names.every((name) => name === `killed.${format}` || name.endsWith('.partial'))).toBe(true);
      if (names.includes(`killed.${format}`)) {
        const rows = format === 'parquet' ? (await parquetRows(path)).length : readFileSync(path, 'utf8').split('\n').length - 1;
        expect(rows).toBe(3000);
      }
      for (const name of names) rmSync(at(name));
    }
  });
});
