// What critics and generators minimise, by the verdicts on real and on made pictures; and the gradient penalty.
import { record } from '../../autograd/tape.ts';
import { add, affine, detach, mean, mul, neg, norm, relu, reshape, softplus, square, sub, sum, uniform } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * - `crossEntropy`: logits of being real (Goodfellow et al. 2014), the generator's in the form that does not saturate;
 * - `leastSquares`: towards 1 for real and 0 for made (Mao et al. 2017);
 * - `wasserstein`: the difference of the means (Arjovsky et al. 2017), which wants a gradient penalty;
 * - `hinge`: margins of 1 (Lim & Ye 2017).
 */
export type AdversarialKind = 'crossEntropy' | 'leastSquares' | 'wasserstein' | 'hinge';

interface Game {
  readonly real: (verdicts: Tensor) => Tensor;
  readonly made: (verdicts: Tensor) => Tensor;
  readonly generator: (verdicts: Tensor) => Tensor;
}

const games: Readonly<Record<AdversarialKind, Game>> = {
  crossEntropy: { real: (v) => softplus(neg(v)), made: softplus, generator: (v) => softplus(neg(v)) },
  leastSquares: { real: (v) => square(sub(v, 1)), made: square, generator: (v) => square(sub(v, 1)) },
  wasserstein: { real: neg, made: (v) => v, generator: neg },
  hinge: { real: (v) => relu(sub(1, v)), made: (v) => relu(add(v, 1)), generator: neg },
};

/**
 * What a critic minimises, as two terms f32[]; both are means over all verdicts.
 *
 * @param real verdicts on real pictures, of any extents
 * @param made verdicts on made ones
 */
export function criticLoss(kind: AdversarialKind, real: Tensor, made: Tensor): { real: Tensor; made: Tensor } {
  return { real: mean(games[kind].real(real)), made: mean(games[kind].made(made)) };
}

/** What a generator minimises, by the verdicts on what it made: f32[]. */
export const generatorLoss = (kind: AdversarialKind, made: Tensor): Tensor => mean(games[kind].generator(made));

/**
 * Gulrajani et al. 2017: E (‖∇ D(x̂)‖₂ - 1)², x̂ uniform on the lines between pairs of real and made pictures: f32[]. A gradient of gradients
 * follows, towards the critic's parameters; real and made are constants to it.
 *
 * @param critic gives verdicts of pictures, each by that picture alone: no batch statistics
 * @param real `[N …]`
 * @param made the same extents
 */
export function gradientPenalty(critic: (x: Tensor) => Tensor, real: Tensor, made: Tensor, random: Random): Tensor {
  const [a, b] = [detach(real), detach(made)];
  const share = uniform([a.shape[0], ...a.shape.slice(1).map(() => 1)], random);
  const between = add(b, mul(share, sub(a, b)));
  const tape = record(() => sum(critic(between)), { watch: [between], parameters: false });
  const slope = tape.backward().get(between)!;
  return mean(square(affine(norm(reshape(slope, [slope.shape[0], -1]), 1), { shift: -1 })));
}
