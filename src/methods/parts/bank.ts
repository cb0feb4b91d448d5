// How a memory bank is gathered: the scale from the first pictures, then the vectors of all of them.
import type { LevelScale, MemoryBank } from '../../features/index.ts';
import { toVectors } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Takes in vectors of normal pictures, f32 [N D P Q]. */
export async function gatherBank(
  { scale, bank }: { readonly scale: LevelScale; readonly bank: MemoryBank },
  maps: Tensor,
  random: Random,
  signal?: AbortSignal,
): Promise<void> {
  scale.observe(maps);
  const vectors = scope(() => toVectors(scale.forward(maps)));
  try {
    await bank.add(vectors, random, signal);
  } finally {
    vectors.dispose();
  }
}
