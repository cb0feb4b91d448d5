// Maps of the entropy of grey levels around every pixel.
import { defineOp } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

const patchEntropyMapOp = defineOp('patchEntropyMap');

/** Window and levels of a map of entropy. */
export interface PatchEntropyOptions {
  /** Pixels from the centre to the rim, 0 to 127; of a box also [vertical, horizontal]. Default 5. */
  radius?: number | readonly [number, number];
  /** Default disk: dy² + dx² ≤ radius². */
  footprint?: 'disk' | 'box';
  /** Which number stands for white in a picture that is not u8; default 1, 1e-30 to 1e30. */
  range?: number;
}

/**
 * Shannon entropy of the grey levels around every pixel, in bits: from 0, where all are equal, to log2 of the neighbourhood's pixels,
 * but at most 8. Only pixels inside the picture count, none is made up beyond the border; a neighbourhood may be larger than the
 * picture. Not differentiable.
 *
 * Memory besides the result: for each thread (16 + 2 radius) rows of two bytes a pixel.
 *
 * @param x `[N C H W]`, each channel for itself: u8, or f32 or f64 from 0 to `range`, of which 256 levels are made
 * @returns f32 `[N C H W]`; NaN where a neighbourhood holds a NaN
 */
export const patchEntropyMap = (x: Tensor, options: PatchEntropyOptions = {}): Tensor => patchEntropyMapOp(x, { ...options });
