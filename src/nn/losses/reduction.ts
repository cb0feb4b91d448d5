// How the numbers of a loss become one.
import { mean, sum } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What every loss may be told. */
export interface LossOptions {
  /** One number, the mean (the default) or the sum, or none of both: a map. */
  reduction?: 'mean' | 'sum' | 'none';
}

/** @internal */
export function reduce(map: Tensor, { reduction = 'mean' }: LossOptions): Tensor {
  return reduction === 'mean' ? mean(map) : reduction === 'sum' ? sum(map) : map;
}
