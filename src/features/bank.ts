// A memory bank of normal vectors, gathered in fixed memory and thinned to a coreset.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import type { State } from '../nn/state.ts';
import { full, StreamingCoreset, sparseRandomProjection } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { keep } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** How many vectors a bank keeps, and how it chooses them. */
export interface BankOptions {
  /** Numbers of a vector. */
  readonly width: number;
  /** Vectors in the end, at most. */
  readonly size: number;
  /** MiB that vectors may take while they are gathered; where that is no room for twice the bank, the bank's is taken. */
  readonly memory: number;
  /** Dimensions in which vectors are compared to choose among them, by a random projection; the bank holds them whole. */
  readonly projected: number;
  /** Its own arrays, of a network that is read from a file. */
  readonly learnt: State | null;
}

/** Vectors of normal pictures, f32 [M D]. It can be gathered for again: then what it holds is among what it is chosen from. */
export class MemoryBank extends Module<[], Tensor> {
  vectors: Tensor;
  // No members of the module: what is gathered is no part of a detector.
  readonly #options: Omit<BankOptions, 'learnt'>;
  #coreset: StreamingCoreset | null = null;
  #projection: Tensor | undefined;

  constructor({ learnt, ...options }: BankOptions) {
    super();
    this.#options = options;
    this.vectors = stateBuffer(full([learnt?.get('vectors')?.shape[0] ?? 0, options.width], 0));
  }

  override forward(): Tensor {
    return this.vectors;
  }

  /** Takes in f32 [R D]. Where the memory is full it is thinned on the way, which the signal stops. */
  async add(vectors: Tensor, random: Random, signal?: AbortSignal): Promise<void> {
    const { width, size, memory, projected } = this.#options;
    if (!this.#coreset) {
      // Distances survive a random projection nearly (Johnson and Lindenstrauss 1984), and choosing costs rows times picks times dimensions.
      this.#projection = projected < width ? keep(sparseRandomProjection(width, projected, random)) : undefined;
      const least = 2 * (size + 1) * (6 * (width + projected) + 24);
      this.#coreset = new StreamingCoreset({ dimension: width, bytes: Math.max(memory * 2 ** 20, least), projection: this.#projection, reduceTo: size });
      if (this.vectors.shape[0]) await this.#coreset.add(this.vectors, { signal });
    }
    await this.#coreset.add(vectors, { signal });
  }

  /** Thins what was gathered to the bank. */
  async settle(signal?: AbortSignal): Promise<void> {
    if (!this.#coreset?.seen) return;
    const { vectors } = await this.#coreset.select(this.#options.size, { signal });
    this.vectors.dispose();
    this.vectors = stateBuffer(vectors);
    this.#forget();
  }

  #forget(): void {
    this.#coreset?.dispose();
    this.#projection?.dispose();
    this.#coreset = null;
    this.#projection = undefined;
  }

  override release(): void {
    this.#forget();
  }
}
