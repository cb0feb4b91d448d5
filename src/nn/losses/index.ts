// Losses by name: functions of a prediction and its target to one number.
import { type AdversarialKind, criticLoss, generatorLoss, gradientPenalty } from './adversarial.ts';
import { bceWithLogits } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { focalWithLogits } from './focal.ts';
import { msgmsLoss } from './gradient-magnitude.ts';
import { huber } from './huber.ts';
import { l1 } from './l1.ts';
import { l2 } from './l2.ts';
import { bernoulliDivergence, sparsityLoss, totalVariation } from './sparsity.ts';
import { msSsimLoss, ssimLoss } from './ssim.ts';
import { twoAreaLoss } from './two-area.ts';

export type { FocalOptions } from './focal.ts';
export type { LossOptions } from './reduction.ts';
export {
  type AdversarialKind,
  bceWithLogits,
  bernoulliDivergence,
  criticLoss,
  crossEntropy,
  focalWithLogits,
  generatorLoss,
  gradientPenalty,
  huber,
  l1,
  l2,
  msgmsLoss,
  msSsimLoss,
  sparsityLoss,
  ssimLoss,
  totalVariation,
  twoAreaLoss,
};

/** Every loss by its name. */
export const losses = { bceWithLogits, crossEntropy, focalWithLogits, huber, l1, l2, msgmsLoss, msSsimLoss, ssimLoss, twoAreaLoss } as const;
