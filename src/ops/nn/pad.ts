// Padding, and the gradient of each of its modes.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { BlemishError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Adds positions around x: by a constant, reflected, with the edge repeated, or from the other end. One item per axis. */
export const pad: OpFunction<'pad'> = defineOp('pad', {
  backward: (_, dy, { before, after, mode }) => ({ x: () => padGradX(dy, { before, after, mode }) }),
});

/** Sums a padded tensor back onto the positions that `pad` had copied. */
export const padGradX: OpFunction<'padGradX'> = defineOp('padGradX', {
  backward: (_, d, { before, after, mode }) => ({ dy: () => pad(d, { before, after, mode }) }),
});

/** What lies beyond the border. */
export type PadMode = 'zero' | 'constant' | 'reflect' | 'replicate' | 'circular';

/**
 * Pads the last two axes of an image tensor.
 *
 * @param padding [top bottom left right], or one number for all
 * @param value what `constant` takes; default 0
 */
export function pad2d(x: Tensor, padding: number | readonly number[], { mode = 'zero', value = 0 }: { mode?: PadMode; value?: number } = {}): Tensor {
  const sides = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  if (sides.length !== 4) throw new BlemishError('ARGUMENT_INVALID', `pad2d: padding is [${sides.join(' ')}]; expected [top bottom left right]`);
  if (x.shape.length < 2) throw new BlemishError('SHAPE_MISMATCH', `pad2d: x is [${x.shape.join(' ')}]; expected at least two axes`);
  const lead = x.shape.slice(0, -2).map(() => 0);
  return pad(x, {
    before: [...lead, sides[0], sides[2]],
    after: [...lead, sides[1], sides[3]],
    mode: mode === 'zero' ? 'constant' : mode,
    value: mode === 'zero' ? 0 : value,
  });
}
