// Reads and writes safetensors files (https://github.com/huggingface/safetensors): names, extents and bytes, and no code.
import { type FileHandle, open } from 'node:fs/promises';
import { must } from '../errors.ts';
import { writeWhole } from '../tensor/partial-file.ts';
import type { Dtype, TypedArray } from '../tensor/tensor.ts';
import { firstBeyondF16, fromBf16, fromF16, toF16 } from './half.ts';
import { type FileDtype, type FileEntry, fileDtypes, type Header, headerLength, parseHeader, refuse } from './safetensors-header.ts';
import type { ArrayEntry, State } from './state.ts';

export type { FileDtype, FileEntry } from './safetensors-header.ts';

/** Fills a fresh array with the bytes of a range; throws where there are fewer. */
type ReadRange = (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * An open safetensors file. The header has been checked before an array is read; arrays are read one by one when asked for.
 * F16 and BF16 come as f32; BOOL comes as u8; of the other types F32, F64, U8 and I32 can be read.
 */
export class SafetensorsFile {
  /** Free text by key, from `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
  /** What the file holds, in the order of its bytes. */
  readonly entries: ReadonlyMap<string, FileEntry>;
  private readonly where: string;
  private readonly readRange: ReadRange;
  private readonly end: () => Promise<void>;

  private constructor(where: string, header: Header, readRange: ReadRange, end: () => Promise<void>) {
    this.where = where;
    this.metadata = header.metadata;
    this.entries = header.entries;
    this.readRange = readRange;
    this.end = end;
  }

  /**
   * Opens a file and checks its header. Throws STATE_INVALID where that is not sound, and the system's error where the file cannot
   * be opened.
   *
   * @param options.longestHeader bytes that the header may have; default 100,000,000
   */
  static async open(path: string, options: { longestHeader?: number } = {}): Promise<SafetensorsFile> {
    const file = await open(path, 'r');
    try {
      const bytes = (await file.stat()).size;
      const readRange = rangesOf(path, file);
      const length = headerLength(path, await readRange(0, Math.min(8, bytes)), bytes, options.longestHeader);
      const header = parseHeader(path, await readRange(8, 8 + length), bytes - 8 - length);
      return new SafetensorsFile(
        path,
        header,
        (begin, end) => readRange(8 + length + begin, 8 + length + end),
        () => file.close(),
      );
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The same for bytes in memory; they must stay as they are. */
  static fromBytes(bytes: Uint8Array, where = 'safetensors'): SafetensorsFile {
    const length = headerLength(where, bytes.subarray(0, 8), bytes.byteLength);
    const header = parseHeader(where, bytes.subarray(8, 8 + length), bytes.byteLength - 8 - length);
    const readRange = async (begin: number, end: number) => new Uint8Array(bytes.subarray(8 + length + begin, 8 + length + end));
    return new SafetensorsFile(where, header, readRange, async () => {});
  }

  /** Reads one array. Throws STATE_INVALID if there is none of that name or if its type has no counterpart here. */
  async read(name: string): Promise<ArrayEntry> {
    const entry = this.entries.get(name);
    if (!entry) refuse(this.where, `there is no ${JSON.stringify(name)} among ${this.entries.size} arrays`, 'a name that the file holds');
    if (!Object.hasOwn(decoders, entry.dtype)) refuse(this.where, `${JSON.stringify(name)} is ${entry.dtype}`, `one of ${Object.keys(decoders).join(', ')}`);
    const [dtype, decode] = decoders[entry.dtype as keyof typeof decoders];
    const { buffer } = await this.readRange(entry.begin, entry.end);
    return { dtype, shape: entry.shape, data: decode(buffer) };
  }

  /** Reads all arrays, or those named. */
  async readAll(names: Iterable<string> = this.entries.keys()): Promise<State> {
    const state: State = new Map();
    for (const name of names) state.set(name, await this.read(name));
    return state;
  }

  /** Closes the file; nothing can be read of it then. */
  async close(): Promise<void> {
    await this.end();
  }

  /** For `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

const decoders = {
  F32: ['f32', (bytes: ArrayBuffer) => new Float32Array(bytes)],
  F16: ['f32', (bytes: ArrayBuffer) => fromF16(new Uint16Array(bytes))],
  BF16: ['f32', (bytes: ArrayBuffer) => fromBf16(new Uint16Array(bytes))],
  F64: ['f64', (bytes: ArrayBuffer) => new Float64Array(bytes)],
  U8: ['u8', (bytes: ArrayBuffer) => new Uint8Array(bytes)],
  BOOL: ['u8', (bytes: ArrayBuffer) => new Uint8Array(bytes)],
  I32: ['i32', (bytes: ArrayBuffer) => new Int32Array(bytes)],
} as const satisfies Partial<Record<FileDtype, readonly [Dtype, (bytes: ArrayBuffer) => TypedArray]>>;

function rangesOf(path: string, file: FileHandle): ReadRange {
  return async (begin, end) => {
    const bytes = new Uint8Array(end - begin);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(bytes.length - at, 1 << 30), begin + at);
      if (!bytesRead) refuse(path, `the file ends at byte ${begin + at}`, `${end}: it must not change while it is open`);
      at += bytesRead;
    }
    return bytes;
  };
}

/** Reads a whole file. */
export async function readSafetensors(path: string): Promise<{ state: State; metadata: ReadonlyMap<string, string> }> {
  const file = await SafetensorsFile.open(path);
  try {
    return { state: await file.readAll(), metadata: file.metadata };
  } finally {
    await file.close();
  }
}

export interface WriteOptions {
  /** Free text by key. */
  metadata?: ReadonlyMap<string, string>;
  /** Writes f32 arrays as F16, all or those for which it says true; throws STATE_INVALID if a number is too large for it. Default false. */
  half?: boolean | ((name: string) => boolean);
}

// The order of the format's own implementation: by alignment, then by name; so equal states are equal files.
const fileOrder: readonly FileDtype[] = ['F64', 'F32', 'I32', 'F16', 'U8'];
const fileDtypeOf = { f32: 'F32', f64: 'F64', u8: 'U8', i32: 'I32' } as const satisfies Record<Dtype, FileDtype>;

/** The file of a state: its header's bytes, and a function for the bytes of each array, in order. */
function layOut(
  state: ReadonlyMap<string, ArrayEntry>,
  { metadata, half = false }: WriteOptions,
): { header: Uint8Array; parts: (() => Uint8Array)[]; bytes: number } {
  const isHalf = typeof half === 'function' ? half : () => half;
  const rows = [...state].map(([name, entry]) => {
    must(name !== '__metadata__', 'safetensors: an array is called __metadata__; expected another name');
    const size = entry.shape.reduce((product, n) => product * n, 1);
    if (entry.data.length !== size) refuse('safetensors', `${name} holds ${entry.data.length} numbers for [${entry.shape.join(' ')}]`, String(size));
    const dtype: FileDtype = entry.dtype === 'f32' && isHalf(name) ? 'F16' : fileDtypeOf[entry.dtype];
    if (dtype === 'F16') {
      const at = firstBeyondF16(entry.data);
      if (at >= 0) refuse('safetensors', `${name} holds ${entry.data[at]} at ${at}`, 'numbers below 65520 for F16');
    }
    return { name, entry, dtype };
  });
  rows.sort((a, b) => fileOrder.indexOf(a.dtype) - fileOrder.indexOf(b.dtype) || (a.name < b.name ? -1 : 1));
  let at = 0;
  // Written piece by piece: an object would put names that look like numbers first.
  const fields = rows.map(({ name, entry, dtype }) => {
    const begin = at;
    at += entry.data.length * fileDtypes[dtype];
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape: entry.shape, data_offsets: [begin, at] })}`;
  });
  if (metadata?.size) fields.unshift(`"__metadata__":{${[...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`);
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(32);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  const parts = rows.map(({ entry: { data }, dtype }) => () => {
    const stored = dtype === 'F16' ? toF16(data as Float32Array) : data;
    return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  });
  return { header, parts, bytes: header.length + at };
}

/** A state as the bytes of a safetensors file. */
export function encodeSafetensors(state: ReadonlyMap<string, ArrayEntry>, options: WriteOptions = {}): Uint8Array {
  const { header, parts, bytes } = layOut(state, options);
  const out = new Uint8Array(bytes);
  out.set(header);
  let at = header.length;
  for (const part of parts) {
    const piece = part();
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Writes a state to a file, array by array; an existing file is replaced only by a complete one. */
export async function writeSafetensors(path: string, state: ReadonlyMap<string, ArrayEntry>, options: WriteOptions = {}): Promise<void> {
  const { header, parts } = layOut(state, options);
  await writeWhole(path, piecesOf(header, parts));
}

function* piecesOf(header: Uint8Array, parts: readonly (() => Uint8Array)[]): Generator<Uint8Array> {
  yield header;
  for (const part of parts) yield part();
}
