// The contract of a corruption: normal pictures in, pictures with a made defect and its true mask out.
import type { Hypers, ValuesOf } from '../hyper.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a corruption works on. */
export interface CorruptionInput {
  /** f32 [N C H W] within 0 … 1, C is 1 or 3; left as they are. */
  readonly images: Tensor;
  /** f32 [N C H W]: other pictures of the set, to take texture from. */
  readonly donors: Tensor;
  /** The only source of chance: the same stream, the same result. */
  readonly random: Random;
}

/** Tensors of the scope around. */
export interface Corrupted {
  /** f32 [N C H W] within 0 … 1: opacity * replacement + (1 - opacity) * images. */
  readonly image: Tensor;
  /** f32 [N 1 H W], 0 or 1: 1 exactly where the corruption may have changed the picture; elsewhere `image` equals `images` bit for bit. */
  readonly mask: Tensor;
  /** f32 [N 1 H W] within 0 … 1: how much of the replacement shows; 0 wherever the mask is 0. */
  readonly opacity: Tensor;
}

/** A way to make defects: declared settings, and the function that applies it. */
export interface Corruption<H extends Hypers = Hypers> {
  readonly name: string;
  /** What it makes and where it comes from, one sentence. */
  readonly meaning: string;
  readonly hyper: H;
  /** Enqueues only; call it within a scope. Every picture of the batch gets its own defect. */
  readonly apply: (input: CorruptionInput, values: ValuesOf<H>) => Corrupted;
}

/** Keeps the types of the declared hyper-parameters. */
export const defineCorruption = <const H extends Hypers>(corruption: Corruption<H>): Corruption<H> => corruption;
