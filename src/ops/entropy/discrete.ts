// Entropy of discrete laws: from labels to counts, from counts to estimates.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const labelCountsOp = defineOp('labelCounts', 'constant');

/** How often each of the labels 0 … classes − 1 occurs: i32 `[… N]` → i32 `[… classes]`; another label is NUMERICAL_FAILURE at the read. */
export const labelCounts = (labels: Tensor, classes: number): Tensor => labelCountsOp(labels, { classes });

/**
 * Entropy in nats from how often each thing was seen, by one of four estimators: `plugin` (maximum likelihood, biased low),
 * `millerMadow` (1955; plus (m − 1) / 2N for m things seen), `grassberger` (2003, that with G(2m) = G(2m + 1) = ψ(m + ½) + ln 2; not the form
 * of 1988) and `chaoShen` (2003, for many things that were never seen). The bias of the first falls as 1 / N, of the others faster.
 *
 * @param counts i32 `[… K]`
 * @returns f64 `[…]`; NUMERICAL_FAILURE at the read where a count is negative or all are 0
 */
export const discreteEntropy: OpFunction<'discreteEntropy'> = defineOp('discreteEntropy', 'constant');
