// Focal loss of two classes, from logits: what is already told apart counts little.
import { must } from '../../errors.ts';
import { add, affine, exp, mul, neg, softplus, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

export interface FocalOptions extends LossOptions {
  /** How fast what is told apart stops counting, at least 0; 0 is the cross-entropy. Default 2. */
  gamma?: number;
  /** Weight of the positive class from 0 to 1, of which the negative one has the rest; null: both count fully. Default null. */
  alpha?: number | null;
}

/**
 * Lin et al. 2017: −α·t·(1 − p)^γ·log p − (1 − α)·(1 − t)·p^γ·log(1 − p) with p = σ(x), of logits x and targets t from 0 to 1 of the
 * same extents: f32[], or those extents without reduction. A softmax over two channels is the sigmoid of their difference.
 */
export function focalWithLogits(logits: Tensor, target: Tensor, { gamma = 2, alpha = null, ...options }: FocalOptions = {}): Tensor {
  must(gamma >= 0 && Number.isFinite(gamma), `focalWithLogits: gamma is ${gamma}; expected a number of at least 0`);
  must(alpha === null || (alpha >= 0 && alpha <= 1), `focalWithLogits: alpha is ${alpha}; expected null or a number from 0 to 1`);
  // -log p and -log (1 - p); the powers by way of them, so that nothing is lost where p rounds to 0 or 1, nor in a gradient there.
  const [missed, alarmed] = [softplus(neg(logits)), softplus(logits)];
  const side = (share: Tensor, error: Tensor, other: Tensor, weight: number) => {
    const focused = gamma === 0 ? error : mul(exp(affine(other, { scale: -gamma })), error);
    return mul(weight === 1 ? share : affine(share, { scale: weight }), focused);
  };
  const positive = side(target, missed, alarmed, alpha ?? 1);
  return reduce(add(positive, side(sub(1, target), alarmed, missed, alpha === null ? 1 : 1 - alpha)), options);
}
