// How patchcore learns: the scale from the first pictures, then the vectors of all of them, thinned to a coreset.
import { gather } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { addToBank } from '../parts/bank.ts';
import type { PatchCore } from './network.ts';

/** Every so many pictures one stays out of the bank until its distances from the others were taken. */
const heldEvery = 5;

/** Scaled vectors of the pictures of a batch that are held out, or of the others, f32 [M D P Q]; null where there is none. */
function scaled(model: PatchCore, maps: Tensor, held: boolean): Tensor | null {
  const count = maps.shape[0];
  const rows = Int32Array.from({ length: count }, (_, i) => i).filter((i) => ((model.seen + i) % heldEvery === heldEvery - 1) === held);
  if (!rows.length) return null;
  return scope(() => model.scale.forward(rows.length === count ? maps : gather(maps, tensor(rows, [rows.length], { dtype: 'i32' }), 0)));
}

async function gathered(model: PatchCore, maps: Tensor | null, random: Random, signal: AbortSignal | undefined): Promise<void> {
  if (!maps) return;
  try {
    await addToBank(model.bank, maps, random, signal);
  } finally {
    maps.dispose();
  }
}

/** Takes in vectors of normal pictures, f32 [N D P Q]; where distances are compared by position, not yet those of every fifth. */
export async function observe(model: PatchCore, maps: Tensor, random: Random, signal: AbortSignal | undefined): Promise<void> {
  model.scale.observe(maps);
  const taken = model.usual ? scaled(model, maps, false) : scope(() => model.scale.forward(maps));
  model.seen += maps.shape[0];
  await gathered(model, taken, random, signal);
}

/** Measures how far the vectors of pictures that were held out lie from the bank, and takes them in. */
export async function observeHeld(model: PatchCore, maps: Tensor, random: Random, signal: AbortSignal | undefined): Promise<void> {
  const held = scaled(model, maps, true);
  model.seen += maps.shape[0];
  if (held) scope(() => model.usual?.observe(model.compare(held).distances));
  await gathered(model, held, random, signal);
}

/** Thins what was gathered in a pass. */
export async function finish(model: PatchCore, signal: AbortSignal | undefined): Promise<void> {
  model.seen = 0;
  await model.bank.settle(signal);
}
