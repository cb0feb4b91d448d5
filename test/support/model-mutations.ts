// What may be wrong with a model file: bytes that were damaged, headers that lie, and contents that were made with malice and signed anew.
import type { ArrayEntry, State } from '../../src/nn/state.ts';
import { slotKeys } from '../../src/scoring/threshold-slot.ts';

/** Draws from a source of numbers within 0 … 1. */
export interface Draws {
  uniform(): number;
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

export function drawsOf(uniform: () => number): Draws {
  const below = (n: number) => Math.floor(uniform() * n);
  return { uniform, below, pick: (list) => list[below(list.length)] };
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const some = ({ below, pick }: Draws): number => 1 + below(pick([4, 64, 1024]));
const noise = (draws: Draws): Uint8Array => Uint8Array.from({ length: some(draws) }, () => draws.below(256));
const headerEnd = (bytes: Uint8Array): number => 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at]);
  return copy;
}

/** Damage by name: a bit, or bytes cut off, doubled, moved, filled, put in. */
export const damages: Readonly<Record<string, (bytes: Uint8Array, draws: Draws) => Uint8Array>> = {
  'a bit flipped': (bytes, { below }) => changed(bytes, below(bytes.length), (byte) => byte ^ (1 << below(8))),
  'a byte of the header changed': (bytes, { below }) => changed(bytes, below(headerEnd(bytes)), () => below(256)),
  'cut off': (bytes, { below }) => bytes.slice(0, below(bytes.length)),
  'the beginning lost': (bytes, { below }) => bytes.slice(1 + below(bytes.length)),
  'a piece lost': (bytes, draws, at = draws.below(bytes.length)) => joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + some(draws)))),
  'a piece put in': (bytes, draws, at = draws.below(bytes.length)) => joined(bytes.subarray(0, at), noise(draws), bytes.subarray(at)),
  'a piece doubled': (bytes, draws, at = draws.below(bytes.length)) => joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - some(draws)))),
  'a piece filled': (bytes, draws, at = draws.below(bytes.length)) => bytes.slice().fill(draws.below(256), at, at + some(draws)),
  'a piece moved': (bytes, { below }) => bytes.slice().copyWithin(below(bytes.length), below(bytes.length), below(bytes.length)),
  'something behind it': (bytes, draws) => joined(bytes, noise(draws)),
};

const oddNumbers = [0, -1, 1, 2, 3, 7, 8, 1.5, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, 1e308, null, '8', [], {}, true];
const oddDtypes = ['F32', 'F64', 'U8', 'I64', 'BOOL', 'F8_E4M3', 'f32', 'F128', '', '__proto__', 'constructor', null, 4];

/** The file around a header that is not its own; the length that stands before it is right, unless another is asked for. */
function withHeader(bytes: Uint8Array, text: string, length?: bigint): Uint8Array {
  const header = new TextEncoder().encode(text);
  const first = new Uint8Array(8);
  new DataView(first.buffer).setBigUint64(0, length ?? BigInt(header.length), true);
  return joined(first, header, bytes.subarray(headerEnd(bytes)));
}

const headerText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(8, headerEnd(bytes)));
type Entry = Record<string, unknown>;

/** Headers that lie about lengths, extents, offsets and names, by name. */
export const lies: Readonly<Record<string, (bytes: Uint8Array, draws: Draws) => Uint8Array>> = {
  'a length of its own': (bytes, { pick, below }) =>
    withHeader(
      bytes,
      headerText(bytes),
      pick([0n, 1n, 2n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, BigInt(bytes.length), BigInt(below(bytes.length))]),
    ),
  'an entry changed': (bytes, { pick, below }) => {
    const header = JSON.parse(headerText(bytes)) as Record<string, Entry>;
    const name = pick(Object.keys(header).filter((key) => key !== '__metadata__'));
    const entry = header[name];
    const offsets = entry.data_offsets as unknown[];
    const shape = entry.shape as unknown[];
    pick<() => unknown>([
      () => (entry.dtype = pick(oddDtypes)),
      () => (shape[below(shape.length + 1)] = pick(oddNumbers)),
      () => (offsets[below(3)] = pick(oddNumbers)),
      () => (entry.data_offsets = pick<unknown>([[], null, 'x', [8, 4], offsets.slice().reverse(), [0, 2 ** 53]])),
      () => (entry.shape = pick<unknown>([[], null, [0], Array(9).fill(1), Array(64).fill(2), [2 ** 27, 2 ** 26], { length: 1 }])),
      () => delete entry[pick(['dtype', 'shape', 'data_offsets'])],
      () => (header[name] = pick<unknown>([null, 1, 'x', [], {}]) as Entry),
      () => (header[pick(['__proto__', 'constructor', '', 'x'.repeat(5000), 'weights.', '__metadata__', 'calibration.scores'])] = entry),
    ])();
    return withHeader(bytes, JSON.stringify(header));
  },
  'JSON of another kind': (bytes, { pick, below }) => {
    const text = headerText(bytes);
    const at = text.lastIndexOf('}');
    return withHeader(
      bytes,
      pick<() => string>([
        () => pick(['', '{', '[]', 'null', '"x"', '{}', '0', `{"__metadata__":{}}`, `{"__metadata__":${'['.repeat(5000)}`]),
        () => `${'{"a":'.repeat(below(20000))}1`,
        () => `${text.slice(0, at)},"x":${'['.repeat(below(20000))}${']'.repeat(below(20000))}}`,
        () => `${text.slice(0, at)},${text.slice(1)}`,
        () => text.replace(/"(\w)/, (_, first: string) => `"\\u00${first.charCodeAt(0).toString(16)}`),
        () => text.slice(0, below(text.length)),
        () => ` ${text}`,
        () => text.replace(/:/g, ' : \n'),
      ])(),
    );
  },
};

const oddTexts = ['', 'null', '0', '-1', '1e999', '[]', '{}', '"x"', '{"a":1}', 'NaN', '[[[[[[1]]]]]]', '\u0000', '{"__proto__":{"x":1}}', '9'.repeat(400)];
const oddValues = [0, -1, 1, 2, 3, 1e9, 1.5, -0, 1e308, 2 ** 53, null, true, '', 'stretch', 'pad', 'top', [], {}, [1], 'toString'];

/** Changes some number or word within JSON text. */
function edited(text: string | undefined, { uniform, pick }: Draws): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '');
  } catch {
    return pick(oddTexts); // a mutation before this one has been there
  }
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(parsed);
  if (!places.length) return pick(oddTexts);
  const [holder, key] = pick(places);
  if (uniform() < 0.2) delete holder[key];
  else holder[key] = pick(oddValues);
  return JSON.stringify(parsed);
}

/** Malice: changes what the file says or holds; whoever calls it signs it anew. */
export function hostile(metadata: Map<string, string>, arrays: State, draws: Draws): void {
  const { below, pick } = draws;
  const names = [...arrays.keys()];
  const keys = [...metadata.keys()].filter((key) => !slotKeys.includes(key as (typeof slotKeys)[number]));
  const key = pick(keys);
  const name = pick(names);
  const entry = arrays.get(name) as ArrayEntry;
  const kinds: (() => unknown)[] = [
    () => metadata.delete(key),
    () => metadata.set(key, pick(oddTexts)),
    () => metadata.set(key, metadata.get(pick(keys)) ?? ''),
    () => {
      const json = pick(['hyper', 'input', 'calibration', 'provenance', 'versions']);
      metadata.set(json, edited(metadata.get(json), draws));
    },
    () => arrays.delete(name),
    () => arrays.set(pick(names), entry),
    () => arrays.set(name, { ...entry, shape: [entry.data.length] }),
    () => arrays.set(name, { dtype: 'u8', shape: [2], data: Uint8Array.of(1, 2) }),
    () => arrays.set(`weights.${below(9)}`, entry),
    // Numbers of no good kind: a detector is made of them, and has to behave.
    () =>
      arrays.set(name, { ...entry, data: entry.data.slice().fill(pick([Number.NaN, Number.POSITIVE_INFINITY, -1e38, 0, 1e-40]), below(entry.data.length)) }),
  ];
  pick(kinds)();
}
