// Gradient magnitude similarity: maps, over several scales, and the deviations that others quote.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { add, affine, mul } from '../nn/elementwise.ts';
import { pad2d } from '../nn/pad.ts';
import { averagePool2d } from '../nn/pooling.ts';
import { sqrt } from '../nn/powers.ts';
import { mean, sum, variance } from '../nn/reduce.ts';
import { resize2d } from '../nn/resize2d.ts';

const gmsMapOp: OpFunction<'gmsMap'> = defineOp('gmsMap', {
  save: ['x', 'y'],
  backward: ({ x, y }, dy, attributes) => ({ x: () => gmsMapGrad(x, y, dy, attributes), y: () => gmsMapGrad(y, x, dy, attributes) }),
});
const gmsMapGrad = defineOp('gmsMapGrad');

/** The filter and the constant of the similarity. */
export interface GmsOptions {
  /** What steadies the ratio; default 0.0026, for pictures from 0 to 1. */
  c?: number;
  /** Added to the squared magnitudes; default 1e-12. */
  epsilon?: number;
  /** The masking coefficient of Zhang et al. 2017; default 0. */
  masking?: number;
}

/**
 * Gradient magnitude similarity of each channel (Xue et al. 2014): (2ab + c) / (a² + b² + c), where a and b are the magnitudes of
 * the responses to Prewitt's operator over 3, zeros beyond the border. 1 where both are alike.
 *
 * @param x `[N C H W]`, f32 or f64
 * @param y the same extents
 * @returns `[N C H W]`
 */
export const gmsMap = (x: Tensor, y: Tensor, options: GmsOptions = {}): Tensor => gmsMapOp(x, y, { ...options });

function extentsOf(where: string, x: Tensor): readonly [number, number, number, number] {
  if (x.shape.length !== 4) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N C H W]`);
  return x.shape as unknown as [number, number, number, number];
}

function requireScales(where: string, x: Tensor, scales: number): void {
  must(Number.isInteger(scales) && scales >= 1 && scales <= 16, `${where}: scales is ${scales}; expected an integer from 1 to 16`);
  const [, , height, width] = extentsOf(where, x);
  const least = 2 ** (scales - 1);
  if (height < least || width < least)
    throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}] for ${scales} scales; expected at least ${least} by ${least} pixels`);
}

/** 1 − total / count, exactly 0 where the total is the count. */
const oneLessMean = (total: Tensor, count: number): Tensor => affine(affine(total, { scale: -1, shift: count }), { scale: 1 / count });

/** As of one scale, with the number of scales. */
export interface MsgmsOptions extends GmsOptions {
  /** How many: the picture itself, half, a quarter, …; default 3 (the paper of RIAD uses 4). */
  scales?: number;
}

/** Calls `visit` with both pictures at every scale: halved by means of 2 × 2 pixels, a last odd row or column left out. */
function atScales(x: Tensor, y: Tensor, scales: number, visit: (x: Tensor, y: Tensor) => Tensor): Tensor {
  let total = visit(x, y);
  for (let scale = 1; scale < scales; scale++) {
    x = averagePool2d(x, 2);
    y = averagePool2d(y, 2);
    total = add(total, visit(x, y));
  }
  return total;
}

/**
 * The multi-scale error map of RIAD (Zavrtanik et al. 2021): 1 − the mean over scales and channels of `gmsMap`, those of smaller
 * scales brought to the picture's extents bilinearly.
 *
 * @param x `[N C H W]`, from 0 to 1
 * @param y the same extents
 * @returns `[N 1 H W]`, 0 where both are alike
 */
export function msgmsMap(x: Tensor, y: Tensor, { scales = 3, ...options }: MsgmsOptions = {}): Tensor {
  requireScales('msgmsMap', x, scales);
  const [, , height, width] = extentsOf('msgmsMap', x);
  const total = atScales(x, y, scales, (a, b) => {
    const map = mean(gmsMap(a, b, options), 1, { keepDims: true });
    return a.shape[2] === height && a.shape[3] === width ? map : resize2d(map, { height, width, mode: 'bilinear' });
  });
  return oneLessMean(total, scales);
}

/**
 * 1 − the mean over scales of the mean of `gmsMap`, nothing brought to other extents: RIAD's loss.
 *
 * @param x `[N C H W]`, from 0 to 1
 * @param y the same extents
 * @returns `[N]`
 */
export function msgms(x: Tensor, y: Tensor, { scales = 3, ...options }: MsgmsOptions = {}): Tensor {
  requireScales('msgms', x, scales);
  const total = atScales(x, y, scales, (a, b) => mean(gmsMap(a, b, options), [1, 2, 3]));
  return oneLessMean(total, scales);
}

/** Luma of red, green and blue, as television has it; other pictures as they are. */
function luma(where: string, x: Tensor): Tensor {
  const channels = extentsOf(where, x)[1];
  if (channels === 1) return x;
  if (channels !== 3) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected one channel, or red, green and blue`);
  const weights = tensor([0.299, 0.587, 0.114], [1, 3, 1, 1], { device: x.device });
  return sum(mul(x, weights), 1, { keepDims: true });
}

/** Means of 2 × 2 pixels; where an extent is odd, a row and a column of zeros is added at the end, as piq does. */
function halved(x: Tensor): Tensor {
  const odd = Math.max(x.shape[2] % 2, x.shape[3] % 2);
  return averagePool2d(odd ? pad2d(x, [0, 1, 0, 1]) : x, 2);
}

const deviationSquared = (x: Tensor, y: Tensor, options: GmsOptions): Tensor => variance(gmsMap(x, y, { epsilon: 0, ...options }), [1, 2, 3]);

function requireRange(where: string, range: number): void {
  must(Number.isFinite(range) && range > 0, `${where}: range is ${range}; expected a positive number`);
}

/**
 * Gradient magnitude similarity deviation (Xue et al. 2014), as piq computes it: the population standard deviation of the map of
 * luma, halved once, with c = 170 / 255². 0 where both are alike.
 *
 * @param x `[N C H W]` of one or three channels, at least 2 by 2
 * @param y the same extents
 * @param options range: what the pictures' numbers span; default 1
 * @returns `[N]`
 */
export function gmsd(x: Tensor, y: Tensor, { range = 1 }: { range?: number } = {}): Tensor {
  requireRange('gmsd', range);
  const [a, b] = [x, y].map((picture) => halved(affine(luma('gmsd', picture), { scale: 1 / range })));
  return sqrt(deviationSquared(a, b, { c: 170 / 255 ** 2 }));
}

/** Weights of the scales of Zhang et al. 2017. */
const deviationWeights = [0.096, 0.596, 0.289, 0.019];

/**
 * Multi-scale gradient magnitude similarity deviation (Zhang et al. 2017), as piq computes it: the root of the weighted sum of the
 * squared deviations of luma from 0 to 255 over four scales, with c = 170 and the masking coefficient 0.5.
 *
 * @param x `[N C H W]` of one or three channels, at least 17 by 17
 * @param y the same extents
 * @param options range: what the pictures' numbers span; default 1
 * @returns `[N]`
 */
export function msGmsd(x: Tensor, y: Tensor, { range = 1 }: { range?: number } = {}): Tensor {
  requireRange('msGmsd', range);
  const [, , height, width] = extentsOf('msGmsd', x);
  if (Math.min(height, width) < 17) throw new BlemishError('SHAPE_MISMATCH', `msGmsd: x is [${x.shape.join(' ')}]; expected at least 17 by 17 pixels`);
  let [a, b] = [x, y].map((picture) => affine(luma('msGmsd', picture), { scale: 255 / range }));
  let total: Tensor | undefined;
  for (const weight of deviationWeights) {
    if (total) [a, b] = [halved(a), halved(b)];
    const term = affine(deviationSquared(a, b, { c: 170, masking: 0.5 }), { scale: weight });
    total = total ? add(total, term) : term;
  }
  return sqrt(total!);
}
