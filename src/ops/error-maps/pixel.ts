// Errors pixel by pixel, and the squared error of two areas.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { neg } from '../nn/elementwise.ts';

const pixelErrorMap: OpFunction<'pixelErrorMap'> = defineOp('pixelErrorMap', {
  save: ['x', 'y'],
  // Every kind is even, so that one gradient serves both operands.
  backward: ({ x, y }, dy, attributes) => ({
    x: () => pixelErrorMapGrad(x, y, dy, attributes),
    y: () => pixelErrorMapGrad(y, x, dy, attributes),
  }),
});
const pixelErrorMapGrad = defineOp('pixelErrorMapGrad');

/** Mean over the channels of |x − y|: `[N C H W]` twice → `[N 1 H W]`; f32 or f64. */
export const l1Map = (x: Tensor, y: Tensor): Tensor => pixelErrorMap(x, y, { kind: 'l1' });

/** Mean over the channels of (x − y)²: `[N C H W]` twice → `[N 1 H W]`; f32 or f64. */
export const l2Map = (x: Tensor, y: Tensor): Tensor => pixelErrorMap(x, y, { kind: 'l2' });

/**
 * Mean over the channels of Huber's error (1964): e² / 2 where |e| ≤ delta, else delta · (|e| − delta / 2), with e = x − y.
 *
 * @param x `[N C H W]`, f32 or f64
 * @param y the same extents
 * @param delta where the parabola ends, above 0; default 1
 * @returns `[N 1 H W]`
 */
export const huberMap = (x: Tensor, y: Tensor, delta = 1): Tensor => pixelErrorMap(x, y, { kind: 'huber', delta });

const twoAreaSquaredErrorAll: OpFunction<'twoAreaSquaredError'> = defineOp('twoAreaSquaredError', {
  save: ['x', 'target', 'mask', 'factors'],
  backward: ({ x, target, mask, factors }, dloss) => ({
    x: () => twoAreaSquaredErrorGrad(x, target, mask, factors, dloss),
    target: () => neg(twoAreaSquaredErrorGrad(x, target, mask, factors, dloss)),
  }),
});
const twoAreaSquaredErrorGrad = defineOp('twoAreaSquaredErrorGrad');

/**
 * The squared error of the reconstruction of a partly corrupted picture, averaged apart over what was clean and what was
 * corrupted, so that a corruption of 1 % weighs as `lambda` says and not as its area:
 * (1 − λ) / ‖1 − M‖₁ · ‖(1 − M)(f − x)‖² + λ / ‖M‖₁ · ‖M (f − x)‖², each sum over the whole batch; a term whose area is empty
 * is 0. Bauer, Nakajima and Müller, Self-supervised autoencoders for visual anomaly detection, Mathematics 2024, 12(24), 3988.
 *
 * @param prediction f, `[N C H W]`
 * @param target x, the clean picture, of the same extents
 * @param mask M, `[N 1 H W]`: 0 where clean, 1 where corrupted, or between; it holds for every channel
 * @param lambda the weight of the corrupted area, 0 to 1; default 0.1
 * @returns loss: f32[]; terms: f32[2], the clean and the corrupted term, which no tape follows
 */
export function twoAreaSquaredError(prediction: Tensor, target: Tensor, mask: Tensor, lambda = 0.1): { loss: Tensor; terms: Tensor } {
  const [loss, terms] = twoAreaSquaredErrorAll(prediction, target, mask, { lambda });
  return { loss, terms };
}
