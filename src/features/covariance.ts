// Mean and covariance of vectors that come in batches, in memory that does not grow, and the principal components of them.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import { add, affine, concat, copyStep, floor, full, matmul, mean, split, sub, sum, symmetricEigen } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** What `Covariance` has seen; all float64. */
export interface Moments {
  readonly count: number;
  /** [D] */
  readonly mean: Float64Array;
  /** [D D], divided by the count. */
  readonly matrix: Float64Array;
}

/**
 * Sums of vectors [R D], less the mean of the first batch so that they stay small, and of their products. Sums are float32 on the device,
 * one product of each batch at a time; what is left to subtract is subtracted in float64. Its tensors are buffers: a covariance that was saved can go on.
 */
export class Covariance extends Module<[vectors: Tensor], void> {
  /** [D], which all vectors are taken less of. */
  readonly reference: Tensor;
  /** [D] */
  readonly total: Tensor;
  /** [D D] */
  readonly products: Tensor;
  /** [2]: how many vectors, as multiples of 2^20 and what is left: exact where one f32 is no more. */
  readonly seen: Tensor;
  private readonly width: number;
  private begun: boolean;

  /** @param goesOn whether its tensors will be those of an earlier one */
  constructor(width: number, goesOn = false) {
    super();
    this.width = width;
    this.reference = stateBuffer(full([width], 0));
    this.total = stateBuffer(full([width], 0));
    this.products = stateBuffer(full([width, width], 0));
    this.seen = stateBuffer(full([2], 0));
    this.begun = goesOn;
  }

  /** Takes in f32 [R D]; at most 2^23 at a time. */
  observe(vectors: Tensor): void {
    scope(() => {
      if (!this.begun) copyStep(this.reference, mean(vectors, 0));
      this.begun = true;
      const away = sub(vectors, this.reference);
      copyStep(this.total, add(this.total, sum(away, 0)));
      copyStep(this.products, add(this.products, matmul(away, away, { transposeA: true })));
      const [whole, rest] = split(this.seen, 1);
      const more = affine(rest, { shift: vectors.shape[0] });
      const carried = floor(affine(more, { scale: 2 ** -20 }));
      copyStep(this.seen, concat([add(whole, carried), sub(more, affine(carried, { scale: 2 ** 20 }))]));
    });
  }

  override forward(vectors: Tensor): void {
    this.observe(vectors);
  }

  /** Mean and covariance of all so far; zeros where there was none. */
  async read(): Promise<Moments> {
    const [reference, total, products, seen] = await Promise.all([this.reference, this.total, this.products, this.seen].map((one) => one.read()));
    const { width } = this;
    const count = seen[0] * 2 ** 20 + seen[1];
    const share = Float64Array.from(total, (x) => x / Math.max(1, count));
    const matrix = Float64Array.from(products, (x, i) => x / Math.max(1, count) - share[Math.floor(i / width)] * share[i % width]);
    return { count, mean: share.map((x, i) => x + reference[i]), matrix };
  }
}

/** Directions of a covariance, by falling variance. */
export interface Components {
  /** [D]: variances along them, at least 0. */
  readonly variances: Float64Array;
  /** [D D], unit vectors as rows; of each the number that is largest in size is positive, so that signs do not depend on chance. */
  readonly vectors: Float64Array;
}

/** Principal components of a covariance [D D]. */
export async function principalComponents({ matrix }: Pick<Moments, 'matrix'>): Promise<Components> {
  const width = Math.round(Math.sqrt(matrix.length));
  const results = scope(() => symmetricEigen(tensor(matrix, [width, width])));
  const [rising, rows] = await Promise.all(results.map((one) => one.read()));
  for (const one of results) one.dispose();
  const variances = Float64Array.from(rising, (_, k) => Math.max(0, rising[width - 1 - k]));
  const vectors = new Float64Array(width * width);
  for (let k = 0; k < width; k++) {
    const row = rows.subarray((width - 1 - k) * width, (width - k) * width) as Float64Array;
    const largest = row.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    vectors.set(largest < 0 ? row.map((x) => -x) : row, k * width);
  }
  return { variances, vectors };
}
