// Batches of a store: shuffled by seed or in order, one ahead of the computation, resumable from plain data.
import { BlemishError, must, type OwnCode } from '../errors.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { untilAborted } from '../tensor/waiting.ts';
import { inFlight } from './in-flight.ts';
import type { PictureStore } from './store.ts';

/** Where a run over batches stands; plain data, fit for JSON. With the same store and the same `random` it goes on from there. */
export interface BatchState {
  /** Pictures of the store, to notice that it is another one. */
  readonly size: number;
  readonly batchSize: number;
  /** Pictures handed out so far, over all epochs. */
  readonly delivered: number;
}

/** How pictures are put together to batches. */
export interface BatchOptions {
  readonly batchSize: number;
  /**
   * Whence the order comes: each epoch every picture once, in an order of its own, without end unless `epochs` says so. Only
   * its key counts, and it is left as it was. null: in the order of the store, once.
   */
  readonly random: Random | null;
  /** Passes over the store. Default without end, or 1 without `random`. */
  readonly epochs?: number;
  readonly signal?: AbortSignal;
  /** Batches made ahead of the one in use. Default 1. */
  readonly prefetch?: number;
  /** Where to go on: the state of the last batch that was used. */
  readonly state?: BatchState;
}

/** Pictures for one step; its tensors belong to the caller. */
export interface Batch {
  /** f32 [N C H W]. Runs go on over the end of an epoch, so N is the batch size in all but the very last. */
  readonly images: Tensor;
  /** f32 [N C H W]: for each picture another one of the store (itself where there is only one). */
  readonly donors: Tensor;
  /** Positions of the pictures in the store. */
  readonly indices: readonly number[];
  /** Epoch of the first picture, from 0. */
  readonly epoch: number;
  /** Where a run stands that has used this batch. */
  readonly state: BatchState;
  /** Frees its tensors; twice is fine. */
  dispose(): void;
  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void;
}

/**
 * Batches of the store, `prefetch` ahead. A picture that cannot be read any more is replaced by the next one that can, and is
 * listed among the store's failures.
 *
 * Throws STATE_INVALID where the state is one of another store or batch size.
 */
export function batches(store: PictureStore, options: BatchOptions): AsyncGenerator<Batch> {
  const { batchSize, random, prefetch = 1, state, epochs = random ? Number.POSITIVE_INFINITY : 1 } = options;
  const { size } = store;
  must(Number.isSafeInteger(batchSize) && batchSize > 0, `batches: batchSize is ${batchSize}; expected a positive whole number`);
  must(Number.isSafeInteger(prefetch) && prefetch >= 0, `batches: prefetch is ${prefetch}; expected a whole number from 0 on`);
  must(epochs > 0 && (Number.isSafeInteger(epochs) || epochs === Number.POSITIVE_INFINITY), `batches: epochs is ${epochs}; expected a positive whole number`);
  if (state && !(state.size === size && state.batchSize === batchSize && Number.isSafeInteger(state.delivered) && state.delivered >= 0)) {
    const stands = `${state.delivered} pictures into a set of ${state.size} by ${state.batchSize}`;
    throw new BlemishError<OwnCode>('STATE_INVALID', `batches: the state is ${stands}; expected one of a set of ${size} by ${batchSize}`);
  }
  return run(store, { ...options, prefetch, epochs });
}

interface Plan {
  readonly indices: number[];
  readonly donors: number[];
  readonly epoch: number;
  readonly state: BatchState;
}

async function* run(store: PictureStore, options: BatchOptions & { readonly prefetch: number; readonly epochs: number }): AsyncGenerator<Batch> {
  const { signal, prefetch } = options;
  const make = (plan: Plan) => fetch(store, plan, signal);
  const discard = (batch: Batch) => batch.dispose();
  // One more than is prefetched: the batch that is asked for is itself under way.
  const source = inFlight(plans(store.size, options), prefetch + 1, make, discard);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { value, done } = await untilAborted(source.next(), signal, ({ value }) => value && discard(value));
      if (done) return;
      yield value;
    }
  } finally {
    // Not waited for: after an abort a decoder may still be at work.
    source.return(undefined).catch(() => {});
  }
}

function* plans(size: number, { batchSize, random, epochs, state }: BatchOptions & { readonly epochs: number }): Generator<Plan> {
  // Orders and donors follow from positions alone, so the count of delivered pictures is all there is to remember.
  const orders = random?.split('order');
  const donors = random?.split('donors');
  let epoch = -1;
  let order: readonly number[] = [];
  const at = (position: number): number => {
    const wanted = Math.floor(position / size);
    if (wanted !== epoch) {
      epoch = wanted;
      order = orders ? orders.split(epoch).permutation(size) : Array.from({ length: size }, (_, i) => i);
    }
    return order[position % size];
  };
  const donorOf = (index: number, position: number): number => {
    if (size === 1) return index;
    const offset = donors ? donors.split(position).integer(size - 1) : 0;
    return (index + 1 + offset) % size;
  };
  const end = epochs * size;
  for (let position = state?.delivered ?? 0; position < end; ) {
    const count = Math.min(batchSize, end - position);
    const positions = Array.from({ length: count }, (_, i) => position + i);
    const first = Math.floor(position / size);
    const indices = positions.map(at);
    position += count;
    yield {
      indices,
      donors: indices.map((index, i) => donorOf(index, positions[i])),
      epoch: first,
      state: { size, batchSize, delivered: position },
    };
  }
}

async function fetch(store: PictureStore, plan: Plan, signal?: AbortSignal): Promise<Batch> {
  const images = await surely(store, plan.indices, signal);
  const donors = await surely(store, plan.donors, signal).catch((error: unknown) => {
    images.tensor.dispose();
    throw error;
  });
  const dispose = () => {
    images.tensor.dispose();
    donors.tensor.dispose();
  };
  return { images: images.tensor, donors: donors.tensor, indices: images.indices, epoch: plan.epoch, state: plan.state, dispose, [Symbol.dispose]: dispose };
}

/** The batch, with pictures that have gone in the meantime replaced by the ones after them. */
async function surely(store: PictureStore, wanted: readonly number[], signal?: AbortSignal): Promise<{ tensor: Tensor; indices: readonly number[] }> {
  const standIn = (index: number): number => {
    for (let step = 0; step < store.size; step++) if (!store.isGone((index + step) % store.size)) return (index + step) % store.size;
    return index;
  };
  let indices = wanted.map(standIn);
  for (;;) {
    try {
      return { tensor: await store.batch(indices, signal), indices };
    } catch (error) {
      const again = indices.map(standIn);
      if (again.every((index, i) => index === indices[i])) throw error;
      indices = again;
    }
  }
}
