// How padim learns: the moments of every position, picture by picture.
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PositionalGaussians } from './network.ts';

/** Takes in vectors of normal pictures, f32 [N D P Q]. */
export function observe(model: PositionalGaussians, maps: Tensor): void {
  model.scale.observe(maps);
  scope(() => model.gaussians.add(model.forward(maps)));
}
