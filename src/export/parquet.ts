// Rows as Parquet, group by group; the only importer of hyparquet-writer.
import type { ByteWriter as Bytes, ParquetWriter as Writer } from 'hyparquet-writer';
import type { PartialFile } from '../tensor/partial-file.ts';
import { nextTurn } from '../tensor/waiting.ts';
import { type ColumnKind, type ResultRow, resultColumns } from './result-row.ts';

type SchemaElement = ConstructorParameters<typeof Writer>[0]['schema'][number];

const leaf: Record<Exclude<ColumnKind, 'regions'>, Omit<SchemaElement, 'name'>> = {
  integer: { type: 'INT32' },
  real: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

const ofRegion = ['x', 'y', 'width', 'height', 'score', 'area'] as const;

/** Three levels, as the format wants lists: a group marked LIST, the repeated one, and its element. */
function elementsOf(name: string, kind: ColumnKind): SchemaElement[] {
  if (kind !== 'regions') return [{ name, repetition_type: 'OPTIONAL', ...leaf[kind] }];
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', num_children: ofRegion.length },
    ...ofRegion.map((field): SchemaElement => ({ name: field, repetition_type: 'REQUIRED', type: field === 'score' ? 'DOUBLE' : 'INT32' })),
  ];
}

const schema: SchemaElement[] = [{ name: 'root', num_children: resultColumns.length }, ...resultColumns.flatMap(({ name, kind }) => elementsOf(name, kind))];

/** Rows of a group, and regions in it: whichever is reached first closes it, so that memory and the time it takes to encode one are bounded. */
const groupRows = 2048;
const groupRegions = 16_384;

/** A Parquet file under way: `row` collects, and writes a group whenever there is enough. */
export class ParquetRows {
  private readonly file: PartialFile;
  private readonly bytes: Bytes;
  private readonly writer: Writer;
  private rows: ResultRow[] = [];
  private regions = 0;

  private constructor(file: PartialFile, bytes: Bytes, writer: Writer) {
    this.file = file;
    this.bytes = bytes;
    this.writer = writer;
  }

  /** @param about text by key for the file's footer */
  static async begin(file: PartialFile, about: Readonly<Record<string, string>>): Promise<ParquetRows> {
    const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
    const bytes = new ByteWriter(1 << 16);
    const kvMetadata = Object.entries(about).map(([key, value]) => ({ key, value }));
    return new ParquetRows(file, bytes, new ParquetWriter({ writer: bytes, schema, kvMetadata, createdBy: 'blemish' }));
  }

  async row(row: ResultRow): Promise<void> {
    this.rows.push(row);
    this.regions += Array.isArray(row.regions) ? row.regions.length : 0;
    if (this.rows.length >= groupRows || this.regions >= groupRegions) await this.group();
  }

  private async group(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    this.regions = 0;
    const columnData = resultColumns.map(({ name }) => ({ name, data: rows.map((row) => row[name]) }));
    await this.writer.write({ columnData, rowGroupSize: rows.length });
    await this.flush();
    await nextTurn();
  }

  /** What the writer has collected goes to the file; its counting of bytes goes on. */
  private async flush(): Promise<void> {
    await this.file.write(this.bytes.getBytes());
    this.bytes.index = 0;
  }

  /** Writes what is left and the footer: without it nobody can read the file. */
  async end(): Promise<void> {
    if (this.rows.length) await this.group();
    await this.writer.finish();
    await this.flush();
  }
}
