// Tables: CSV as RFC 4180 and spreadsheets write it, lines of JSON, Parquet in every compression that is met.
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { parseCsv, parseLines, readTable, type Table } from '../../src/data/tables.ts';
import { rejected } from '../support/thrown.ts';
import { newFolder, writeTree } from '../support/trees.ts';

const plain = ({ columns, rows }: Table) => ({
  columns,
  rows: rows.map(({ place, cells, problem }) => [place, Object.fromEntries(cells), ...(problem ? [problem] : [])]),
});

describe('CSV', () => {
  it('with quotes, line ends within them, blank lines and cells left out', () => {
    expect(plain(parseCsv('Path, Label \r\n"a ""1"".png",0\r\n\r\n"two\nlines",1\nb.png\n,\nlast,'))).toEqual({
      columns: ['path', 'label'],
      rows: [
        ['line 2', { path: 'a "1".png', label: '0' }],
        ['line 4', { path: 'two\nlines', label: '1' }],
        ['line 6', { path: 'b.png' }],
        ['line 7', {}],
        ['line 8', { path: 'last' }],
      ],
    });
  });

  it('finds out what stands between the cells', () => {
    for (const separator of [',', ';', '\t']) {
      expect(plain(parseCsv(`path${separator}"la,bel"\na${separator}1`)).rows).toEqual([['line 2', { path: 'a', 'la,bel': '1' }]]);
    }
  });

  it('says what is wrong with a row', () => {
    expect(plain(parseCsv('path\na,b\n"c')).rows).toEqual([
      ['line 2', { path: 'a' }, '2 cells came for 1 columns'],
      ['line 3', { path: 'c' }, 'a quote is not closed'],
    ]);
    expect(plain(parseCsv(''))).toEqual({ columns: [], rows: [] });
  });
});

describe('lines of JSON', () => {
  it('are objects; what is none is a problem of its own', () => {
    expect(plain(parseLines('{"Path":"a","label":0,"x":null,"y":[1]}\n\n[1]\n{"path":\n{"ok":true}'))).toEqual({
      columns: ['path', 'label', 'ok'],
      rows: [
        ['line 1', { path: 'a', label: '0' }],
        ['line 3', {}, 'it is no JSON object'],
        ['line 4', {}, 'it is no JSON object'],
        ['line 5', { ok: 'true' }],
      ],
    });
  });
});

describe('Parquet', () => {
  // One block of bytes as they are (RFC 8878): Node 20 compresses no Zstandard, and polars writes it by default.
  const zstandard = (input: Uint8Array): Uint8Array => {
    const head = Buffer.alloc(12);
    head.set([0x28, 0xb5, 0x2f, 0xfd, 0xa0]);
    head.writeUInt32LE(input.length, 5);
    head.writeUIntLE((input.length << 3) | 1, 9, 3);
    return Buffer.concat([head, input]);
  };
  const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync, ZSTD: zstandard };

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const)('%s', async (codec) => {
    const data = Array.from({ length: 500 }, (_, i) => `${'part'.repeat(20)}/${i % 10}.png`);
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'Path', data, type: 'STRING' },
        { name: 'label', data: data.map((_, i) => BigInt(i % 2)), type: 'INT64' },
        { name: 'flag', data: data.map((_, i) => i % 3 === 0), type: 'BOOLEAN' },
      ],
      codec,
      compressors,
    });
    const folder = await writeTree(await newFolder(), { 't.parquet': new Uint8Array(bytes) });
    const { columns, rows } = await readTable(join(folder, 't.parquet'));
    expect(columns).toEqual(['path', 'label', 'flag']);
    expect(rows.length).toBe(500);
    expect([rows[3].place, Object.fromEntries(rows[3].cells)]).toEqual(['row 4', { path: data[3], label: '1', flag: 'true' }]);
  });

  it('that is damaged, and files that are not there, are refused', async () => {
    const folder = await writeTree(await newFolder(), { 't.parquet': Buffer.from('PAR1 and then nothing that makes sense PAR1') });
    const refused = async (name: string) => (await rejected(readTable(join(folder, name)))).replaceAll(folder, '<folder>');
    expect(await refused('t.parquet')).toMatch(/^DATA_INVALID: <folder>\/t\.parquet: .*; expected a table$/);
    expect(await refused('none.csv')).toMatchInlineSnapshot(
      `"DATA_INVALID: <folder>/none.csv: ENOENT: no such file or directory, open '<folder>/none.csv'; expected a table"`,
    );
  });
});
