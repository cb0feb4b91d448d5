// What ganomaly's generator minimises: a pure function from tensors to named terms.
import { l1, l2 } from '../../nn/losses/index.ts';
import { mul } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Passed } from './network.ts';

export interface ObjectiveOptions {
  readonly adversarial: number;
  readonly context: number;
  readonly codes: number;
}

/** Features of the critic, f32 [N F h w]: of the pictures and of what was painted. */
export interface Matched {
  readonly real: Tensor;
  readonly made: Tensor;
}

/**
 * adversarial ‖f(x) - f(x̂)‖² + context |x - x̂| + codes ‖ẑ - z‖², all means (Akcay et al. 2018): f are the critic's features, which are
 * to match; z and ẑ the codes of the pictures and of what was painted.
 */
export const objective = (x: Tensor, { codes, output, again }: Passed, { real, made }: Matched, h: ObjectiveOptions): Record<string, Tensor> => ({
  features: mul(l2(made, real), h.adversarial),
  context: mul(l1(output, x), h.context),
  codes: mul(l2(again, codes), h.codes),
});
