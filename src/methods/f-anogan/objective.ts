// What f-anogan's players minimise: pure functions from tensors to named terms.
import { generatorLoss, gradientPenalty, l2 } from '../../nn/losses/index.ts';
import type { Verdict } from '../../nn/networks/index.ts';
import { mul } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { criticTerms } from '../parts/adversaries.ts';

type Judge = (x: Tensor) => Verdict;

/** -E D(x) + E D(G(z)) + penalty E (‖∇ D(x̂)‖ - 1)² (Gulrajani et al. 2017). */
export function criticObjective(judge: Judge, real: Tensor, made: Tensor, random: Random, h: { readonly penalty: number }): Record<string, Tensor> {
  const slope = gradientPenalty((x) => judge(x).logits, real, made, random);
  return { ...criticTerms('wasserstein', judge, real, made), penalty: mul(slope, h.penalty) };
}

/** -E D(G(z)) */
export const generatorObjective = (made: Verdict): Record<string, Tensor> => ({ adversarial: generatorLoss('wasserstein', made.logits) });

/** ‖x - G(E(x))‖² + kappa ‖f(x) - f(G(E(x)))‖², both means (Schlegl et al. 2019, izi_f): f are the critic's features. */
export const encoderObjective = (x: Tensor, output: Tensor, real: Verdict, made: Verdict, h: { readonly kappa: number }): Record<string, Tensor> => ({
  pixels: l2(output, x),
  features: mul(l2(made.features, real.features), h.kappa),
});
