// Waiting: for numbers that are needed once, for the event loop's turn, and no longer than a signal allows.
import { scope } from './scope.ts';
import type { Tensor, TypedArray } from './tensor.ts';

/** Runs `body` in a scope, reads the tensors that it returns, and frees them. */
export async function readAll(body: () => readonly Tensor[]): Promise<TypedArray[]> {
  const results = scope(() => [...body()]);
  const numbers = results.map((result) => result.read());
  for (const result of results) result.dispose();
  return Promise.all(numbers);
}

/** Lets whoever shares the thread have a turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The promise, or the signal's reason as soon as it is aborted. Work that cannot be stopped, such as decoding, ends by itself;
 * `discard` is handed its result.
 */
export function untilAborted<R>(promise: Promise<R>, signal: AbortSignal | undefined, discard: (result: R) => void = () => {}): Promise<R> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason);
      promise.then(discard, () => {});
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    const settled = () => signal.removeEventListener('abort', stop);
    promise.then(
      (result) => {
        settled();
        resolve(result);
      },
      (error: unknown) => {
        settled();
        reject(error);
      },
    );
  });
}
