// A memory bank of vectors that come in batches: a coreset of them, chosen within fixed memory.
import { concat, gather, kCentreGreedy, matmul, normal, slice } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { keep, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface CoresetOptions {
  /** Vectors of the bank in the end, at most. */
  readonly size: number;
  /** Bytes that vectors may take while they are gathered; at least room for twice the bank is taken. */
  readonly bytes: number;
  /** Dimensions in which vectors are compared to choose among them, by a random projection of each; the bank holds them whole. */
  readonly projected: number;
  readonly random: Random;
}

/**
 * Greedy k-centre of all vectors that came, exact while they fit; else, whenever the room is full, what is there is thinned to the bank's
 * size by the same rule and the gathering goes on (merge and reduce). Neither memory nor result depends on how vectors are batched, but for
 * where the room is full.
 */
export class Coreset {
  private readonly size: number;
  private readonly bytes: number;
  private readonly projected: number;
  private readonly random: Random;
  private parts: Tensor[] = [];
  private rows = 0;

  constructor({ size, bytes, projected, random }: CoresetOptions) {
    this.size = size;
    this.bytes = bytes;
    this.projected = projected;
    this.random = random;
  }

  /** Takes in f32 [R D]. */
  async add(vectors: Tensor, signal?: AbortSignal): Promise<void> {
    const [rows, width] = vectors.shape;
    // Gathered vectors are joined before they are thinned, so that both stand in memory for a moment.
    const room = Math.max(2 * this.size, Math.floor(this.bytes / (2 * 4 * width)));
    if (this.rows > 0 && this.rows + rows > room) await this.thin(signal);
    this.parts.push(keep(scope(() => slice(vectors, [0, 0], [rows, width]))));
    this.rows += rows;
  }

  /** The bank, f32 [at most size, D], and the caller's; null where no vector came. Nothing is left behind. */
  async finish(signal?: AbortSignal): Promise<Tensor | null> {
    await this.thin(signal);
    const [bank] = this.parts;
    this.parts = [];
    this.rows = 0;
    return bank ?? null;
  }

  private async thin(signal: AbortSignal | undefined): Promise<void> {
    if (!this.parts.length) return;
    const all = this.parts.length === 1 ? this.parts[0] : keep(concat(this.parts));
    if (this.parts.length > 1) for (const part of this.parts) part.dispose();
    this.parts = [all];
    if (this.rows <= this.size) return;
    const [, width] = all.shape;
    // Distances survive a random projection nearly (Johnson and Lindenstrauss 1984), and choosing costs rows times picks times dimensions.
    const seen = width > this.projected ? keep(scope(() => matmul(all, normal([width, this.projected], this.random)))) : all;
    const { indices, radii } = await kCentreGreedy(seen, this.size, { signal });
    this.parts = [keep(gather(all, indices))];
    this.rows = this.size;
    for (const gone of new Set([all, seen, indices, radii])) gone.dispose();
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
    this.parts = [];
    this.rows = 0;
  }
}
