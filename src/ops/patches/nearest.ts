// The nearest vectors of a bank.
import { defineOp } from '../../autograd/define-op.ts';
import { BlemishError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { concat, slice } from '../nn/layout.ts';

const nearestOp = defineOp('nearest');

/** How many neighbours, by which distance. */
export interface NearestOptions {
  /** How many neighbours of each query; default 1. */
  k?: number;
  /** Euclidean distance (`l2`, the default), or 1 − the cosine of the angle. */
  metric?: 'l2' | 'cosine';
  /** Query i is row i of the bank and does not count as its own neighbour; default false. */
  excludeSelf?: boolean;
}

/** The nearest vectors of Q queries. */
export interface Neighbours {
  /** f32 `[Q k]`, ascending. */
  distances: Tensor;
  /** Rows of the bank, i32 `[Q k]`. */
  indices: Tensor;
}

/** Products of a call that takes about half a second on one core: few calls hold up the stream, or a cancellation, for longer. */
const productsOfCall = 2.5e10;
/** Fewer queries would spend most of a call on reading the bank: one of more than 4·10⁸ numbers takes longer than that for so many. */
const leastQueries = 64;

/**
 * Exact distances to the k nearest vectors of a bank. No matrix of distances is stored: scratch is 1 MiB, 16 bytes for each vector of
 * the bank, and about 20 k + 680 bytes for each of 1024 queries (of fewer where that passes 16 MiB). A vector in the bank has distance 0 to itself, exactly.
 *
 * Where k is larger than the bank: ATTRIBUTE_INVALID. Where a number is NaN or infinite, reading the result rejects with
 * NUMERICAL_FAILURE. Not differentiable.
 *
 * @param x queries `[Q D]`
 * @param bank `[N D]`
 * @returns distances `[Q k]`, ascending, and rows of the bank, i32 `[Q k]`; of equal distances the lower row comes first
 */
export function nearest(x: Tensor, bank: Tensor, options: NearestOptions = {}): Neighbours {
  const parts = nearestCalls(x, bank, options).map((call) => call());
  if (parts.length === 1) return parts[0];
  return { distances: concat(parts.map(({ distances }) => distances)), indices: concat(parts.map(({ indices }) => indices)) };
}

/**
 * `nearest` in calls of about half a second each, for who wants to do something in between, or to stop: their results joined are those of
 * `nearest`.
 */
export function nearestCalls(x: Tensor, bank: Tensor, { k = 1, metric = 'l2', excludeSelf = false }: NearestOptions = {}): (() => Neighbours)[] {
  if (excludeSelf && x.shape[0] !== bank.shape[0])
    throw new BlemishError(
      'SHAPE_MISMATCH',
      `nearest: x is [${x.shape.join(' ')}] and bank [${bank.shape.join(' ')}]; expected as many rows, to leave out each query itself`,
    );
  const [queries, width] = x.shape;
  const chunk = Math.max(1, Math.floor(productsOfCall / Math.max(1, bank.size) / leastQueries)) * leastQueries;
  const ask = (rows: Tensor, from: number): Neighbours => {
    const [distances, indices] = nearestOp(rows, bank, { k, metric, self: excludeSelf ? from : -1 });
    return { distances, indices };
  };
  if (x.shape.length !== 2 || queries <= chunk) return [() => ask(x, 0)];
  return Array.from({ length: Math.ceil(queries / chunk) }, (_, i) => () => {
    const from = i * chunk;
    return ask(slice(x, [from, 0], [Math.min(chunk, queries - from), width]), from);
  });
}
