// Asynchronous work, several pieces at a time, results in the order of what was given; and promises that a signal cuts off.

/**
 * Runs `work` on every item with at most `width` at a time, and gives the results in the order of the items. Items are asked
 * for only as room appears. The first failure is thrown where its result would have stood; what is then still under way is let
 * go of. `discard` is handed every result that nobody will take.
 */
export async function* inFlight<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
  discard: (result: R) => void = () => {},
): AsyncGenerator<R> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const running: Promise<R>[] = [];
  let more = true;
  try {
    while (more || running.length) {
      while (more && running.length < width) {
        const next = await source.next();
        if (next.done) more = false;
        else {
          const promise = work(next.value);
          // Its failure is thrown when its turn comes; until then it is no unhandled one.
          promise.catch(() => {});
          running.push(promise);
        }
      }
      if (running.length) yield await running.shift()!;
    }
  } finally {
    for (const promise of running) promise.then(discard, () => {});
    await source.return?.();
  }
}

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
