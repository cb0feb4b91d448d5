// What ssae minimises: pure functions from tensors to named terms.
import { bceWithLogits, l2, ssimLoss, twoAreaLoss } from '../../nn/losses/index.ts';
import { add, clamp, div, maximum, mean, mul, neg, sub, sum } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { visiblyChanged } from '../parts/made-defects.ts';
import type { Filtered } from './network.ts';

export interface ObjectiveOptions {
  readonly weighting: 'areas' | 'plain';
  readonly lambda: number;
  readonly structure: number;
  readonly segment: number;
  readonly balance: number;
}

/** What a step compares; all f32. */
export interface Compared {
  /** [N C H W], what the network was given without its noise. */
  readonly corrupted: Tensor;
  /** [N C H W], what was there before it was corrupted. */
  readonly clean: Tensor;
  /** [N C H W], what is to come out: the clean picture with the noise that is kept. */
  readonly target: Tensor;
  /** [N 1 H W], how much of the replacement shows. */
  readonly opacity: Tensor;
}

/**
 * The squared error, averaged over both areas apart (Bauer et al. 2024; eq. in `ops.twoAreaSquaredError`) or over all pixels; with
 * `structure`, 1 - SSIM; with `segment`, the cross-entropy of what was replaced against what was visibly changed, both areas averaged apart.
 */
export function objective({ output, keep }: Filtered, { corrupted, clean, target, opacity }: Compared, h: ObjectiveOptions): Record<string, Tensor> {
  const terms: Record<string, Tensor> = { error: h.weighting === 'areas' ? twoAreaLoss(output, target, opacity, { lambda: h.lambda }) : l2(output, target) };
  if (h.structure > 0) {
    const [a, b] = [output, target].map((x) => clamp(x, { min: 0, max: 1 }));
    terms.structure = mul(ssimLoss(a, b), h.structure);
  }
  if (h.segment > 0 && keep) {
    const changed = visiblyChanged(corrupted, clean);
    const errors = bceWithLogits(neg(keep), changed, { reduction: 'none' });
    const over = (area: Tensor) => div(sum(mul(errors, area)), maximum(sum(area), 1));
    const both = add(over(changed), over(sub(1, changed)));
    terms.segment = add(mul(both, (h.segment * h.balance) / 2), mul(mean(errors), h.segment * (1 - h.balance)));
  }
  return terms;
}
