// What every function of this folder is made with: typed arrays become tensors, the operation runs, its results come back as arrays.

import { BlemishError, must } from '../errors.ts';
import * as ops from '../ops/nn/index.ts';
import { sync } from '../tensor/device.ts';
import { opaqueChannels, whiteOf } from '../tensor/pixels.ts';
import { keep, scope } from '../tensor/scope.ts';
import { Tensor, type TypedArray, tensor } from '../tensor/tensor.ts';
import { nextTurn, readAll, untilAborted } from '../tensor/waiting.ts';

/** Floats of 32 or 64 bits. */
export type Float = Float32Array | Float64Array;

/** Numbers of any extents, row-major. What has one axis goes by as the bare typed array instead. */
export interface NdArray<D extends TypedArray = TypedArray> {
  readonly data: D;
  /** Extents; their product is the length of `data`. */
  readonly shape: readonly number[];
}

/** What the numbers of a picture may be. */
export type Pixels = Uint8Array | Uint8ClampedArray | Uint16Array | Float;

/**
 * One picture or map, row by row, its channels side by side.
 *
 * Of 8 and 16 bits it stands for the same picture in floats: numbers are brought to 0 … 1, and of 2 and 4 channels the last is opacity
 * and is left out. Floats may be any numbers, and each of their channels counts.
 */
export interface Picture<D extends Pixels = Pixels> {
  /** height · width · channels numbers. */
  readonly data: D;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Pictures, maps of errors or of features: one `Picture`, or floats `[N C H W]`. */
export type Maps = Picture | NdArray<Float>;

/** The same where the operation knows f32 alone. */
export type FloatMaps = Picture<Exclude<Pixels, Float64Array>> | NdArray<Float32Array>;

/** The second operand beside a first of the same form. */
export type Beside<M extends Maps> = M extends Picture ? Picture : M;

/** Maps in the form of the operand: f64 of f64, else f32. */
export type MapsLike<M extends Maps> = M extends Picture<infer D> ? Picture<FloatOf<D>> : M extends NdArray<infer D> ? NdArray<FloatOf<D>> : never;

/** One number of a `Picture`; of `[N C H W]` N of them. */
export type EachOf<M extends Maps> = M extends NdArray<infer D> ? FloatOf<D> : number;

type FloatOf<D> = D extends Float64Array ? Float64Array : Float32Array;

/** What every function takes among its last options. */
export interface Stoppable {
  /**
   * Rejects with the signal's reason as soon as it is aborted. Work in many calls stops between two of them, within about a second; one
   * call that is under way ends by itself, and what is asked for meanwhile waits for it.
   */
  signal?: AbortSignal;
}

/** One batch, or batches as they come. */
export type Batches<X> = X | Iterable<X> | AsyncIterable<X>;

export type Operand = NdArray | Picture | TypedArray;
type Operands = { readonly [name: string]: Operand };
type TensorsOf<O> = { [K in keyof O]: Tensor };
/** What `body` gives: one tensor, a list, or tensors by name. */
type Results = Tensor | readonly Tensor[] | { readonly [name: string]: Tensor };
export type Read<R> = R extends Tensor ? NdArray : { -readonly [K in keyof R]: NdArray };

export const isPicture = (x: unknown): x is Picture => typeof x === 'object' && x !== null && 'channels' in x;
const isBare = (x: unknown): x is TypedArray => ArrayBuffer.isView(x);

const kinds = [Float32Array, Float64Array, Uint8Array, Int32Array];
const pixelKinds = [Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array, Float64Array];
const nameOf = (x: unknown): string => Object.prototype.toString.call(x).slice(8, -1);

/** The extents of an operand, once it is known to be one. */
function extentsOf(where: string, x: Operand): readonly number[] {
  must(typeof x === 'object' && x !== null, `${where} is ${nameOf(x)}; expected a typed array, { data, shape } or { data, width, height, channels }`);
  const picture = isPicture(x);
  const { data, shape } = isBare(x) ? { data: x, shape: [x.length] } : picture ? { ...x, shape: [x.height, x.width, x.channels] } : x;
  const allowed = picture ? pixelKinds : kinds;
  must(
    allowed.some((Kind) => data instanceof Kind),
    `${where}${isBare(x) ? '' : '.data'} is ${nameOf(data)}; expected ${allowed.map((Kind) => Kind.name).join(', ')}`,
  );
  const extents = Array.isArray(shape) ? `[${shape.map(String).join(' ')}]` : nameOf(shape);
  must(
    Array.isArray(shape) && shape.length <= 8 && shape.every((n) => Number.isSafeInteger(n) && n >= (picture ? 1 : 0)),
    picture
      ? `${where}: [height width channels] is ${extents}; expected positive integers`
      : `${where}.shape is ${extents}; expected at most 8 non-negative integers`,
  );
  const size = shape.reduce((a, b) => a * b, 1);
  if (data.length !== size) throw new BlemishError('SHAPE_MISMATCH', `${where} has ${data.length} numbers for ${extents}; expected ${size}`);
  return shape;
}

// Copied without a pause: some milliseconds.
const pieceBytes = 8 << 20;

const floats = (data: Pixels | TypedArray): TypedArray => (data instanceof Uint16Array ? new Float32Array(data) : (data as TypedArray));

/** A large array goes over in pieces, so that whoever shares the thread has a turn in between. */
async function inPieces(data: Pixels | TypedArray, shape: readonly number[], signal: AbortSignal | undefined): Promise<Tensor> {
  const piece = Math.floor(pieceBytes / data.BYTES_PER_ELEMENT);
  const parts: Tensor[] = [];
  try {
    for (let from = 0; from < data.length; from += piece) {
      parts.push(keep(tensor(floats(data.subarray(from, from + piece)), undefined, { lend: true })));
      await nextTurn();
      signal?.throwIfAborted();
    }
    return keep(scope(() => ops.reshape(ops.concat(parts), shape)));
  } finally {
    for (const part of parts) part.dispose();
  }
}

export interface ComputeOptions extends Stoppable {
  /** Pictures of bytes stay bytes. */
  bytes?: boolean;
}

/**
 * Runs `work` on tensors of the operands, and frees them. Arrays that are not large are copied before it returns its promise; none may
 * be changed before that is settled.
 *
 * @param where the function that was called, for messages
 * @param operands by their names
 */
export async function withTensors<O extends Operands, R>(
  where: string,
  operands: O,
  { signal, bytes = false }: ComputeOptions,
  work: (tensors: TensorsOf<O>) => R | Promise<R>,
): Promise<R> {
  signal?.throwIfAborted();
  const entries = Object.entries(operands).map(([name, x]) => ({ name, x, shape: extentsOf(`${where}: ${name}`, x) }));
  const held: Tensor[] = [];
  const hold = (x: Tensor): Tensor => {
    held.push(keep(x));
    return x;
  };
  try {
    const tensors: Record<string, Tensor> = {};
    for (const { name, x, shape } of entries) {
      const data = isBare(x) ? x : x.data;
      const raw = hold(data.byteLength <= pieceBytes ? tensor(floats(data), shape, { lend: true }) : await inPieces(data, shape, signal));
      tensors[name] = isPicture(x) ? hold(scope(() => planesOf(x, raw, bytes))) : raw;
    }
    return await work(tensors as TensorsOf<O>);
  } catch (error) {
    const told = !(error instanceof BlemishError) || error === signal?.reason || new RegExp(`^${where}\\b`, 'i').test(error.message);
    throw told ? error : new BlemishError(error.code, `${where}: ${error.message}`, { cause: error });
  } finally {
    for (const x of held) x.dispose();
  }
}

/** `[1 C H W]` of a picture's pixels. */
function planesOf({ data, channels }: Picture, pixels: Tensor, bytes: boolean): Tensor {
  const white = whiteOf(data);
  return ops.pixelsToPlanes(pixels, { channels: white === 1 ? channels : opaqueChannels(channels), white: bytes && white === 255 ? 1 : white });
}

/** Runs `body` in a scope and reads what it gives. */
export async function read<R extends Results>(body: () => R, signal?: AbortSignal): Promise<Read<R>> {
  let results: R | undefined;
  const shapes: (readonly number[])[] = [];
  const reading = readAll(() => {
    results = body();
    const list = results instanceof Tensor ? [results] : Object.values(results as object as Record<string, Tensor>);
    shapes.push(...list.map(({ shape }) => shape));
    return list;
  });
  // Where `body` threw, what it had queued may fail as well: that is taken here, so that no other read meets it.
  if (results === undefined) sync().catch(() => {});
  const arrays = await untilAborted(reading, signal);
  const read = arrays.map((data, i): NdArray => ({ data, shape: [...shapes[i]] }));
  if (results instanceof Tensor) return read[0] as Read<R>;
  if (Array.isArray(results)) return read as Read<R>;
  return Object.fromEntries(Object.keys(results as object).map((name, i) => [name, read[i]])) as Read<R>;
}

/** The whole way: tensors of the operands, `body` in a scope, its results as arrays. */
export const compute = <O extends Operands, R extends Results>(
  where: string,
  operands: O,
  options: ComputeOptions,
  body: (tensors: TensorsOf<O>) => R,
): Promise<Read<R>> => withTensors(where, operands, options, (tensors) => read(() => body(tensors), options.signal));

/** The one number of a result without axes. */
export const number = (x: NdArray): number => x.data[0];
/** The numbers of a result of one axis. */
export const list = <D extends TypedArray>(x: NdArray): D => x.data as D;
/** A result as it is, its kind of number known. */
export const array = <D extends TypedArray>(x: NdArray): NdArray<D> => x as NdArray<D>;

/** Maps out of maps, in the form of the first operand. */
export async function mapOf<M extends Maps, O extends Operands>(
  where: string,
  first: M,
  operands: O,
  options: ComputeOptions,
  body: (tensors: TensorsOf<O>) => Tensor,
): Promise<MapsLike<M>> {
  if (!isPicture(first)) return (await compute(where, operands, options, body)) as MapsLike<M>;
  const { data, shape } = await compute(where, operands, options, (tensors) => ops.planesToPixels(body(tensors)));
  return { data, width: shape[1], height: shape[0], channels: shape[2] } as unknown as MapsLike<M>;
}

/** A number for each picture, in the form of the first operand. */
export async function eachOf<M extends Maps, O extends Operands>(
  where: string,
  first: M,
  operands: O,
  options: ComputeOptions,
  body: (tensors: TensorsOf<O>) => Tensor,
): Promise<EachOf<M>> {
  const { data } = await compute(where, operands, options, body);
  return (isPicture(first) ? data[0] : data) as EachOf<M>;
}

/**
 * What the pictures' numbers span. Where bits say it themselves nobody else may: 255 beside bytes that were brought to 0 … 1 would be a
 * silent mistake.
 */
export function spanOf(where: string, pictures: readonly Maps[], range: number | undefined): number | undefined {
  if (!pictures.some((x) => isPicture(x) && whiteOf(x.data) !== 1)) return range;
  must(range === undefined || range === 1, `${where}: range is ${range} for a picture of 8 or 16 bits, which is brought to 0 … 1; expected none`);
  return 1;
}

/** A list of operands by their places. */
export const numbered = <X>(name: string, items: readonly X[]): { [name: string]: X } => Object.fromEntries(items.map((x, i) => [`${name}[${i}]`, x]));

/** Batch after batch as a tensor, each done with before the next is asked for. */
export async function eachBatch<X extends NdArray | Picture>(
  where: string,
  batches: Batches<X>,
  { signal }: Stoppable,
  work: (x: Tensor) => void | Promise<void>,
): Promise<void> {
  const given: object = typeof batches === 'object' && batches !== null ? batches : {};
  must(
    'data' in given || Symbol.iterator in given || Symbol.asyncIterator in given,
    `${where}: x is ${nameOf(batches)}; expected an array, or an iterable of arrays`,
  );
  const source = 'data' in given ? [batches as X] : (batches as Iterable<X> | AsyncIterable<X>);
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await untilAborted(Promise.resolve(iterator.next()), signal);
      if (next.done) {
        ended = true;
        return;
      }
      await withTensors(where, { x: next.value }, { signal }, async ({ x }) => {
        await work(x);
        // Waited for here, so that a failure comes up here, and memory holds one batch.
        await untilAborted(sync(), signal);
      });
    }
  } finally {
    // Not waited for: a source that is asleep would hold up whoever has had enough.
    if (!ended) Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
