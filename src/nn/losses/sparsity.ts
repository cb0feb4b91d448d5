// How much of a picture a mask may cover, and how ragged it may be: priors on masks that need no label.

import { must } from '../../errors.ts';
import { abs, add, affine, log, mean, sigmoid, slice, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type LossOptions, reduce } from './reduction.ts';

// Keeps logarithms and gradients finite where a share is 0 or 1.
const floor = 1e-7;
const entropyTerm = (p: number) => (p === 0 ? 0 : p * Math.log(p));

/**
 * KL(Bernoulli(p) ‖ Bernoulli(q)) = p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)) in nats, 0 where q = p: f32[], or q's extents without
 * reduction. Within 1e-7 of q = 0 and 1 it stays finite.
 *
 * @param p the share that is expected, 0 … 1
 * @param q shares, 0 … 1
 */
export function bernoulliDivergence(p: number, q: Tensor, options: LossOptions = {}): Tensor {
  must(p >= 0 && p <= 1, `bernoulliDivergence: p is ${p}; expected 0 … 1`);
  const positive = affine(log(affine(q, { shift: floor })), { scale: -p, shift: entropyTerm(p) });
  const negative = affine(log(affine(q, { scale: -1, shift: 1 + floor })), { scale: p - 1, shift: entropyTerm(1 - p) });
  return reduce(add(positive, negative), options);
}

/**
 * The divergence of the share of each picture that a mask covers from the share that is expected: f32[], the mean over the pictures. Its
 * gradient is the same number for all pixels of a picture: (-p / q + (1 - p) / (1 - q)) / pixels.
 *
 * @param logits of masks, `[N 1 H W]`
 * @param share expected, 0 … 1
 */
export const sparsityLoss = (logits: Tensor, share: number): Tensor => bernoulliDivergence(share, mean(sigmoid(logits), [1, 2, 3]));

/** Total variation (Rudin et al. 1992), anisotropic: the mean absolute difference of neighbours down plus that across: f32[]. x is `[N C H W]`, at least 2 by 2. */
export function totalVariation(x: Tensor): Tensor {
  const [n, c, h, w] = x.shape;
  must(h >= 2 && w >= 2, `totalVariation: x is [${x.shape.join(' ')}]; expected at least 2 by 2 pixels`);
  const down = sub(slice(x, [0, 0, 1, 0], [n, c, h - 1, w]), slice(x, [0, 0, 0, 0], [n, c, h - 1, w]));
  const across = sub(slice(x, [0, 0, 0, 1], [n, c, h, w - 1]), slice(x, [0, 0, 0, 0], [n, c, h, w - 1]));
  return add(mean(abs(down)), mean(abs(across)));
}
