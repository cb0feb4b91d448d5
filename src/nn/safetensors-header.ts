// The header of a safetensors file: text to entries, with everything refused that does not account for every byte.
import { BlemishError } from '../errors.ts';

/** Element types of the format, with their bytes. */
export const fileDtypes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;
export type FileDtype = keyof typeof fileDtypes;

/** One array of a file, before it is read. */
export interface FileEntry {
  readonly dtype: FileDtype;
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, FileEntry>;
}

/** Bytes that a header may have, as in the format's own implementation. */
export const longestHeader = 100_000_000;

export function refuse(where: string, wrong: string, expected: string): never {
  throw new BlemishError('STATE_INVALID', `${where}: ${wrong}; expected ${expected}`);
}

/** Length of the header that the first 8 bytes announce; throws unless the file can hold it and it has at most `longest` bytes. */
export function headerLength(where: string, first: Uint8Array, fileBytes: number, longest = longestHeader): number {
  if (first.byteLength < 8) refuse(where, `the file has ${fileBytes} bytes`, 'at least 8, the length of a header');
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  const most = Math.min(longest, fileBytes - 8);
  if (length < 2n || length > BigInt(most)) refuse(where, `the header claims ${length} bytes`, `2 … ${most} in a file of ${fileBytes}`);
  return Number(length);
}

/**
 * Reads a header. Throws STATE_INVALID unless it is JSON without a key twice, its entries are of known types, their bytes
 * agree with their extents, and together they cover the data once and wholly.
 *
 * @param dataBytes bytes of the file after the header
 */
export function parseHeader(where: string, bytes: Uint8Array, dataBytes: number): Header {
  let parsed: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.startsWith('{')) throw new SyntaxError(`starts with ${JSON.stringify(text.slice(0, 1))}`);
    parsed = JSON.parse(text);
  } catch (error) {
    refuse(where, `the header is no JSON object (${(error as Error).message.slice(0, 80)})`, 'names with dtype, shape and data_offsets');
  }
  const twice = repeatedKey(text);
  if (twice !== null) refuse(where, `the header holds ${JSON.stringify(twice)} twice`, 'every name once');
  const metadata = new Map<string, string>();
  const entries: [string, FileEntry][] = [];
  for (const [name, value] of Object.entries(parsed as object)) {
    if (name === '__metadata__') readMetadata(where, value, metadata);
    else entries.push([name, readEntry(`${where}: ${JSON.stringify(name)}`, value, dataBytes)]);
  }
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const [name, { begin, end }] of entries) {
    if (begin !== at) refuse(where, `${JSON.stringify(name)} begins at byte ${begin}`, `${at}, where what is before it ends`);
    at = end;
  }
  if (at !== dataBytes) refuse(where, `${dataBytes} bytes follow the header but the arrays end at ${at}`, 'nothing after the last array');
  return { metadata, entries: new Map(entries) };
}

function readMetadata(where: string, value: unknown, into: Map<string, string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, '__metadata__ is no object', 'strings by name');
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') refuse(where, `__metadata__ holds ${JSON.stringify(key)} that is no string`, 'strings by name');
    into.set(key, item);
  }
}

function readEntry(where: string, value: unknown, dataBytes: number): FileEntry {
  const { dtype, shape, data_offsets: offsets } = Object(value) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(fileDtypes, dtype)) refuse(where, `dtype is ${short(dtype)}`, `one of ${Object.keys(fileDtypes).join(', ')}`);
  const count = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(count)) refuse(where, `shape is ${short(shape)}`, 'at most 8 extents of at least 0');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(count)) refuse(where, `data_offsets is ${short(offsets)}`, 'where it begins and ends');
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) refuse(where, `data_offsets is [${begin} ${end}]`, `a range within ${dataBytes} bytes`);
  const bytes = (shape as number[]).reduce((product, n) => product * n, fileDtypes[dtype as FileDtype]);
  if (bytes !== end - begin) refuse(where, `${dtype}[${shape.join(' ')}] has ${end - begin} bytes`, String(bytes));
  return { dtype: dtype as FileDtype, shape: shape as number[], begin, end };
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 60);

/** The first key that stands twice in one object of a valid JSON text; JSON.parse would keep the last silently. */
function repeatedKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  const strings = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (let token = strings.exec(text); token; token = strings.exec(text)) {
    const [found] = token;
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else {
      const keys = open[open.length - 1];
      if (!keys || !isKey(text, strings.lastIndex)) continue;
      const key = JSON.parse(found) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

function isKey(text: string, at: number): boolean {
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}
