// One list of cases per op, used four ways: float64 reference, gradient, twin on another device, benchmark.
import type { OpName } from '../../src/autograd/define-op.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { type NdArray, nd, sizeOf } from './reference.ts';

/** Numbers of one operand: standard normal unless `values` says otherwise. */
export interface OperandSpec {
  shape: readonly number[];
  dtype?: 'f32' | 'f64' | 'u8' | 'i32';
  /**
   * `normal`; `positive` (0.2 … 2.2); `unit` (0 … 1); `offKinks` (normal, pushed 0.15 away from zero and from ±1);
   * `distinct` (a shuffled ladder, no two equal, steps of 0.05); `spd` (symmetric positive definite in the last two axes);
   * or a function of position and a uniform source.
   */
  values?: 'normal' | 'positive' | 'unit' | 'offKinks' | 'distinct' | 'spd' | ((position: number, uniform: () => number) => number);
}

export type Operand = readonly number[] | OperandSpec | null;

export interface OpCase {
  /** Operands by name: extents alone, or with what fills them; a list operand takes a list of them. */
  inputs: Record<string, Operand | Operand[]>;
  attrs?: Record<string, unknown>;
  /** Timed by the benchmarks and compared across devices, not against the plain loops. */
  bench?: boolean;
  /** A short name for the benchmark's row. */
  label?: string;
}

/** Attributes with defaults filled in, lists as lists; a case list knows their kinds. */
// biome-ignore lint/suspicious/noExplicitAny: each op has its own attributes
export type Attrs = Record<string, any>;

export interface OpCases {
  op: OpName;
  /** float64, plain loops. `null` operands were left out. Ops that change operands in place return the changed ones. */
  reference: (inputs: Record<string, NdArray> & { list: NdArray[] }, attrs: Attrs) => NdArray | NdArray[];
  cases: OpCase[];
  /** Relative norm of the difference to the reference. Default 2e-6. */
  tolerance?: number;
  /** The same for gradients in a random direction. Default 3e-4. */
  gradientTolerance?: number;
  /** Operands to differentiate; default all float ones, where the op has a gradient. */
  differentiate?: string[];
  /** Check gradients of gradients too. */
  twice?: boolean;
  /** How many leading results to compare; default all. */
  results?: number;
  /** Arithmetic and traffic of one call, for the benchmark; items of a list operand are called name[0], name[1], … */
  work?: (shapes: Record<string, readonly number[]>, attrs: Attrs) => { flops?: number; bytes?: number };
}

export const opCases = (op: OpName, rest: Omit<OpCases, 'op'>): OpCases => ({ op, ...rest });

/** A small uniform source for tests: xorshift on 32 bits, in (0, 1). */
export function uniformSource(seed: number): () => number {
  let state = (seed * 2654435761 + 88675123) >>> 0 || 1;
  for (let i = 0; i < 8; i++) state = step(state);
  return () => {
    state = step(state);
    return (state + 0.5) / 4294967296;
  };
}

function step(state: number): number {
  let x = state;
  x ^= x << 13;
  x >>>= 0;
  x ^= x >>> 17;
  x ^= x << 5;
  return x >>> 0;
}

export const normalFrom = (uniform: () => number): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

/** Fills an operand; numbers are rounded to its type, so that reference and kernel see the same ones. */
export function fillOperand(spec: Exclude<Operand, null>, seed: number): NdArray & { dtype: 'f32' | 'f64' | 'u8' | 'i32' } {
  const full: OperandSpec = Array.isArray(spec) ? { shape: spec } : (spec as OperandSpec);
  const dtype = full.dtype ?? 'f32';
  const uniform = uniformSource(seed);
  const size = sizeOf(full.shape);
  const data = new Float64Array(size);
  const kind = full.values ?? 'normal';
  for (let i = 0; i < size; i++) data[i] = one(kind, i, uniform);
  if (kind === 'distinct') shuffleLadder(data, uniform);
  if (kind === 'spd') makeSpd(data, full.shape);
  for (let i = 0; i < size; i++) data[i] = dtype === 'f32' ? Math.fround(data[i]) : dtype === 'f64' ? data[i] : Math.round(data[i]);
  return { ...nd(full.shape, data), dtype };
}

function one(kind: NonNullable<OperandSpec['values']>, position: number, uniform: () => number): number {
  if (typeof kind === 'function') return kind(position, uniform);
  if (kind === 'positive') return 0.2 + 2 * uniform();
  if (kind === 'unit') return uniform();
  const x = normalFrom(uniform);
  if (kind !== 'offKinks') return x;
  for (const kink of [0, 1, -1]) if (Math.abs(x - kink) < 0.15) return kink + (x < kink ? -0.15 : 0.15) * (1 + uniform());
  return x;
}

function shuffleLadder(data: Float64Array, uniform: () => number): void {
  for (let i = 0; i < data.length; i++) data[i] = (i - data.length / 2) * 0.05;
  for (let i = data.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [data[i], data[j]] = [data[j], data[i]];
  }
}

function makeSpd(data: Float64Array, shape: readonly number[]): void {
  const n = shape[shape.length - 1];
  for (let from = 0; from < data.length; from += n * n) {
    const a = data.slice(from, from + n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = i === j ? n : 0;
        for (let k = 0; k < n; k++) sum += a[i * n + k] * a[j * n + k];
        data[from + i * n + j] = sum / n;
      }
    }
  }
}

export const toTensor = (x: NdArray, dtype: 'f32' | 'f64' | 'u8' | 'i32' = 'f32', device = 'cpu'): Tensor => tensor(x.data, x.shape, { dtype, device });

/** ‖a − b‖ / max(‖b‖, floor): the one measure of agreement. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>, floor = 1e-12): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || (Number.isNaN(a[i]) && Number.isNaN(b[i])) || a[i] === b[i]) {
      if (Number.isFinite(b[i])) norm += b[i] ** 2;
      continue;
    }
    difference += (a[i] - b[i]) ** 2;
    norm += b[i] ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), floor);
}
