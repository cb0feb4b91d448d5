// Greedy k-centre selection, a bounded stretch of picks at a time.
import { defineOp, full, type OpFunction } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import { sync } from '../../tensor/device.ts';
import { keep } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';

/** Some picks of the greedy k-centre; `kCentreGreedy` makes all of them. */
export const kCentreStep: OpFunction<'kCentreStep'> = defineOp('kCentreStep', 'constant');

/** How many centres, where to begin, how to stop. */
export interface KCentreOptions {
  /** The row that is picked first; default 0. */
  first?: number;
  /** Only the first so many rows of x count; default all. */
  rows?: number;
  /** Stops the selection between two stretches; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Told after each stretch how many picks are made. */
  onProgress?: (picks: number, count: number) => void;
}

/** The centres that were chosen, and how far the farthest vector is from its own. */
export interface KCentres {
  /** Rows in the order of picking, i32 `[count]`; the caller's to dispose. */
  indices: Tensor;
  /** Distance of each pick to those before it, f32 `[count]`, infinite for the first; no row that was not picked lies farther from the picks
   * than the last of these. The caller's to dispose. */
  radii: Tensor;
}

/** Products of one call at most: about half a second where nothing can be left out. */
const productsOfCall = 6e9;

/**
 * Picks `count` rows of x by the greedy k-centre (Gonzalez 1985; the coreset of PatchCore): row `first`, then always the row that is
 * farthest from all picks, the lowest of equals; no row twice. At most twice as far from their nearest pick as in the best choice of
 * `count` rows. The picks are those of the plain loop, but most distances are never computed.
 *
 * Memory besides x: 8 bytes for each row, and a copy of the picked rows. It can be stopped within about a second.
 *
 * @param x `[N D]`
 * @param count at most N
 */
export async function kCentreGreedy(x: Tensor, count: number, { first = 0, rows = x.shape[0], signal, onProgress }: KCentreOptions = {}): Promise<KCentres> {
  const where = 'kCentreGreedy';
  if (x.shape.length !== 2) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N D]`);
  const width = x.shape[1];
  must(Number.isInteger(count) && count >= 0 && count <= rows, `${where}: count is ${count} for ${rows} rows; expected an integer from 0 to ${rows}`);
  const { device } = x;
  const indices = keep(tensor(new Int32Array(count), [count], { dtype: 'i32', device }));
  const radii = keep(tensor(new Float32Array(count), [count], { device }));
  const squares = keep(tensor(new Float32Array(rows), [rows], { device }));
  const centres = keep(full([Math.ceil(count / 16), width, 16], 0));
  const seen = keep(tensor(new Int32Array(rows), [rows], { dtype: 'i32', device }));
  const stretch = Math.max(1, Math.floor(productsOfCall / Math.max(1, rows * width)));
  try {
    for (let from = 0; from < count; from += stretch) {
      signal?.throwIfAborted();
      kCentreStep(x, indices, radii, squares, seen, centres, { from, count: Math.min(stretch, count - from), first });
      await sync(device);
      onProgress?.(Math.min(from + stretch, count), count);
    }
    return { indices, radii };
  } catch (error) {
    indices.dispose();
    radii.dispose();
    throw error;
  } finally {
    squares.dispose();
    seen.dispose();
    centres.dispose();
  }
}
