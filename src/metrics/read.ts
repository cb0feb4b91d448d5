// Numbers of results that are needed once.
import { scope } from '../tensor/scope.ts';
import type { Tensor, TypedArray } from '../tensor/tensor.ts';

/** Runs `body` in a scope, reads the tensors that it returns, and frees them. */
export async function readAll(body: () => readonly Tensor[]): Promise<TypedArray[]> {
  const results = scope(() => [...body()]);
  const numbers = results.map((result) => result.read());
  for (const result of results) result.dispose();
  return Promise.all(numbers);
}

/** NaN is how operations say that there is no answer. */
export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
