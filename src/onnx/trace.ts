// What a function of tensors does, as a list of operations: the ones that depend on its input, and the numbers that they begin with.
import { observeOps } from '../autograd/define-op.ts';
import { noGrad } from '../autograd/tape.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor, TypedArray } from '../tensor/tensor.ts';

/** An operand or a result: its id within the trace. */
export interface TracedValue {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Its numbers, where they do not depend on the input; null where they do. */
  readonly numbers: Promise<TypedArray> | null;
}

export interface TracedCall {
  readonly op: string;
  readonly operands: readonly (TracedValue | null)[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly results: readonly TracedValue[];
}

export interface Trace<K extends string> {
  readonly input: TracedValue;
  /** In the order in which they were called; only those that the outputs need. */
  readonly calls: readonly TracedCall[];
  readonly outputs: Readonly<Record<K, TracedValue>>;
}

/** Runs `body` on a tensor and notes what it calls. What it returns is freed, as all that it makes. */
export function trace<K extends string>(input: Tensor, body: (input: Tensor) => Readonly<Record<K, Tensor>>): Trace<K> {
  const values = new Map<number, TracedValue>();
  const calls: TracedCall[] = [];
  const operandOf = (tensor: Tensor): TracedValue => {
    const known = values.get(tensor.tensorId);
    if (known) return known;
    const { tensorId: id, shape, dtype } = tensor;
    // Read now: nobody knows how long it lives.
    const numbers = tensor.read();
    numbers.catch(() => {});
    const value = { id, shape, dtype, numbers };
    values.set(id, value);
    return value;
  };
  const dependent = (tensor: Tensor): TracedValue => {
    const value = { id: tensor.tensorId, shape: tensor.shape, dtype: tensor.dtype, numbers: null };
    values.set(value.id, value);
    return value;
  };
  const given = dependent(input);
  const outputs = scope(() => {
    const made = noGrad(() =>
      observeOps(
        (op, operands, attributes, results) => {
          const depends = operands.some((operand) => operand && values.get(operand.tensorId)?.numbers === null);
          // What does not depend on the input is a constant, read where it is first used.
          if (!depends) return;
          const taken = operands.map((operand) => (operand ? operandOf(operand) : null));
          calls.push({ op, operands: taken, attributes, results: results.map(dependent) });
        },
        () => body(input),
      ),
    );
    return { ids: Object.fromEntries((Object.entries(made) as [K, Tensor][]).map(([name, tensor]) => [name, operandOf(tensor)])) as Record<K, TracedValue> };
  }).ids;
  return { input: given, calls: needed(calls, Object.values(outputs)), outputs };
}

/** Without the calls that nothing in the end depends on. */
function needed(calls: readonly TracedCall[], outputs: readonly TracedValue[]): TracedCall[] {
  const wanted = new Set(outputs.map(({ id }) => id));
  const kept: TracedCall[] = [];
  for (const call of calls.toReversed()) {
    // An operation without results changes an operand in place; what says so is left to whoever reads the list.
    if (call.results.length && !call.results.some(({ id }) => wanted.has(id))) continue;
    kept.push(call);
    for (const operand of call.operands) if (operand) wanted.add(operand.id);
  }
  return kept.reverse();
}
