// Where pictures wait for company: they are let through in groups, a full one at once, any other when its first has waited long enough.

interface Waiting<T> {
  readonly item: T;
  readonly since: number;
}

/** Whoever takes items out. */
export interface Visit<T> {
  /** The next item, when it may go; null once the gate is closed and empty, or the visit has ended. */
  next(): Promise<T | null>;
  end(): void;
}

export class Gate<T> {
  private readonly size: number;
  private readonly wait: number;
  private readonly onGroup: (size: number, waited: number) => void;
  private waiting: Waiting<T>[] = [];
  /** Items at the front that may go now. */
  private open = 0;
  private closed = false;
  private wake: (() => void) | null = null;
  private timer: NodeJS.Timeout | null = null;

  /**
   * @param size items of a full group
   * @param wait milliseconds that an item waits for others, at most, while somebody is there to take it
   */
  constructor(size: number, wait: number, onGroup: (size: number, waited: number) => void) {
    this.size = size;
    this.wait = wait;
    this.onGroup = onGroup;
  }

  enter(item: T): void {
    this.waiting.push({ item, since: performance.now() });
    this.stir();
  }

  /** Takes an item out of its turn; false where it has gone already. */
  withdraw(item: T): boolean {
    const at = this.waiting.findIndex((one) => one.item === item);
    if (at < 0) return false;
    this.waiting.splice(at, 1);
    if (at < this.open) this.open--;
    return true;
  }

  /** Closed, and nothing is left. */
  get ended(): boolean {
    return this.closed && this.waiting.length === 0;
  }

  /** No item is made to wait for others any more; visits end when all have gone. */
  close(): void {
    this.closed = true;
    this.stir();
  }

  /** Takes everything out. */
  clear(): T[] {
    const items = this.waiting.map(({ item }) => item);
    this.waiting = [];
    this.open = 0;
    return items;
  }

  visit(): Visit<T> {
    let ended = false;
    return {
      next: async () => {
        while (!ended) {
          const item = this.take();
          if (item) return item.item;
          if (this.ended) return null;
          await this.change();
        }
        return null;
      },
      end: () => {
        ended = true;
        this.stir();
      },
    };
  }

  private take(): Waiting<T> | null {
    const [first] = this.waiting;
    if (!first) return null;
    if (this.open === 0) {
      const waited = performance.now() - first.since;
      if (this.waiting.length < this.size && waited < this.wait && !this.closed) return null;
      this.open = Math.min(this.size, this.waiting.length);
      this.onGroup(this.open, waited);
    }
    this.open--;
    return this.waiting.shift() as Waiting<T>;
  }

  /** Resolves when an item may have become free to go. */
  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      const [first] = this.waiting;
      if (!first) return;
      const left = Math.max(0, this.wait - (performance.now() - first.since));
      this.timer = setTimeout(() => this.stir(), Math.ceil(left));
    });
  }

  private stir(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.wake?.();
    this.wake = null;
  }
}
