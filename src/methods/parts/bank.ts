// How a memory bank is gathered: the scale from the first pictures, then the vectors of all of them.
import type { LevelScale, MemoryBank } from '../../features/index.ts';
import { toVectors } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Takes in vectors f32 [N D P Q] as they are. */
export async function addToBank(bank: MemoryBank, maps: Tensor, random: Random, signal?: AbortSignal): Promise<void> {
  const vectors = scope(() => toVectors(maps));
  try {
    await bank.add(vectors, random, signal);
  } finally {
    vectors.dispose();
  }
}

/** Takes in vectors of normal pictures, f32 [N D P Q], brought to the scale. */
export async function gatherBank(
  { scale, bank }: { readonly scale: LevelScale; readonly bank: MemoryBank },
  maps: Tensor,
  random: Random,
  signal?: AbortSignal,
): Promise<void> {
  scale.observe(maps);
  const scaled = scope(() => scale.forward(maps));
  try {
    await addToBank(bank, scaled, random, signal);
  } finally {
    scaled.dispose();
  }
}
