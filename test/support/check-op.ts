// The checks that a case list stands for: agreement with the reference, gradients, gradients of gradients.
import { expect } from 'vitest';
import { schema } from '../../bindings/native.ts';
import { definedOps } from '../../src/autograd/define-op.ts';
import { record } from '../../src/autograd/tape.ts';
import * as ops from '../../src/ops/index.ts';
import { scope } from '../../src/tensor/scope.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fillOperand, normalFrom, type OpCase, type OpCases, type Operand, relativeError, toTensor, uniformSource } from './cases.ts';
import { type NdArray, nd } from './reference.ts';

type Filled = NdArray & { dtype: 'f32' | 'f64' | 'u8' | 'i32'; name: string };

const infoOf = (name: string) => schema.ops.find((op) => op.name === name)!;

export function fillAll(list: OpCases, one: OpCase, seed: number): (Filled | null)[] {
  const info = infoOf(list.op);
  for (const name of Object.keys(one.inputs)) expect(info.inputs.map((i) => i.name)).toContain(name);
  const filled: (Filled | null)[] = [];
  for (const input of info.inputs) {
    const given = one.inputs[input.name];
    const items = input.list ? (given as never[]) : [given ?? null];
    items.forEach((item, i) => {
      filled.push(
        item === null
          ? null
          : { ...fillOperand(item as Exclude<Operand, null>, seed * 31 + filled.length + 1), name: input.list ? `${input.name}[${i}]` : input.name },
      );
    });
  }
  return filled;
}

function runReference(list: OpCases, one: OpCase, operands: (NdArray | null)[]): NdArray[] {
  const info = infoOf(list.op);
  const attrs: Record<string, unknown> = {};
  for (const a of info.attributes) {
    const value = one.attrs?.[a.name];
    const isList = a.kind === 'integers' || a.kind === 'reals';
    if (value !== undefined) attrs[a.name] = isList && typeof value === 'number' ? a.fallback.map(() => value) : value;
    else if (!a.required) attrs[a.name] = isList ? a.fallback : a.kind === 'boolean' ? a.fallback[0] === 1 : a.kind === 'choice' ? a.words[0] : a.fallback[0];
  }
  const named: Record<string, unknown> = { list: operands };
  if (!info.inputs[0]?.list)
    operands.forEach((x, i) => {
      if (x) named[info.inputs[i].name] = x;
    });
  const result = list.reference(named as never, attrs as never);
  return Array.isArray(result) ? result : [result];
}

/** Calls the op by name with tensors. */
export function callOp(name: string, operands: (Tensor | null)[], attrs?: Record<string, unknown>): Tensor[] {
  const call = definedOps.get(name)?.call as ((...args: unknown[]) => Tensor | Tensor[] | undefined) | undefined;
  if (!call) throw new Error(`${name}: defineOp was never called for it`);
  const out = infoOf(name).inputs[0]?.list ? call(operands, attrs) : call(...operands, attrs);
  return out === undefined ? [] : Array.isArray(out) ? out : [out];
}

export function checkReference(list: OpCases, one: OpCase, seed: number): void {
  const filled = fillAll(list, one, seed);
  const expected = runReference(list, one, filled);
  const info = infoOf(list.op);
  scope(() => {
    const operands = filled.map((x) => x && toTensor(x, x.dtype));
    let results = callOp(list.op, operands, one.attrs);
    if (results.length === 0) results = operands.filter((x, i) => x && info.inputs[i].inPlace) as Tensor[];
    const count = Math.min(list.results ?? results.length, results.length);
    expect(expected.length, 'the reference gives too few results').toBeGreaterThanOrEqual(count);
    for (let i = 0; i < count; i++) {
      expect(results[i].shape, `extents of result ${i}`).toEqual(expected[i].shape);
      const error = relativeError(results[i].readSync(), expected[i].data);
      expect(error, `relative error of result ${i}`).toBeLessThanOrEqual(list.tolerance ?? 2e-6);
    }
  });
}

function differentiable(list: OpCases, filled: (Filled | null)[]): number[] {
  return filled.flatMap((x, i) => (x && x.dtype === 'f32' && (!list.differentiate || list.differentiate.includes(x.name.split('[')[0])) ? [i] : []));
}

export const hasGradient = (list: OpCases): boolean =>
  definedOps.get(list.op)?.gradient === 'defined' && (list.differentiate === undefined || list.differentiate.length > 0);

const direction = (size: number, seed: number): Float64Array => {
  const uniform = uniformSource(seed);
  return Float64Array.from({ length: size }, () => Math.fround(normalFrom(uniform)));
};

function shifted(filled: (Filled | null)[], moves: [index: number, along: Float64Array, by: number][]): (NdArray | null)[] {
  return filled.map((x, i) => {
    const mine = moves.filter((m) => m[0] === i);
    if (!x || !mine.length) return x;
    return nd(
      x.shape,
      x.data.map((value, j) => mine.reduce((sum, [, along, by]) => sum + by * along[j], value)),
    );
  });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

function expectClose(actual: number, expected: number, scale: number, tolerance: number, what: string): void {
  const bound = tolerance * Math.max(Math.abs(expected), scale, 1e-6);
  expect(Math.abs(actual - expected), `${what}: tape says ${actual}, central difference ${expected}`).toBeLessThanOrEqual(bound);
}

/** Gradient by the tape against central differences of the float64 reference, in a random direction for each operand. */
export function checkGradient(list: OpCases, one: OpCase, seed: number): void {
  const filled = fillAll(list, one, seed);
  const weights = direction(runReference(list, one, filled)[0].data.length, seed + 7);
  const f = (operands: (NdArray | null)[]) => dot(runReference(list, one, operands)[0].data, weights);
  scope(() => {
    const operands = filled.map((x) => x && toTensor(x, x.dtype));
    const which = differentiable(list, filled);
    const tape = record(() => callOp(list.op, operands, one.attrs)[0], { watch: which.map((i) => operands[i]!) });
    const gradients = tape.backward(tape.value, toTensor(nd(tape.value.shape, weights)));
    for (const i of which) {
      const along = direction(filled[i]!.data.length, seed + 100 + i);
      const step = 1e-5;
      const expected = (f(shifted(filled, [[i, along, step]])) - f(shifted(filled, [[i, along, -step]]))) / (2 * step);
      const gradient = gradients.get(operands[i]!);
      expect(gradient, `${filled[i]!.name} got no gradient`).toBeDefined();
      const numbers = Array.from(gradient!.readSync());
      const scale = Math.sqrt(numbers.reduce((sum, g, j) => sum + (g * along[j]) ** 2, 0));
      expectClose(dot(numbers, along), expected, scale, list.gradientTolerance ?? 3e-4, `d ${list.op} / d ${filled[i]!.name}`);
    }
  });
}

/** Mixed second derivatives: the tape differentiates its own walk; the reference is differenced in two directions. */
export function checkSecondGradient(list: OpCases, one: OpCase, seed: number): void {
  const filled = fillAll(list, one, seed);
  const weights = direction(runReference(list, one, filled)[0].data.length, seed + 7);
  // Squared, so that a linear op has a second derivative to check as well.
  const f = (operands: (NdArray | null)[]) =>
    dot(
      runReference(list, one, operands)[0].data.map((y) => y * y),
      weights,
    );
  scope(() => {
    const which = differentiable(list, filled);
    const operands = filled.map((x) => x && toTensor(x, x.dtype));
    const along = which.map((i) => direction(filled[i]!.data.length, seed + 200 + i));
    const watched = which.map((i) => operands[i]!);
    const outer = record(
      () => {
        const inner = record(
          () => {
            const y = callOp(list.op, operands, one.attrs)[0];
            return ops.sumTo(ops.mul(ops.mul(y, y), toTensor(nd(y.shape, weights))), []);
          },
          { watch: watched },
        );
        const gradients = inner.backward();
        // ⟨∇f, v⟩ over all operands at once.
        return which
          .map((i, n) => ops.sumTo(ops.mul(gradients.get(operands[i]!)!, toTensor(nd(filled[i]!.shape, along[n]))), []))
          .reduce((a, b) => ops.add(a, b));
      },
      { watch: watched },
    );
    const second = outer.backward();
    for (const i of which) {
      const other = direction(filled[i]!.data.length, seed + 300 + i);
      const step = 1e-3;
      const move = (p: number, q: number) =>
        f(shifted(filled, [...which.map((k, n): [number, Float64Array, number] => [k, along[n], p * step]), [i, other, q * step]]));
      const expected = (move(1, 1) - move(1, -1) - move(-1, 1) + move(-1, -1)) / (4 * step * step);
      const numbers = Array.from(second.get(operands[i]!)?.readSync() ?? new Float32Array(filled[i]!.data.length));
      const scale = Math.sqrt(numbers.reduce((sum, g, j) => sum + (g * other[j]) ** 2, 0));
      expectClose(dot(numbers, other), expected, scale, 10 * (list.gradientTolerance ?? 3e-4), `d² ${list.op} / d ${filled[i]!.name}`);
    }
  });
}
