// What riad minimises: pure functions from tensors to named terms.
import { l2, msgmsLoss, ssimLoss } from '../../nn/losses/index.ts';
import { affine } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface ObjectiveOptions {
  readonly gradients: number;
  readonly structure: number;
  readonly scales: number;
}

/** Mean squared error, gradient magnitude dissimilarity and 1 - SSIM of the inpainted pictures (Zavrtanik et al. 2021). */
export function objective(inpainted: Tensor, images: Tensor, h: ObjectiveOptions): Record<string, Tensor> {
  const terms: Record<string, Tensor> = { error: l2(inpainted, images) };
  if (h.gradients > 0) terms.gradients = affine(msgmsLoss(inpainted, images, { scales: h.scales }), { scale: h.gradients });
  if (h.structure > 0) terms.structure = affine(ssimLoss(inpainted, images), { scale: h.structure });
  return terms;
}
