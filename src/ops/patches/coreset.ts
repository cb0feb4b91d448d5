// A coreset of any number of vectors under a fixed memory budget.
import { full } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import { keep, scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { gather } from '../nn/gather.ts';
import { slice } from '../nn/layout.ts';
import { matmul } from '../nn/matmul.ts';
import { type KCentreOptions, kCentreGreedy } from './k-centre.ts';
import { rowsStep } from './rows.ts';

/** How much a coreset holds while it grows. */
export interface StreamingCoresetOptions {
  /** Numbers of a vector. */
  dimension: number;
  /** Memory that the vectors and a selection among them may take, in bytes; default 1 GB (10⁹). */
  bytes?: number;
  /**
   * `[D P]`: distances between projected vectors choose (as PatchCore does it); the vectors themselves are kept. Must outlive the
   * coreset. Default none.
   */
  projection?: Tensor;
  /**
   * To how many vectors those held are reduced when the memory is full; default half of what fits. A reduction costs about what fits times
   * this in distances: one to a few thousand is done in seconds, one to half of many in hours. At least as many as `select` is to give.
   */
  reduceTo?: number;
}

/** Vectors that stand for many. */
export interface Coreset {
  /** `[M D]`; the caller's to dispose. */
  vectors: Tensor;
  /** No vector that came lies farther than this from all of `vectors` (in the projection, where there is one). */
  radius: number;
  /** Whether the vectors are the greedy choice among all that came; if not, some had to be left out on the way. */
  exact: boolean;
  /** How many came. */
  seen: number;
}

/**
 * Greedy k-centre of vectors that come one batch after the other, in fixed memory.
 *
 * All are held while they fit: then the choice is exactly that of `kCentreGreedy` on all of them. When the memory is full, the held
 * vectors are reduced to half of them, or to `reduceTo`, by the greedy k-centre, and room is there again. Each reduction leaves every vector within its radius of
 * one that stays, so that the radii add up to a bound that is told with the result. What comes out depends on the vectors and their
 * order alone, and on the budget.
 */
export class StreamingCoreset {
  /** Vectors that fit. */
  readonly capacity: number;
  readonly dimension: number;
  private readonly projection: Tensor | undefined;
  private readonly reduced: number;
  private held: Tensor;
  private count = 0;
  private came = 0;
  private passed = 0;
  private busy = false;

  constructor({ dimension, bytes = 1e9, projection, reduceTo }: StreamingCoresetOptions) {
    must(Number.isInteger(dimension) && dimension >= 1, `StreamingCoreset: dimension is ${dimension}; expected a positive integer`);
    if (projection && (projection.shape.length !== 2 || projection.shape[0] !== dimension))
      throw new BlemishError('SHAPE_MISMATCH', `StreamingCoreset: projection is [${projection.shape.join(' ')}]; expected [${dimension} P]`);
    // At its height: all vectors and the half that stays, the same projected, and what the selection notes for each.
    const each = 6 * (dimension + (projection ? projection.shape[1] : 0)) + 24;
    this.capacity = Math.min(Math.floor(bytes / each), 2 ** 31 - 1);
    must(this.capacity >= 2, `StreamingCoreset: bytes is ${bytes}; expected at least ${2 * each}, for two vectors of ${dimension}`);
    const half = Math.floor(this.capacity / 2);
    must(
      reduceTo === undefined || (Number.isInteger(reduceTo) && reduceTo >= 1 && reduceTo <= half),
      `StreamingCoreset: reduceTo is ${reduceTo}; expected a whole number from 1 to ${half}, half of what fits`,
    );
    this.reduced = reduceTo ?? half;
    this.dimension = dimension;
    this.projection = projection;
    this.held = this.room(Math.min(Math.max(1, half), 1024));
  }

  private room(rows: number): Tensor {
    return keep(full([rows, this.dimension], 0));
  }

  /** How many vectors came. */
  get seen(): number {
    return this.came;
  }

  /** Takes in the rows of x `[n D]`. One call at a time. */
  async add(x: Tensor, options: Pick<KCentreOptions, 'signal'> = {}): Promise<void> {
    if (x.shape.length !== 2 || x.shape[1] !== this.dimension)
      throw new BlemishError('SHAPE_MISMATCH', `StreamingCoreset.add: x is [${x.shape.join(' ')}]; expected [n ${this.dimension}]`);
    await this.alone('add', async () => {
      for (let from = 0; from < x.shape[0]; ) {
        if (this.count === this.capacity) await this.reduce(options);
        const rows = Math.min(x.shape[0] - from, this.capacity - this.count);
        this.grow(this.count + rows);
        scope(() => rowsStep(this.held, rows === x.shape[0] ? x : slice(x, [from, 0], [rows, this.dimension]), { at: this.count }));
        this.count += rows;
        this.came += rows;
        from += rows;
      }
    });
  }

  /**
   * Chooses among the held vectors. More may be added afterwards, and chosen from again.
   *
   * @param count how many; never more than are held
   */
  async select(count: number, options: Omit<KCentreOptions, 'first'> = {}): Promise<Coreset> {
    must(Number.isInteger(count) && count >= 1, `StreamingCoreset.select: count is ${count}; expected a positive integer`);
    must(this.count > 0, 'StreamingCoreset.select: no vector came; expected at least one');
    return this.alone('select', async () => {
      const wanted = Math.min(count, this.count);
      const { vectors, radius } = await this.choose(wanted, options);
      return { vectors, radius: this.passed + radius, exact: this.came === this.count, seen: this.came };
    });
  }

  /** Frees its tensors; twice is fine. */
  dispose(): void {
    this.held.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  private async alone<R>(what: string, work: () => Promise<R>): Promise<R> {
    must(!this.busy, `StreamingCoreset.${what}: another call is under way; expected it to be awaited first`);
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }

  private grow(rows: number): void {
    const before = this.held.shape[0];
    if (rows <= before) return;
    // From at most half of all straight to all: while both are there they take no more than a selection does.
    const half = Math.floor(this.capacity / 2);
    const larger = this.room(rows > half ? this.capacity : Math.min(half, Math.max(rows, 2 * before)));
    // With what is not filled yet: a slice would be a third copy.
    rowsStep(larger, this.held, { at: 0 });
    this.held.dispose();
    this.held = larger;
  }

  /** The chosen rows of what is held. */
  private async choose(count: number, options: KCentreOptions): Promise<{ vectors: Tensor; radius: number }> {
    const seen = this.projection ? keep(scope(() => matmul(this.held, this.projection!))) : this.held;
    try {
      const { indices, radii } = await kCentreGreedy(seen, count, { ...options, rows: this.count });
      try {
        const reached = await radii.read();
        const vectors = keep(scope(() => gather(this.held, indices)));
        // Where nothing was left out, nothing is far from what stays.
        return { vectors, radius: count === this.count ? 0 : reached[count - 1] };
      } finally {
        indices.dispose();
        radii.dispose();
      }
    } finally {
      if (seen !== this.held) seen.dispose();
    }
  }

  private async reduce(options: KCentreOptions): Promise<void> {
    const { vectors, radius } = await this.choose(this.reduced, options);
    scope(() => rowsStep(this.held, vectors, { at: 0 }));
    this.count = vectors.shape[0];
    this.passed += radius;
    vectors.dispose();
  }
}
