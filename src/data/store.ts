// Pictures of a set at the size of the network's input: in memory while they fit, else decoded again whenever they are asked for.
import { totalmem } from 'node:os';
import { BlemishError, must } from '../errors.ts';
import { affine, toBytes, toUnitRange } from '../ops/index.ts';
import { type PictureLimits, readPicture } from '../tensor/pictures.ts';
import { keep, scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { untilAborted } from '../tensor/waiting.ts';
import { inFlight } from './in-flight.ts';
import { checkSpec, type InputSpec, toInput } from './input.ts';
import type { Sample } from './sample.ts';

/** A picture that cannot be used, and why. */
export interface PictureFailure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** How a set of pictures is held. */
export interface StoreOptions {
  readonly signal?: AbortSignal;
  /** After every picture that was looked at. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Bytes of pictures to hold. Default a quarter of the memory that the process may use. */
  readonly memoryLimit?: number;
  /** Larger pictures are failures. */
  readonly limits?: PictureLimits;
}

/** C x H x W numbers of one picture: 8 bits where the picture has 8, else 16. */
type Held = Uint8Array | Uint16Array;

/** Decoders at work at a time: libvips' own pool of threads has as many. */
const decoders = 4;

/**
 * Every picture is read once when the store is opened, so that failures are known before anything is learnt. Numbers are rounded
 * to 8 bits (pictures of 8 bits) or 16, the same whether they were held or decoded again: memory changes speed, not results.
 */
export class PictureStore {
  /** Samples whose pictures could be read, in the order in which they came. */
  readonly samples: readonly Sample[];
  /** All others; grows if a picture that could be read at first cannot be read again. */
  readonly failures: PictureFailure[];
  readonly spec: InputSpec;
  private held: (Held | null)[];
  private readonly limits: PictureLimits;
  private readonly gone = new Set<number>();

  private constructor(samples: readonly Sample[], failures: PictureFailure[], spec: InputSpec, held: (Held | null)[], limits: PictureLimits) {
    this.samples = samples;
    this.failures = failures;
    this.spec = spec;
    this.held = held;
    this.limits = limits;
  }

  /**
   * Reads all pictures, up to four at a time.
   *
   * Rejects with DATA_UNUSABLE where not one picture can be read, and with the signal's reason when it is aborted.
   */
  static async open(samples: readonly Sample[], spec: InputSpec, options: StoreOptions = {}): Promise<PictureStore> {
    const { signal, onProgress, memoryLimit = memoryOfProcess() / 4, limits = {} } = options;
    checkSpec('PictureStore', spec);
    must(samples.length > 0, 'PictureStore: no samples came; expected at least one');
    must(memoryLimit >= 0, `PictureStore: memoryLimit is ${memoryLimit}; expected bytes from 0 on`);
    const good: Sample[] = [];
    const held: (Held | null)[] = [];
    const failures: PictureFailure[] = [];
    let bytes = 0;
    let done = 0;
    for await (const { sample, result } of inFlight(samples, decoders, async (sample) => ({ sample, result: await attempt(sample, spec, limits, signal) }))) {
      if (result instanceof BlemishError) failures.push({ name: sample.name, code: result.code, message: result.message });
      else {
        good.push(sample);
        const fits = bytes + result.byteLength <= memoryLimit;
        held.push(fits ? result : null);
        if (fits) bytes += result.byteLength;
      }
      onProgress?.({ done: ++done, total: samples.length });
      signal?.throwIfAborted();
    }
    if (!good.length) throw allFailed(failures);
    return new PictureStore(good, failures, spec, held, limits);
  }

  /** Number of pictures that can be used. */
  get size(): number {
    return this.samples.length;
  }

  /** Bytes of pictures in memory. */
  get heldBytes(): number {
    return this.held.reduce((sum, one) => sum + (one?.byteLength ?? 0), 0);
  }

  /** Whether a picture could not be read again when it was last asked for. */
  isGone(index: number): boolean {
    return this.gone.has(index);
  }

  /**
   * Pictures by their position in `samples`, as f32 [N C H W] within 0 … 1 that belongs to the caller.
   *
   * Rejects with DATA_UNUSABLE where a picture that is not held cannot be read any more; `isGone` then tells which.
   */
  async batch(indices: readonly number[], signal?: AbortSignal): Promise<Tensor> {
    for (const index of indices) {
      must(Number.isInteger(index) && index >= 0 && index < this.held.length, `batch: index is ${index}; expected 0 … ${this.held.length - 1}`);
    }
    const parts: Held[] = [];
    const lost: BlemishError[] = [];
    for await (const part of inFlight(indices, decoders, (index) => this.one(index, signal))) {
      if (part instanceof BlemishError) lost.push(part);
      else parts.push(part);
    }
    if (lost.length) {
      throw new BlemishError(
        'DATA_UNUSABLE',
        `batch: ${lost.length} of ${indices.length} pictures cannot be read any more (${lost[0].message}); expected them as they were`,
      );
    }
    return assemble(parts, this.spec);
  }

  private async one(index: number, signal?: AbortSignal): Promise<Held | BlemishError> {
    const held = this.held[index];
    if (held) return held;
    const sample = this.samples[index];
    const again = await attempt(sample, this.spec, this.limits, signal);
    if (again instanceof BlemishError && !this.gone.has(index)) {
      this.gone.add(index);
      this.failures.push({ name: sample.name, code: again.code, message: again.message });
    }
    return again;
  }

  /** Lets go of all pictures. */
  dispose(): void {
    this.held = [];
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Bytes that the process may use: the machine's memory, or less where a container is held to less. */
function memoryOfProcess(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
}

/** The picture of a sample, or why there is none; rejects only when aborted. */
async function attempt(sample: Sample, spec: InputSpec, limits: PictureLimits, signal?: AbortSignal): Promise<Held | BlemishError> {
  signal?.throwIfAborted();
  if (sample.problem) return new BlemishError(sample.problem.code, sample.problem.message);
  try {
    return await untilAborted(rounded(sample, spec, limits), signal);
  } catch (error) {
    signal?.throwIfAborted();
    // A source of the caller's own may fail with anything.
    if (error instanceof BlemishError) return error;
    return new BlemishError('PICTURE_UNREADABLE', `${sample.name}: ${error instanceof Error ? error.message : String(error)}; expected a picture`, {
      cause: error,
    });
  }
}

async function rounded(sample: Sample, spec: InputSpec, limits: PictureLimits): Promise<Held> {
  const picture = await readPicture(sample.source, { name: sample.name, ...limits });
  const eight = picture.data instanceof Uint8Array || picture.data instanceof Uint8ClampedArray;
  const x = scope(() => {
    const input = toInput(picture, spec).x;
    return eight ? toBytes(input) : affine(input, { scale: 65535 });
  });
  try {
    const numbers = await x.read();
    if (eight) return numbers as Uint8Array;
    // The store into the array cuts towards zero.
    return Uint16Array.from(numbers, (value) => Math.min(value + 0.5, 65535));
  } finally {
    x.dispose();
  }
}

function assemble(parts: readonly Held[], { channels, height, width }: InputSpec): Tensor {
  const shape = [parts.length, channels, height, width];
  const size = channels * height * width;
  if (parts.every((part) => part instanceof Uint8Array)) {
    const bytes = new Uint8Array(parts.length * size);
    parts.forEach((part, i) => bytes.set(part, i * size));
    return scope(() => keep(toUnitRange(tensor(bytes, shape))));
  }
  const numbers = new Float32Array(parts.length * size);
  parts.forEach((part, i) => {
    const full = part instanceof Uint8Array ? 255 : 65535;
    for (let at = 0, to = i * size; at < size; at++, to++) numbers[to] = part[at] / full;
  });
  return keep(tensor(numbers, shape));
}

function allFailed(failures: readonly PictureFailure[]): BlemishError {
  const first = failures.slice(0, 3).map(({ message }) => message);
  const rest = failures.length > first.length ? ` (and ${failures.length - first.length} more)` : '';
  return new BlemishError('DATA_UNUSABLE', `PictureStore: none of ${failures.length} pictures can be used: ${first.join(' | ')}${rest}; expected at least one`);
}
