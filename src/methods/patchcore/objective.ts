// How patchcore learns: the scale from the first pictures, then the vectors of all of them, thinned to a coreset.
import { toVectors } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { PatchCore } from './network.ts';

/** Takes in vectors of normal pictures, f32 [N D P Q]. */
export async function observe(model: PatchCore, maps: Tensor, random: Random): Promise<void> {
  model.scale.observe(maps);
  const vectors = scope(() => toVectors(model.scale.forward(maps)));
  try {
    await model.bank.add(vectors, random);
  } finally {
    vectors.dispose();
  }
}
