// A tensor: shape, dtype, device, read, dispose; no arithmetic. The only holder of native handles.
import { freeHandles } from '../../bindings/call.ts';
import { type Dtype, dtypes, native, sharedOutputs, type TypedArray } from '../../bindings/native.ts';
import { BlemishError, must } from '../errors.ts';
import { enter } from './scope.ts';

export type { Dtype, TypedArray } from '../../bindings/native.ts';
/** Extents, outermost first. */
export type Shape = readonly number[];

let nextId = 1;

/** The id that the next tensor will get; tensors made later have larger ones. */
export const idMark = (): number => nextId;

/**
 * Numbers on a device. A value: operations make new tensors and change none, except those whose signature says `!`.
 * Native memory is freed by the scope around it or by `dispose()`, never by the garbage collector.
 */
export class Tensor {
  readonly tensorId: number;
  readonly shape: Shape;
  readonly dtype: Dtype;
  readonly device: string;
  /** @internal Native handle; 0 once freed. */
  handle: number;
  /** @internal No scope disposes it. */
  kept = false;
  /** True once its owner has let go of it. */
  disposed = false;
  /** True for what training changes; the tape follows such tensors without being asked. */
  requiresGrad = false;
  private holds = 0;

  /** @internal Takes over a native handle. */
  constructor(handle: number, shape: Shape, dtype: Dtype, device: string) {
    this.tensorId = nextId++;
    this.handle = handle;
    this.shape = shape;
    this.dtype = dtype;
    this.device = device;
    enter(this);
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The numbers, once all work before them is done. The array is the caller's own. */
  async read(): Promise<TypedArray> {
    this.assertLive('read');
    return native.toHost(this.handle);
  }

  /** As `read`, but blocks the thread until the device is done. */
  readSync(): TypedArray {
    this.assertLive('readSync');
    return native.toHostSync(this.handle);
  }

  /** The one number of a tensor of size 1. */
  async item(): Promise<number> {
    if (this.size !== 1) throw new BlemishError('SHAPE_MISMATCH', `item: the tensor is [${this.shape.join(' ')}]; expected one number`);
    return (await this.read())[0];
  }

  /** Frees the native memory. Disposing twice is fine; any other use afterwards throws TENSOR_DISPOSED. */
  dispose(): void {
    const handle = this.surrender();
    if (handle) freeHandles([handle]);
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal Marks it disposed; returns the handle to free, or 0 while a tape still holds it. */
  surrender(): number {
    if (this.disposed) return 0;
    this.disposed = true;
    if (this.holds > 0) return 0;
    const handle = this.handle;
    this.handle = 0;
    return handle;
  }

  /** @internal A tape needs the numbers beyond the scope. */
  hold(): void {
    this.holds++;
  }

  /** @internal The tape is done with them. */
  release(): void {
    if (--this.holds > 0 || !this.disposed || !this.handle) return;
    const handle = this.handle;
    this.handle = 0;
    freeHandles([handle]);
  }

  private assertLive(where: string): void {
    if (this.disposed) throw new BlemishError('TENSOR_DISPOSED', `${where}: the tensor [${this.shape.join(' ')}] was disposed; expected a live tensor`);
  }
}

export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** @internal Makes tensors of what `run` left in the shared outputs. */
export function adoptOutputs(device: string): Tensor[] {
  const list: Tensor[] = [];
  let at = 1;
  for (let n = sharedOutputs[0]; n > 0; n--) {
    const handle = sharedOutputs[at];
    const dtype = dtypes[sharedOutputs[at + 1]];
    const rank = sharedOutputs[at + 2];
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) shape[axis] = sharedOutputs[at + 3 + axis];
    at += 3 + rank;
    list.push(new Tensor(handle, shape, dtype, device));
  }
  return list;
}

/** How numbers become a tensor. */
export interface TensorOptions {
  /** Default: that of the typed array, f32 for plain numbers. */
  dtype?: Dtype;
  /** Default 'cpu'. */
  device?: string;
  /** Throws ARGUMENT_INVALID if a number is NaN or infinite. Default false. */
  finite?: boolean;
  /**
   * @internal Memory that threads share is read where it lies, not copied: it must not change until all work on the tensor is done, and no
   * operation may change it in place. Other memory may be taken from its array at any time, and is copied all the same.
   */
  lend?: boolean;
}

const arrays = { f32: Float32Array, f64: Float64Array, u8: Uint8Array, i32: Int32Array };

/** Clamped bytes are bytes. */
const bytesOf = (data: ArrayLike<number>, dtype: Dtype): Uint8Array | null =>
  data instanceof Uint8ClampedArray && dtype === 'u8' ? new Uint8Array(data.buffer, data.byteOffset, data.length) : null;

function dtypeOf(data: ArrayLike<number>): Dtype {
  if (data instanceof Float64Array) return 'f64';
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return 'u8';
  if (data instanceof Int32Array) return 'i32';
  return 'f32';
}

/**
 * Copies numbers to a device.
 *
 * @param data typed array or plain list of `shape`'s product of numbers, row-major
 * @param shape extents, at most 8; default one axis
 */
export function tensor(data: ArrayLike<number>, shape: Shape = [data.length], options: TensorOptions = {}): Tensor {
  must(
    Array.isArray(shape) && shape.length <= 8 && shape.every((n) => Number.isSafeInteger(n) && n >= 0),
    `tensor: shape is [${shape}]; expected at most 8 non-negative integers`,
  );
  if (sizeOf(shape) !== data.length) {
    throw new BlemishError('SHAPE_MISMATCH', `tensor: ${data.length} numbers came for shape [${shape.join(' ')}]; expected ${sizeOf(shape)}`);
  }
  const dtype = options.dtype ?? dtypeOf(data);
  must(dtype in arrays, `tensor: dtype is ${dtype}; expected one of ${dtypes.join(', ')}`);
  if (options.finite) {
    for (let i = 0; i < data.length; i++) {
      must(Number.isFinite(data[i]), `tensor: number ${i} is ${data[i]}; expected finite numbers`);
    }
  }
  const Kind = arrays[dtype];
  const typed = data instanceof Kind ? data : (bytesOf(data, dtype) ?? Kind.from(data));
  const lend = options.lend === true && typed.buffer instanceof SharedArrayBuffer;
  const device = options.device ?? 'cpu';
  return new Tensor(native.fromHost(device, dtypes.indexOf(dtype), shape, typed, lend), [...shape], dtype, device);
}
