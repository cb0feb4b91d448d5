// Asynchronous work, several pieces at a time, results in the order of what was given.

interface Piece<R> {
  readonly promise: Promise<R>;
  settled: boolean;
}

/**
 * Runs `work` on every item with at most `width` at a time, and gives the results in the order of the items. Items are asked
 * for only as room appears; a result that is ready never waits for an item that is slow to come. The first failure is thrown
 * where its result would have stood; what is then still under way is let go of. `discard` is handed every result that nobody
 * will take.
 */
export async function* inFlight<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
  discard: (result: R) => void = () => {},
): AsyncGenerator<R> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const running: Piece<R>[] = [];
  let asking: Promise<void> | null = null;
  let more = true;
  let closed = false;
  let broken: { readonly error: unknown } | null = null;

  const take = (next: IteratorResult<T>): void => {
    if (next.done) more = false;
    else if (!closed) {
      const piece: Piece<R> = { promise: (async () => work(next.value))(), settled: false };
      const settle = () => {
        piece.settled = true;
      };
      // A failure is thrown when its turn comes; until then it is no unhandled one.
      piece.promise.then(settle, settle);
      running.push(piece);
    }
  };
  const ask = (): void => {
    const next = source.next();
    if (!('then' in next)) {
      take(next);
      return;
    }
    asking = Promise.resolve(next)
      .then(take, (error: unknown) => {
        more = false;
        broken = { error };
      })
      .then(() => {
        asking = null;
        fill();
      });
  };
  const fill = (): void => {
    while (more && !closed && !asking && running.length < width) ask();
  };
  try {
    for (;;) {
      fill();
      const [first] = running;
      if (!first && !asking) break;
      if (asking && !first?.settled) await (first ? Promise.race([asking, first.promise.catch(() => {})]) : asking);
      else {
        running.shift();
        yield await first.promise;
      }
    }
    if (broken) throw (broken as { readonly error: unknown }).error;
  } finally {
    closed = true;
    for (const { promise } of running) promise.then(discard, () => {});
    // A source that is still looking for its next item is not waited for.
    const ended = source.return?.();
    if (asking) Promise.resolve(ended).catch(() => {});
    else await ended;
  }
}
