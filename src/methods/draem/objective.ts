// What draem minimises: pure functions from tensors to named terms.
import { focalWithLogits, l2, ssimLoss } from '../../nn/losses/index.ts';
import { affine } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Detected } from './network.ts';

export interface ObjectiveOptions {
  readonly structure: number;
  readonly segment: number;
  readonly gamma: number;
}

/** What a step compares the network's results with. */
export interface Wanted {
  /** f32 [N C H W]: the pictures before they were spoilt. */
  readonly clean: Tensor;
  /** f32 [N 1 H W], 0 or 1: where they were. */
  readonly changed: Tensor;
}

/** Mean squared error and 1 - SSIM of the restoration, focal loss of the segmentation (Zavrtanik et al. 2021). */
export function objective({ restored, logits }: Detected, { clean, changed }: Wanted, h: ObjectiveOptions): Record<string, Tensor> {
  const terms: Record<string, Tensor> = { error: l2(restored, clean) };
  if (h.structure > 0) terms.structure = affine(ssimLoss(restored, clean), { scale: h.structure });
  terms.segment = affine(focalWithLogits(logits, changed, { gamma: h.gamma }), { scale: h.segment });
  return terms;
}
