// Operands for benchmarks: never zeros, quickly made.
import { type Tensor, tensor } from '../src/index.ts';
import { fillOperand, type Operand, toTensor } from '../test/support/cases.ts';

// A prime, so that no extent divides it and rows do not come out alike.
const period = 1048573;

/** A tensor for a case's operand; long plain random ones repeat after about a million numbers. */
export function operandTensor(spec: Exclude<Operand, null>, seed: number, device: string): Tensor {
  const full = 'shape' in spec ? spec : { shape: spec };
  const size = full.shape.reduce((a, b) => a * b, 1);
  const repeatable =
    full.values === undefined || full.values === 'normal' || full.values === 'positive' || full.values === 'unit' || full.values === 'offKinks';
  if (!repeatable || size <= period) {
    const filled = fillOperand(spec, seed);
    return toTensor(filled, filled.dtype, device);
  }
  const { data, dtype } = fillOperand({ ...full, shape: [period] }, seed);
  const all = new { f32: Float32Array, f64: Float64Array, u8: Uint8Array, i32: Int32Array }[dtype](size);
  for (let from = 0; from < size; from += period) all.set(from + period <= size ? data : data.subarray(0, size - from), from);
  return tensor(all, full.shape, { dtype, device });
}

/** Standard normal numbers, scaled. */
export function normal(shape: readonly number[], seed: number, device: string, scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const length = Math.min(size, period);
  const { data } = fillOperand([length], seed);
  const all = new Float32Array(size);
  for (let i = 0; i < size; i++) all[i] = scale * data[i % length];
  return tensor(all, shape, { device });
}
