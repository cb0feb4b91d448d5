// How patch-entropy learns: a pass for the bank, and one for what is normal about distances from it and about entropies.
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PatchStatistics } from './network.ts';

export { gatherBank } from '../parts/bank.ts';

/** Takes in pictures f32 [N C H W] and their vectors for the Gaussians. The bank stands by then. */
export function gatherStatistics(model: PatchStatistics, images: Tensor, maps: Tensor): void {
  scope(() => model.gaussians.add(model.placed(model.forward(images, maps))));
}
