// How patch-entropy learns: a pass for the bank, and one for what is normal about distances from it and about entropies.
import { toVectors } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PatchStatistics } from './network.ts';

/** Takes in vectors of normal pictures, f32 [N D P Q], for the bank. */
export async function gatherBank(model: PatchStatistics, maps: Tensor, random: Random): Promise<void> {
  model.scale.observe(maps);
  const vectors = scope(() => toVectors(model.scale.forward(maps)));
  try {
    await model.bank.add(vectors, random);
  } finally {
    vectors.dispose();
  }
}

/** Takes in pictures f32 [N C H W] and their vectors for the Gaussians. The bank stands by then. */
export function gatherStatistics(model: PatchStatistics, images: Tensor, maps: Tensor): void {
  scope(() => model.gaussians.add(model.placed(model.forward(images, maps))));
}
