// How a-contrario learns: mean and covariance of every level; nothing where a picture is its own reference.
import type { Tensor } from '../../tensor/tensor.ts';
import type { WhiteLevels } from './network.ts';

/** Takes in the maps of normal pictures. */
export function observe(model: WhiteLevels, maps: readonly Tensor[]): void {
  model.whitenings.forEach((whitening, i) => whitening.observe(maps[i]));
}
