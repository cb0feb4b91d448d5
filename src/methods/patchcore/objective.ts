// How patchcore learns: the scale from the first pictures, then the vectors of all of them, thinned to a coreset.
import { vectorsOf } from '../../features/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { MemoryBank } from './network.ts';

/** Takes in f32 [N C H W]. */
export async function observe(model: MemoryBank, images: Tensor, random: Random): Promise<void> {
  const maps = await model.features.compute(images);
  try {
    model.scale.observe(maps);
    const vectors = scope(() => vectorsOf(model.look(maps)));
    try {
      await model.gather(vectors, random);
    } finally {
      vectors.dispose();
    }
  } finally {
    maps.dispose();
  }
}
