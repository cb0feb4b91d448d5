// How a stream of items passes through two stages, one that waits for files and one that waits for the device, with few of them on the way.

/** What one item became: ready for the device, or done without it. */
export type Prepared<R, O> = { readonly ready: R } | { readonly done: O };

export interface Stages<I, R, O> {
  /** Makes an item ready. What is wrong with an item is a result; a rejection ends the run. */
  prepare(item: I): Promise<Prepared<R, O>>;
  /** Bytes that an item is going to hold until its result is handed on. */
  weigh(ready: R): number;
  /** How many of the items that are ready the device is given next, at least 1. */
  portion(ready: number): number;
  /** Takes over the items and gives their results, in the same order. Throwing or rejecting ends the run. */
  compute(portion: readonly R[]): Promise<readonly O[]>;
  /** Lets go of an item that is not going to be computed. */
  discard(ready: R): void;
  /** The run is over: whatever is still on its way is of no use. */
  close?(): void;
}

export interface FlowOptions {
  /** Whether results come in the order of the items, or as they are finished. */
  readonly ordered: boolean;
  /** Items between the source and the receiver of the results, at most. */
  readonly most: number;
  /** Items that are being prepared at a time, at most. */
  readonly preparing: number;
  /** Bytes beyond which no further item is begun. */
  readonly bytes: number;
  /** An abort of any of them ends the run at once, with its reason. */
  readonly signals: readonly AbortSignal[];
}

/** Portions on the device: one at work, one behind it so that it never waits. */
const portionsAtOnce = 2;

/**
 * The results of all items. Nothing begins before the first result is asked for, and the source is asked no faster than results are
 * taken. An error of the source is thrown once everything before it has been handed on. Ending the generator, an abort, or an error
 * lets go of whatever is on its way; who is still preparing an item is not waited for.
 */
export async function* flow<I, R, O>(items: AsyncIterable<I> | Iterable<I>, stages: Stages<I, R, O>, options: FlowOptions): AsyncGenerator<O, void, void> {
  const run = new Flow(items, stages, options);
  try {
    for (let next = await run.next(); next; next = await run.next()) yield next.result;
  } finally {
    run.close();
  }
}

class Flow<I, R, O> {
  private readonly items: AsyncIterator<I> | Iterator<I>;
  private readonly stages: Stages<I, R, O>;
  private readonly options: FlowOptions;
  /** Items taken from the source, and results handed on. */
  private taken = 0;
  private handed = 0;
  private asking = false;
  private exhausted = false;
  private preparing = 0;
  private portions = 0;
  private heldBytes = 0;
  /** In the order of the items. */
  private ready: { readonly position: number; readonly item: R }[] = [];
  private readonly results = new Map<number, O>();
  private readonly weights = new Map<number, number>();
  private sourceFailure: { readonly error: unknown } | null = null;
  private failure: { readonly error: unknown } | null = null;
  private closed = false;
  private changed = false;
  private wake: (() => void) | null = null;
  private readonly onAbort: () => void;

  constructor(items: AsyncIterable<I> | Iterable<I>, stages: Stages<I, R, O>, options: FlowOptions) {
    this.items = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.stages = stages;
    this.options = options;
    this.onAbort = () => this.stopIfAborted();
    for (const signal of options.signals) signal.addEventListener('abort', this.onAbort);
    this.stopIfAborted();
  }

  private stopIfAborted(): void {
    const aborted = this.options.signals.find((signal) => signal.aborted);
    if (!aborted || this.closed) return;
    this.fail(aborted.reason);
    this.close();
  }

  /** The next result, or null after the last. */
  async next(): Promise<{ result: O } | null> {
    for (;;) {
      if (this.failure) throw this.failure.error;
      const position = this.options.ordered ? this.handed : (this.results.keys().next().value ?? -1);
      if (this.results.has(position)) return { result: this.handOn(position) };
      if (this.exhausted && this.handed === this.taken) {
        if (this.sourceFailure) throw this.sourceFailure.error;
        return null;
      }
      this.pump();
      if (!this.changed) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
      this.changed = false;
    }
  }

  private handOn(position: number): O {
    const result = this.results.get(position) as O;
    this.results.delete(position);
    this.heldBytes -= this.weights.get(position) ?? 0;
    this.weights.delete(position);
    this.handed++;
    this.pump();
    return result;
  }

  private notify(): void {
    this.changed = true;
    this.wake?.();
    this.wake = null;
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.notify();
  }

  /** Begins all that may begin now. */
  private pump(): void {
    if (this.closed || this.failure) return;
    this.ask();
    while (this.ready.length > 0 && this.portions < portionsAtOnce && !this.failure) {
      this.launch(this.ready.splice(0, this.stages.portion(this.ready.length)));
    }
  }

  private ask(): void {
    const { most, preparing, bytes } = this.options;
    const underway = this.taken - this.handed;
    const room = underway === 0 || (underway < most && this.heldBytes <= bytes);
    if (this.asking || this.exhausted || !room || this.preparing >= preparing) return;
    this.asking = true;
    const settle = (after: () => void) => {
      this.asking = false;
      if (this.closed) return;
      after();
      this.pump();
      this.notify();
    };
    const failed = (error: unknown) =>
      settle(() => {
        this.exhausted = true;
        this.sourceFailure = { error };
      });
    const found = ({ done, value }: IteratorResult<I>) =>
      settle(() => {
        if (done) this.exhausted = true;
        else this.begin(this.taken++, value);
      });
    try {
      Promise.resolve(this.items.next()).then(found, failed);
    } catch (error) {
      Promise.reject(error).catch(failed);
    }
  }

  private begin(position: number, item: I): void {
    this.preparing++;
    this.stages.prepare(item).then(
      (prepared) => {
        this.preparing--;
        if (this.closed) {
          if ('ready' in prepared) this.stages.discard(prepared.ready);
          return;
        }
        if ('ready' in prepared) this.queue(position, prepared.ready);
        else this.results.set(position, prepared.done);
        this.pump();
        this.notify();
      },
      (error: unknown) => this.fail(error),
    );
  }

  private queue(position: number, item: R): void {
    const weight = this.stages.weigh(item);
    this.weights.set(position, weight);
    this.heldBytes += weight;
    const at = this.ready.findLastIndex((other) => other.position < position);
    this.ready.splice(at + 1, 0, { position, item });
  }

  private launch(portion: readonly { readonly position: number; readonly item: R }[]): void {
    this.portions++;
    const settled = (after: () => void) => {
      this.portions--;
      if (this.closed) return;
      after();
      this.pump();
      this.notify();
    };
    let work: Promise<readonly O[]>;
    try {
      work = this.stages.compute(portion.map(({ item }) => item));
    } catch (error) {
      this.fail(error);
      return;
    }
    work.then(
      (results) => settled(() => portion.forEach(({ position }, i) => this.results.set(position, results[i]))),
      (error: unknown) => settled(() => this.fail(error)),
    );
  }

  /** Lets go of everything. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const signal of this.options.signals) signal.removeEventListener('abort', this.onAbort);
    for (const { item } of this.ready) this.stages.discard(item);
    this.ready = [];
    this.results.clear();
    this.stages.close?.();
    // A source that waits for something of its own may answer late or never.
    if (!this.exhausted) void (async () => this.items.return?.())().catch(() => {});
    this.notify();
  }
}
