// Cross-entropy of two classes, from logits.
import { must } from '../../errors.ts';
import { add, mul, neg, softplus, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

/**
 * −w·t·log σ(x) − (1 − t)·log(1 − σ(x)), of logits x and targets t from 0 to 1 of the same extents: f32[], or those extents
 * without reduction. Exact where the sigmoid itself would round to 0 or 1.
 *
 * @param options positiveWeight: w, at least 0; default 1
 */
export function bceWithLogits(logits: Tensor, target: Tensor, { positiveWeight = 1, ...options }: LossOptions & { positiveWeight?: number } = {}): Tensor {
  must(positiveWeight >= 0, `bceWithLogits: positiveWeight is ${positiveWeight}; expected at least 0`);
  // -log sigmoid(x) = softplus(-x): a term for each class, and neither is the small difference of large numbers.
  const positive = mul(positiveWeight === 1 ? target : mul(target, positiveWeight), softplus(neg(logits)));
  return reduce(add(positive, mul(sub(1, target), softplus(logits))), options);
}
