// The model file: a safetensors file whose arrays are weights and calibration scores, and whose metadata says everything else.
//
// | metadata | holds |
// |---|---|
// | `format`, `formatVersion` | `blemish`, and the version of this layout |
// | `thresholds.0`, `thresholds.1` | the thresholds in force, twice: see threshold-slot.ts |
// | `method`, `hyper`, `input`, `seed`, `calibration`, `provenance`, `versions` | JSON (`method` a bare name) |
// | `weightsSha256` | over every array in the order of their names: `["name","dtype",[extents]]`, a line feed, its bytes |
// | `metadataSha256` | over the JSON of all other metadata but the thresholds, as `[key, text]` in the order of their keys |
//
// Arrays are `weights.<name>`, and `calibration.scores` and `calibration.peaks`, f64 and ascending, once calibrated. Nothing is
// executable. The checksums find damage and careless editing; they are no signature.
import { createHash, type Hash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { InputSpec } from '../data/input.ts';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import type { HyperValue } from '../hyper.ts';
import { SafetensorsFile, writeSafetensors } from '../nn/safetensors.ts';
import { headerLength, parseHeader } from '../nn/safetensors-header.ts';
import type { ArrayEntry, State } from '../nn/state.ts';
import { nextTurn } from '../tensor/waiting.ts';
import { type CalibrationParts, parseModelFacts } from './file-facts.ts';
import { encodeSlot, slotInForce, slotKeys, type Thresholds } from './threshold-slot.ts';

/** Version of the layout that this library writes, and the latest that it reads. */
export const formatVersion = 1;

/** Bytes that the header of a model file may have. */
export const longestModelHeader = 16 << 20;

/** What a model file says besides its weights. */
export interface ModelFacts extends Thresholds {
  readonly method: string;
  /** As they were set; the method's declarations have not been asked yet. */
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly input: InputSpec;
  readonly seed: number | null;
  readonly calibration: CalibrationParts | null;
  /** Plain JSON. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Of what wrote the file, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface Model extends ModelFacts {
  readonly weights: State;
}

const invalid = (where: string, wrong: string, expected: string): never => {
  throw new BlemishError<OwnCode>('MODEL_INVALID', `${where}: ${wrong}; expected ${expected}`);
};

/** Gives what is not sound about the file one code, and what the system says one of ours. */
function explain(where: string, error: unknown): never {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof BlemishError) {
    if (code === 'STATE_INVALID') throw new BlemishError<OwnCode>('MODEL_INVALID', message, { cause: error });
    throw error;
  }
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
  throw new BlemishError<OwnCode>('MODEL_UNREADABLE', `${where}: ${message}; expected a model file that may be read and written`, { cause: error });
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A piece at a time, so that no one who shares the thread waits for long. */
async function digest(hash: Hash, { data }: ArrayEntry): Promise<void> {
  const piece = 4 << 20;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < bytes.length; at += piece) {
    hash.update(bytes.subarray(at, at + piece));
    if (at + piece < bytes.length) await nextTurn();
  }
}

const headline = (name: string, { dtype, shape }: ArrayEntry): string => `${JSON.stringify([name, dtype, shape])}\n`;

/** @internal Checksum over arrays: their names, types, extents and bytes, in the order of their names. */
export async function digestArrays(names: Iterable<string>, read: (name: string) => ArrayEntry | Promise<ArrayEntry>): Promise<string> {
  const hash = createHash('sha256');
  for (const name of [...names].sort(byName)) {
    const entry = await read(name);
    hash.update(headline(name, entry));
    await digest(hash, entry);
  }
  return hash.digest('hex');
}

const unsigned = new Set<string>(['metadataSha256', ...slotKeys]);

/** @internal Checksum over the metadata, the thresholds left out. */
export function digestMetadata(metadata: ReadonlyMap<string, string>): string {
  const signed = [...metadata].filter(([key]) => !unsigned.has(key)).sort(([a], [b]) => byName(a, b));
  return createHash('sha256').update(JSON.stringify(signed)).digest('hex');
}

/** @internal All arrays of a model by their names in the file. */
function arraysOf({ weights, calibration }: Pick<Model, 'weights' | 'calibration'>): State {
  const arrays: State = new Map([...weights].map(([name, entry]) => [`weights.${name}`, entry]));
  if (!calibration) return arrays;
  for (const name of ['scores', 'peaks'] as const) {
    arrays.set(`calibration.${name}`, { dtype: 'f64', shape: [calibration[name].length], data: calibration[name] });
  }
  return arrays;
}

/**
 * Writes a model. A file of that name is replaced only by a complete one, which lies on the disk by then. Throws MODEL_UNREADABLE,
 * with the system's reason, where it cannot be written.
 */
export async function writeModel(path: string, model: Model): Promise<void> {
  const { method, hyper, input, seed, provenance, versions, calibration } = model;
  const arrays = arraysOf(model);
  const told = calibration && { falseAlarmRate: calibration.falseAlarmRate, failures: calibration.failures };
  const facts = { hyper, input, seed, provenance, versions, calibration: told };
  const metadata = new Map<string, string>(slotKeys.map((key) => [key, '']));
  for (const [key, text] of Object.entries({ format: 'blemish', formatVersion: String(formatVersion), method })) metadata.set(key, text);
  for (const [key, value] of Object.entries(facts)) metadata.set(key, JSON.stringify(value));
  const length = [...metadata.values()].reduce((sum, text) => sum + 2 * Buffer.byteLength(text), 0);
  must(length < longestModelHeader / 2, `save: what is to stand in the header has ${length} bytes; expected fewer than ${longestModelHeader / 2}`);
  metadata.set('weightsSha256', await digestArrays(arrays.keys(), (name) => arrays.get(name) as ArrayEntry));
  const sum = digestMetadata(metadata);
  metadata.set('metadataSha256', sum);
  for (const key of slotKeys) metadata.set(key, encodeSlot({ sequence: 1, threshold: model.threshold, pixelThreshold: model.pixelThreshold }, sum));
  await writeSafetensors(path, arrays, { metadata }).catch((error: unknown) => explain(path, error));
}

/** The metadata of a model file, its marks and checksum checked; in the order that gives the most helpful error. */
function checkMetadata(where: string, metadata: ReadonlyMap<string, string>): { sum: string; thresholds: Thresholds; spare: 0 | 1; sequence: number } {
  if (metadata.get('format') !== 'blemish') invalid(where, 'the file is no model of this library', "metadata with format 'blemish'");
  const version = metadata.get('formatVersion') ?? '';
  if (!/^[1-9]\d{0,8}$/.test(version)) invalid(where, `its format version is ${JSON.stringify(version.slice(0, 20))}`, 'a positive whole number');
  if (Number(version) > formatVersion) {
    const writer = (metadata.get('versions') ?? 'unknown').slice(0, 200);
    throw new BlemishError<OwnCode>(
      'MODEL_TOO_NEW',
      `${where}: its format is version ${version}, written by ${writer}; expected at most version ${formatVersion}: a later release of this library reads it`,
    );
  }
  const sum = digestMetadata(metadata);
  if (metadata.get('metadataSha256') !== sum) invalid(where, 'its metadata do not give the checksum that stands beside them', 'a file that nobody altered');
  const found = slotInForce(
    slotKeys.map((key) => metadata.get(key)),
    sum,
  );
  if (!found) return invalid(where, 'both records of its thresholds are damaged', 'at least one that is whole');
  const { sequence, ...thresholds } = found.slot;
  return { sum, thresholds, spare: found.spare, sequence };
}

/** @internal The model that an open file holds; see `readModel`. */
export async function modelFrom(where: string, file: SafetensorsFile): Promise<Model> {
  const { thresholds } = checkMetadata(where, file.metadata);
  const facts = parseModelFacts(where, file.metadata);
  const known = (name: string) => name.startsWith('weights.') || (facts.calibration !== null && /^calibration\.(scores|peaks)$/.test(name));
  const stranger = [...file.entries.keys()].find((name) => !known(name));
  if (stranger !== undefined) invalid(where, `it holds an array ${JSON.stringify(stranger.slice(0, 80))}`, 'weights and calibration scores alone');
  const arrays: State = new Map();
  const sum = await digestArrays(file.entries.keys(), async (name) => {
    const entry = await file.read(name);
    arrays.set(name, entry);
    return entry;
  });
  if (file.metadata.get('weightsSha256') !== sum) invalid(where, 'its arrays do not give the checksum that stands in its header', 'a file that nobody altered');
  const calibration = facts.calibration && { ...facts.calibration, ...calibrationArrays(where, arrays) };
  const weights: State = new Map([...arrays].filter(([name]) => name.startsWith('weights.')).map(([name, entry]) => [name.slice('weights.'.length), entry]));
  return { ...facts, ...thresholds, calibration, weights };
}

function calibrationArrays(where: string, arrays: State): Pick<CalibrationParts, 'scores' | 'peaks'> {
  const [scores, peaks] = (['calibration.scores', 'calibration.peaks'] as const).map((name) => {
    const { data, dtype, shape } = arrays.get(name) ?? invalid(where, `it is calibrated but holds no ${name}`, 'scores and peaks');
    if (dtype !== 'f64' || shape.length !== 1) return invalid(where, `${name} is ${dtype}[${shape.join(' ')}]`, 'a list of f64');
    const numbers = data as Float64Array;
    const wrong = numbers.findIndex((x, i) => !Number.isFinite(x) || (i > 0 && numbers[i - 1] > x));
    if (wrong >= 0) invalid(where, `number ${wrong} of ${name} is ${numbers[wrong]}`, 'finite numbers in ascending order');
    return numbers;
  });
  if (scores.length !== peaks.length) invalid(where, `it holds ${scores.length} calibration scores and ${peaks.length} peaks`, 'as many of each');
  return { scores, peaks };
}

/** Throws unless a file stands at the path that begins as a model does; so that what is another file altogether is called that. */
async function mustBeModel(where: string): Promise<void> {
  // A pipe would wait for ever to be opened.
  const status = await stat(where);
  if (!status.isFile()) throw new BlemishError<OwnCode>('MODEL_UNREADABLE', `${where}: it is no regular file; expected a model file`);
  const file = await open(where, 'r');
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(9), 0, 9, 0);
    if (bytesRead < 9 || buffer[8] !== 0x7b) invalid(where, `the file, of ${status.size} bytes, does not begin as a model does`, 'one that save wrote');
  } finally {
    await file.close();
  }
}

/**
 * Reads a model. Every size is checked against the file's own, every byte against a checksum. Throws MODEL_UNREADABLE where the file
 * cannot be opened, MODEL_TOO_NEW where a later version of this library wrote it, and MODEL_INVALID where it is cut short, damaged,
 * altered, or no model.
 */
export async function readModel(path: string): Promise<Model> {
  try {
    await mustBeModel(path);
    await using file = await SafetensorsFile.open(path, { longestHeader: longestModelHeader });
    return await modelFrom(path, file);
  } catch (error) {
    return explain(path, error);
  }
}

/**
 * Changes the thresholds within a model file, in place: some hundred bytes are written, whatever the size of the weights. A crash at
 * any moment leaves a file with the old thresholds or with the new ones. Of two that change a file at once, one wins. Throws as
 * `readModel`, but does not read the weights.
 *
 * @param threshold image scores strictly above it are anomalous; null: none
 * @param pixelThreshold numbers of maps strictly above it make regions; null: none; left out: as it is
 */
export async function setThreshold(path: string, threshold: number | null, pixelThreshold?: number | null): Promise<void> {
  for (const value of [threshold, pixelThreshold]) {
    must(value === null || value === undefined || Number.isFinite(value), `setThreshold: the threshold is ${value}; expected a finite number or null`);
  }
  try {
    await mustBeModel(path);
    const file = await open(path, 'r+');
    try {
      const read = async (begin: number, length: number) => {
        const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, begin);
        return buffer.subarray(0, bytesRead);
      };
      const { size } = await file.stat();
      const length = headerLength(path, await read(0, 8), size, longestModelHeader);
      const header = await read(8, length);
      const { metadata } = parseHeader(path, header, size - 8 - length);
      const { sum, thresholds, spare, sequence } = checkMetadata(path, metadata);
      const next = { sequence: sequence + 1, threshold, pixelThreshold: pixelThreshold === undefined ? thresholds.pixelThreshold : pixelThreshold };
      const record = new TextEncoder().encode(encodeSlot(next, sum));
      for (const which of [spare, 1 - spare]) {
        const at = slotPosition(path, header, slotKeys[which], metadata.get(slotKeys[which]), record.length);
        await file.write(record, 0, record.length, 8 + at);
        await file.datasync(); // before the other record is touched
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    explain(path, error);
  }
}

/** Where in the header a record stands. Within JSON's strings quotes are escaped, so that these words can stand nowhere else. */
function slotPosition(where: string, header: Uint8Array, key: string, text: string | undefined, length: number): number {
  const lead = `"${key}":"`;
  const found = Buffer.from(header.buffer, header.byteOffset, header.byteLength).indexOf(lead);
  const at = found + lead.length;
  const stored = Buffer.from(header.subarray(at, at + length + 1)).toString('latin1');
  if (found < 0 || stored[length] !== '"' || (text !== undefined && text.length !== length)) {
    return invalid(where, `there is no room for ${length} characters at ${key}`, 'a header as this library writes it: load and save the model');
  }
  return at;
}
