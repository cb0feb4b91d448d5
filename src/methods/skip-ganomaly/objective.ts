// What skip-ganomaly's generator minimises: a pure function from tensors to named terms.
import { type AdversarialKind, generatorLoss, l1, l2 } from '../../nn/losses/index.ts';
import type { Verdict } from '../../nn/networks/index.ts';
import { mul } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface ObjectiveOptions {
  readonly game: AdversarialKind;
  readonly adversarial: number;
  readonly context: number;
  readonly latent: number;
}

/**
 * adversarial L(D(x̂)) + context |x - x̂| + latent ‖f(x) - f(x̂)‖², all means (Akcay et al. 2019): L asks the critic to take what was painted
 * for real, f are its features.
 *
 * @param x pictures, `[N C H W]`
 * @param output what was painted of them
 */
export const objective = (x: Tensor, output: Tensor, real: Verdict, made: Verdict, h: ObjectiveOptions): Record<string, Tensor> => ({
  adversarial: mul(generatorLoss(h.game, made.logits), h.adversarial),
  context: mul(l1(output, x), h.context),
  latent: mul(l2(made.features, real.features), h.latent),
});
