// Pictures on the device: one pass through the network, and the reads of what comes out of it.
import { type Frame, type InputSpec, toFrame } from '../data/input.ts';
import { BlemishError } from '../errors.ts';
import type { AnyMethod } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import { concat, gather, max, min, reshape, slice, toBytes, transpose } from '../ops/index.ts';
import { keep, scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** A method with a network that has learnt. */
export interface Fitted {
  readonly method: AnyMethod;
  // biome-ignore lint/suspicious/noExplicitAny: declared by the method, whichever it is
  readonly hyper: any;
  readonly input: InputSpec;
  readonly model: AnyModule;
}

/** What is wanted besides the score. */
export interface Wanted {
  /** The map in the picture's own frame. */
  readonly maps: boolean;
  /** The largest number of that map, without the map. */
  readonly peaks: boolean;
  readonly reconstructions: boolean;
  /** The bits of everything that the method gives, to compare passes by. */
  readonly bits: boolean;
}

/** A picture as the network takes it. */
export interface Input {
  /** f32 [1 C H W] */
  readonly x: Tensor;
  readonly frame: Frame;
  /** Positions of the network's map [height width] that count; null or left out: all. */
  readonly positions?: Int32Array | null;
}

/** What came out of the network for one picture. */
export interface Numbers {
  readonly score: number;
  /** Smallest and largest number of the map in the network's frame; NaN where the map has one. */
  readonly low: number;
  readonly high: number;
  readonly peak: number | null;
  /** [height width] of the picture. */
  readonly map: Float32Array | null;
  /** u8 [height width channels] of the network's input. */
  readonly reconstruction: Uint8Array | null;
  readonly bits: Uint8Array | null;
}

/** Reads without waiting; a failure is reported to whoever waits for the promise, and to no one else. */
function read<T>(value: Tensor): Promise<T> {
  const promise = value.read() as Promise<T>;
  promise.catch(() => {});
  return promise;
}

/** A method's own result, held to what it promises. */
export function scored(
  { method, model, hyper, input }: Fitted,
  images: Tensor,
  before?: readonly Tensor[],
): { map: Tensor; scores: Tensor; reconstruction: Tensor | null } {
  const { map, reconstruction = null, image } = method.score(model, images, hyper, before);
  const scores = image ?? method.imageScore(map, hyper);
  const count = images.shape[0];
  const must = (name: string, value: Tensor | null, ...shape: number[]) => {
    if (!value || (value.dtype === 'f32' && value.shape.length === shape.length && value.shape.every((n, i) => n === shape[i]))) return;
    throw new BlemishError('SHAPE_MISMATCH', `${method.name}: its ${name} is ${value.dtype}[${value.shape.join(' ')}]; expected f32[${shape.join(' ')}]`);
  };
  must('map', map, count, 1, input.height, input.width);
  must('image score', scores, count);
  must('reconstruction', reconstruction, ...images.shape);
  return { map, scores, reconstruction };
}

/**
 * One pass of some pictures through the network, their results read. Only enqueues before it waits, so the inputs may be disposed
 * once it has returned its promise.
 */
export function pass(fitted: Fitted, inputs: readonly Input[], wanted: Wanted): Promise<Numbers[]> {
  const { method, model, hyper } = fitted;
  if (!method.before) return through(fitted, inputs, wanted);
  // The pictures are needed for longer than their owner keeps them.
  const images = keep(concat(inputs.map(({ x }) => x)));
  const waiting = method.before(model, images, hyper);
  if (!waiting) {
    images.dispose();
    return through(fitted, inputs, wanted);
  }
  const places = inputs.map(({ frame, positions }) => ({ frame, positions }));
  const results = waiting.then((before) => {
    const done = through(fitted, [], wanted, { images, places, before });
    for (const one of before) one.dispose();
    return done;
  });
  const freed = results.finally(() => images.dispose());
  freed.catch(() => {});
  return freed;
}

/** What a pass goes on from after it has waited. */
interface Waited {
  readonly images: Tensor;
  readonly places: readonly Omit<Input, 'x'>[];
  readonly before: readonly Tensor[];
}

function through(fitted: Fitted, inputs: readonly Input[], wanted: Wanted, waited?: Waited): Promise<Numbers[]> {
  const places: readonly Omit<Input, 'x'>[] = waited ? waited.places : inputs;
  const frames = places.map(({ frame }) => frame);
  const { height, width } = fitted.input;
  const reads = scope(() => {
    const images = waited ? waited.images : inputs.length === 1 ? inputs[0].x : concat(inputs.map(({ x }) => x));
    const { map, scores, reconstruction } = scored(fitted, images, waited?.before);
    // One read for three numbers of every picture.
    const three = [scores, min(map, [1, 2, 3]), max(map, [1, 2, 3])];
    const numbers = read<Float32Array>(concat(places.some(({ positions }) => positions) ? confined(fitted, places, map, three) : three));
    const needsFrames = wanted.maps || wanted.peaks;
    const each = frames.map((frame, i) => {
      if (!needsFrames) return { map: null, peak: null };
      const framed = scope(() => toFrame(frames.length === 1 ? map : slice(map, [i, 0, 0, 0], [1, 1, height, width]), frame));
      return { map: wanted.maps ? read<Float32Array>(framed) : null, peak: wanted.peaks ? read<Float32Array>(max(framed)) : null };
    });
    const pictures = wanted.reconstructions && reconstruction ? read<Uint8Array>(toBytes(transpose(reconstruction, [0, 2, 3, 1]))) : null;
    const bits = wanted.bits ? read<Float32Array>(rowsOf([scores, map, reconstruction], frames.length)) : null;
    return { numbers, each, pictures, bits };
  });
  const results = collect(reads, frames.length);
  results.catch(() => {}); // the same: several passes are begun before the first is waited for
  return results;
}

/** Score, smallest and largest number, f32 [N] each: of those positions alone that count, where not all do. */
function confined({ method, hyper }: Fitted, places: readonly Omit<Input, 'x'>[], map: Tensor, three: readonly Tensor[]): Tensor[] {
  const [, , height, width] = map.shape;
  const each = places.map(({ positions }, i) => {
    if (!positions) return three.map((value) => slice(value, [i], [1]));
    const own = reshape(slice(map, [i, 0, 0, 0], [1, 1, height, width]), [height * width]);
    const within = reshape(gather(own, tensor(positions)), [1, 1, 1, positions.length]);
    return [method.imageScore(within, hyper), min(within, [1, 2, 3]), max(within, [1, 2, 3])];
  });
  return three.map((_, k) => concat(each.map((values) => values[k])));
}

/** f32 [count …]: side by side what the tensors hold for each picture. */
function rowsOf(tensors: readonly (Tensor | null)[], count: number): Tensor {
  const rows = tensors.flatMap((value) => (value ? [reshape(value, [count, value.size / count])] : []));
  return concat(rows, 1);
}

async function collect(
  reads: {
    numbers: Promise<Float32Array>;
    each: { map: Promise<Float32Array> | null; peak: Promise<Float32Array> | null }[];
    pictures: Promise<Uint8Array> | null;
    bits: Promise<Float32Array> | null;
  },
  count: number,
): Promise<Numbers[]> {
  const numbers = await reads.numbers;
  const pictures = await reads.pictures;
  const bits = await reads.bits;
  const bytes = bits && new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
  return Promise.all(
    reads.each.map(async ({ map, peak }, i) => ({
      score: numbers[i],
      low: numbers[count + i],
      high: numbers[2 * count + i],
      peak: peak ? (await peak)[0] : null,
      map: await map,
      reconstruction: pictures && share(pictures, i, count),
      bits: bytes && share(bytes, i, count),
    })),
  );
}

const share = (bytes: Uint8Array, i: number, count: number): Uint8Array => bytes.slice((i * bytes.length) / count, ((i + 1) * bytes.length) / count);
