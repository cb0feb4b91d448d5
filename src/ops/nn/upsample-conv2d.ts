// Nearest upsampling by two followed by a convolution, at four ninths of the arithmetic for a 3x3 kernel.
import { add, defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import { must } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { conv2dGradInput } from './conv2d.ts';

/** The transposed convolution's weight for upsampling by two and convolving. */
export const upsampleWeight: OpFunction<'upsampleWeight'> = defineOp('upsampleWeight', {
  backward: (_, dy) => ({ weight: () => upsampleWeightGrad(dy) }),
});

/** Gradient of `upsampleWeight`. */
export const upsampleWeightGrad: OpFunction<'upsampleWeightGrad'> = defineOp('upsampleWeightGrad', {
  backward: (_, dw) => ({ dy: () => upsampleWeight(dw) }),
});

/** Transposed convolution, bias and activation in one go, for inference. */
export const convTranspose2dFused = defineOp('convTranspose2dFused');

/** What turns `upsampleConv2d` into a transposed convolution of stride 2. */
export function upsampleWindow(x: Tensor, weight: Tensor, padding: number | readonly number[] = 0) {
  const sides = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  const [rows, columns] = weight.shape.slice(2);
  must(
    sides.length === 4 && sides.every((p, i) => p >= 0 && p < (i < 2 ? rows : columns)),
    `upsampleConv2d: padding is [${sides.join(' ')}] for a kernel of ${rows}x${columns}; expected four numbers below its extents`,
  );
  return {
    stride: 2,
    padding: sides.map((p, i) => (i < 2 ? rows : columns) - 1 - p),
    height: 2 * x.shape[2] + sides[0] + sides[1] - rows + 1,
    width: 2 * x.shape[3] + sides[2] + sides[3] - columns + 1,
  };
}

/**
 * `conv2d` of x upsampled by two (nearest): the same numbers without making the upsampled picture.
 *
 * @param x `[N C H W]`
 * @param weight `[K C R S]`
 * @param bias `[K]` or null
 * @param options padding of the convolution, [top bottom left right] or one number, below the kernel's extent; default 0
 * @returns `[N K 2H+…−R+1 2W+…−S+1]`
 */
export function upsampleConv2d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: { padding?: number | readonly number[] } = {}): Tensor {
  const out = conv2dGradInput(x, upsampleWeight(weight), upsampleWindow(x, weight, options.padding));
  return bias ? add(out, reshape(bias, [1, bias.size, 1, 1])) : out;
}
