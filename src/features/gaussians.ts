// A Gaussian for every position of a feature map, or one for all, as a part of a network: its moments go into the file, and can go on.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import type { State } from '../nn/state.ts';
import { addToMoments, affine, copyStep, mahalanobisMap, reshape, symmetricEigen, symmetricFromTriangle, toFloat, whitenMoments } from '../ops/index.ts';
import { keep, scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

const zeros = (...extents: number[]): Tensor =>
  stateBuffer(scope(() => tensor(new Float64Array(extents.reduce((a, b) => a * b, 1)), extents, { dtype: 'f64' })));

/**
 * Vectors f32 [N C P Q] → their Mahalanobis distances f32 [N 1 P Q]. Memory: 4 C (C + 3) bytes a position for the moments, half of it
 * again to score.
 */
export class Gaussians extends Module<[vectors: Tensor]> {
  /** f64 [P C]; of no position before it has learnt. */
  mean: Tensor;
  /** f64 [P C (C + 1) / 2]: lower triangles by rows. */
  scatter: Tensor;
  /** f64 [1]: vectors of each position so far. */
  readonly seen: Tensor;
  // No members of the module: they follow from the moments.
  #count: number;
  #fitted: { readonly mean: Tensor; readonly whitening: Tensor } | null = null;
  readonly #epsilon: number;

  /**
   * @param channels C
   * @param learnt its own arrays, of a network that is read from a file
   * @param epsilon added to the variances
   */
  constructor(channels: number, learnt: State | null, epsilon = 0) {
    super();
    const positions = learnt?.get('mean')?.shape[0] ?? 0;
    this.mean = zeros(positions, channels);
    this.scatter = zeros(positions, (channels * (channels + 1)) / 2);
    this.seen = zeros(1);
    this.#count = learnt?.get('seen')?.data[0] ?? 0;
    this.#epsilon = epsilon;
  }

  /** Vectors seen so far. */
  get count(): number {
    return this.#count;
  }

  /** Takes in vectors f32 [N C P Q] of normal pictures; always of the same positions. */
  add(vectors: Tensor): void {
    const [pictures, channels, rows, columns] = vectors.shape;
    if (!this.mean.shape[0]) {
      this.mean.dispose();
      this.scatter.dispose();
      this.mean = zeros(rows * columns, channels);
      this.scatter = zeros(rows * columns, (channels * (channels + 1)) / 2);
    }
    scope(() => {
      addToMoments(vectors, this, this.#count);
      this.#count += pictures;
      copyStep(this.seen, tensor(Float64Array.of(this.#count)));
    });
    this.release();
  }

  /** Takes in vectors f32 [R C], all of one position. */
  addVectors(vectors: Tensor): void {
    scope(() => this.add(reshape(vectors, [...vectors.shape, 1, 1])));
  }

  /** Means f32 [P C] and whitenings of the moments so far, made when they are first asked for; kept until more is added. */
  fitted(): { readonly mean: Tensor; readonly whitening: Tensor } {
    this.#fitted ??= scope(() => {
      // Of a single picture there is a mean and no variance but epsilon.
      const count = Math.max(2, this.#count);
      const { whitening } = whitenMoments(this, count, { epsilon: this.#epsilon });
      return { mean: keep(toFloat(this.mean)), whitening: keep(whitening) };
    });
    return this.#fitted;
  }

  override forward(vectors: Tensor): Tensor {
    const { mean, whitening } = this.fitted();
    return mahalanobisMap(vectors, mean, whitening);
  }

  /** Covariances f32 [P C C], divided by the count. */
  covariance(): Tensor {
    return scope(() => affine(toFloat(symmetricFromTriangle(this.scatter)), { scale: 1 / Math.max(1, this.#count) }));
  }

  /** Principal components of the vectors of the one position: variances by falling size, at least 0, and unit vectors as rows [C C]. */
  async components(): Promise<{ readonly variances: Float64Array; readonly vectors: Float64Array; readonly mean: Float64Array }> {
    const results = scope(() => symmetricEigen(symmetricFromTriangle(this.scatter)));
    const reads = Promise.all([...results, this.mean].map((one) => one.read() as Promise<Float64Array>));
    for (const one of results) one.dispose();
    const [values, vectors, mean] = await reads;
    return { variances: values.map((value) => Math.max(0, value) / Math.max(1, this.#count)), vectors, mean };
  }

  override release(): void {
    this.#fitted?.mean.dispose();
    this.#fitted?.whitening.dispose();
    this.#fitted = null;
  }
}
