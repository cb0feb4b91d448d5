// Losses by name: functions of a prediction and its target to one number.
import { bceWithLogits } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { msgmsLoss } from './gradient-magnitude.ts';
import { huber } from './huber.ts';
import { l1 } from './l1.ts';
import { l2 } from './l2.ts';
import { msSsimLoss, ssimLoss } from './ssim.ts';
import { twoAreaLoss } from './two-area.ts';

export type { LossOptions } from './reduction.ts';
export { bceWithLogits, crossEntropy, huber, l1, l2, msgmsLoss, msSsimLoss, ssimLoss, twoAreaLoss };

/** Every loss by its name. */
export const losses = { bceWithLogits, crossEntropy, huber, l1, l2, msgmsLoss, msSsimLoss, ssimLoss, twoAreaLoss } as const;
