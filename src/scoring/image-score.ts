// From an anomaly map to one number a picture: its largest number, the mean of its largest share, its mean.
import { BlemishError, must } from '../errors.ts';
import { max, mean, topKMean } from '../ops/index.ts';
import type { Tensor } from '../tensor/tensor.ts';

function mustBeMap(where: string, map: Tensor): void {
  const { shape } = map;
  if (shape.length === 4 && shape[1] === 1 && shape[2] * shape[3] > 0) return;
  throw new BlemishError('SHAPE_MISMATCH', `${where}: the map is [${shape.join(' ')}]; expected [N 1 H W] with pixels`);
}

/** Largest number of each map: f32 [N 1 H W] → f32 [N]; NaN where the map has one. The score that one pixel decides. */
export function maxScore(map: Tensor): Tensor {
  mustBeMap('maxScore', map);
  return max(map, [1, 2, 3]);
}

/**
 * Mean of the largest numbers of each map: f32 [N 1 H W] → f32 [N]; NaN where the map has one. Less at the mercy of one pixel than
 * the largest, and still blind to what is normal.
 *
 * @param share which part of the pixels counts, above 0 and at most 1; at least one pixel does
 */
export function topShareScore(map: Tensor, share: number): Tensor {
  mustBeMap('topShareScore', map);
  must(share > 0 && share <= 1, `topShareScore: share is ${share}; expected above 0 and at most 1`);
  return topKMean(map, [1, 2, 3], { fraction: share });
}

/** Mean of each map: f32 [N 1 H W] → f32 [N]; NaN where the map has one. */
export function meanScore(map: Tensor): Tensor {
  mustBeMap('meanScore', map);
  return mean(map, [1, 2, 3]);
}

/** One of the three, by its name. */
export const imageScoreBy = (how: 'max' | 'top' | 'mean', map: Tensor, share: number): Tensor =>
  how === 'max' ? maxScore(map) : how === 'top' ? topShareScore(map, share) : meanScore(map);
