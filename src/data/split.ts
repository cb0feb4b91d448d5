// Samples set aside for validation, by seed.
import { must } from '../errors.ts';
import type { Random } from '../tensor/random.ts';

/**
 * Sets a share of the samples aside, chosen by seed: the nearest whole number, but at least one where the share is above 0, and
 * never all. Both parts keep the order of the samples. One sample alone stays in `train`.
 *
 * @param share 0 … 1, below 1
 */
export function split<S>(samples: readonly S[], share: number, random: Random): { train: S[]; validation: S[] } {
  must(share >= 0 && share < 1, `split: share is ${share}; expected 0 or more, and less than 1`);
  const most = Math.max(samples.length - 1, 0);
  const count = share === 0 ? 0 : Math.min(Math.max(Math.round(samples.length * share), 1), most);
  const chosen = new Set(random.permutation(samples.length).slice(0, count));
  return { train: samples.filter((_, i) => !chosen.has(i)), validation: samples.filter((_, i) => chosen.has(i)) };
}
