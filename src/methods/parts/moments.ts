// Mean and variance of maps of normal pictures, gathered batch by batch.
import { add, affine, copyStep, mean, square, sub, variance } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Moments over the first axis, written into tensors that their owner keeps (Chan et al. 1983). */
export class RunningMoments {
  private readonly mean: Tensor;
  private readonly squares: Tensor;
  private seen = 0;

  /**
   * @param average f32 [1 …]: the mean of what was seen
   * @param squares f32 [1 …]: the sum of the squares about it, until `settle`
   */
  constructor(average: Tensor, squares: Tensor) {
    this.mean = average;
    this.squares = squares;
  }

  get count(): number {
    return this.seen;
  }

  /** Takes in f32 [N …]; what the tensors hold at first does not count. */
  observe(x: Tensor): void {
    const count = x.shape[0];
    const total = this.seen + count;
    scope(() => {
      const own = mean(x, 0, { keepDims: true });
      const squares = affine(variance(x, 0, { keepDims: true }), { scale: count });
      const delta = sub(own, this.mean);
      const before = this.seen ? this.squares : affine(this.squares, { scale: 0 });
      copyStep(this.squares, add(before, add(squares, affine(square(delta), { scale: (this.seen * count) / total }))));
      copyStep(this.mean, add(this.mean, affine(delta, { scale: count / total })));
    });
    this.seen = total;
  }

  /** Forgets how many there were: what is observed next begins anew. */
  settle(): void {
    this.seen = 0;
  }
}
