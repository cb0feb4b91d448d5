// What sparsity-prior minimises: pure functions from tensors to named terms.
import { focalWithLogits, generatorLoss, l1, l2, sparsityLoss, ssimLoss, totalVariation } from '../../nn/losses/index.ts';
import type { Verdict } from '../../nn/networks/index.ts';
import { add, div, gaussianBlur, l1Map, maximum, mean, minimum, mul, sigmoid, ssimMap, sub } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { halves } from '../parts/adversaries.ts';

export interface RestoreOptions {
  readonly adversarial: number;
  readonly context: number;
  readonly structure: number;
  readonly latent: number;
}

/**
 * adversarial L(D(x̂)) + context |x - x̂| + structure (1 - SSIM(x, x̂)) + latent ‖f(x) - f(x̂)‖², all means: x̂ is restored from x spoilt, L
 * asks the critic to take it for real, f are the critic's features.
 *
 * @param x normal pictures within 0 … 1
 * @param restored the same extents, within 0 … 1
 */
export function restoreObjective(x: Tensor, restored: Tensor, real: Verdict, made: Verdict, h: RestoreOptions): Record<string, Tensor> {
  const terms: Record<string, Tensor> = {
    adversarial: mul(generatorLoss('crossEntropy', made.logits), h.adversarial),
    context: mul(l1(restored, x), h.context),
  };
  if (h.structure > 0) terms.structure = mul(ssimLoss(restored, x), h.structure);
  if (h.latent > 0) terms.latent = mul(l2(made.features, real.features), h.latent);
  return terms;
}

/** f32 [N 1 H W], at least 0: |x - x̂| + structural (1 - SSIM), means over channels, by a Gaussian of one pixel. Pictures are within 0 … 1. */
export function discrepancy(x: Tensor, restored: Tensor, structural: number): Tensor {
  const apart = l1Map(x, restored);
  const dissimilar = () => sub(1, mean(ssimMap(x, restored), 1, { keepDims: true }));
  return gaussianBlur(structural > 0 ? add(apart, mul(dissimilar(), structural)) : apart, 1);
}

/**
 * Discrepancies f32 [2N 1 H W] of normal and of as many other pictures in units of the mean of the normal ones, so that weights mean the same
 * for every set of pictures; none counts for more than `most`.
 */
export const inUsualUnits = (apart: Tensor, most: number): Tensor => minimum(div(apart, maximum(mean(halves(apart)[0]), 1e-6)), most);

export interface MaskOptions {
  /** Weight of the divergence from the expected share. */
  readonly sparsity: number;
  /** Expected share of a normal picture, and of a spoilt one. */
  readonly normalShare: number;
  readonly defectShare: number;
  readonly variation: number;
  readonly binary: number;
}

/** Masks and what they are to explain, of as many normal pictures as spoilt ones. */
export interface Masked {
  /** f32 [N 1 H W]: of normal pictures, and of spoilt ones. */
  readonly normal: Tensor;
  readonly spoilt: Tensor;
  /** f32 [N 1 H W]: their discrepancies, 1 being usual; constants. */
  readonly normalDiscrepancy: Tensor;
  readonly spoiltDiscrepancy: Tensor;
}

const half = (a: Tensor, b: Tensor) => mul(add(a, b), 0.5);

/**
 * explained: mean of (1 - m) e, what the mask leaves unexplained; sparsity: weight times KL(Bernoulli(ρ) ‖ Bernoulli(mean m)), ρ being the
 * expected share; variation and binary: weights times the total variation of m and the mean of m (1 - m). m is the mask, e the discrepancy;
 * each is the mean of both kinds of pictures. Without sparsity a full mask is best.
 */
export function maskObjective({ normal, spoilt, normalDiscrepancy, spoiltDiscrepancy }: Masked, h: MaskOptions): Record<string, Tensor> {
  const masks = [sigmoid(normal), sigmoid(spoilt)];
  const unexplained = [normalDiscrepancy, spoiltDiscrepancy].map((e, i) => mean(mul(sub(1, masks[i]), e)));
  const terms: Record<string, Tensor> = { explained: half(unexplained[0], unexplained[1]) };
  if (h.sparsity > 0) terms.sparsity = mul(half(sparsityLoss(normal, h.normalShare), sparsityLoss(spoilt, h.defectShare)), h.sparsity);
  const [a, b] = masks;
  if (h.variation > 0) terms.variation = mul(half(totalVariation(a), totalVariation(b)), h.variation);
  if (h.binary > 0) terms.binary = mul(half(mean(mul(a, sub(1, a))), mean(mul(b, sub(1, b)))), h.binary);
  return terms;
}

/**
 * The supervised ablation that the paper argues against: focal loss (Lin et al. 2017, gamma 2) against the true masks of made defects.
 *
 * @param changed f32 [N 1 H W], 0 or 1: where the spoilt pictures visibly differ
 */
export const supervisedObjective = (normal: Tensor, spoilt: Tensor, changed: Tensor): Record<string, Tensor> => ({
  focal: half(focalWithLogits(normal, mul(changed, 0)), focalWithLogits(spoilt, changed)),
});
