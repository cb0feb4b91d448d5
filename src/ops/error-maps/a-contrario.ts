// The number of false alarms: a map after any method, with a threshold that nobody has to choose.
import { defineOp } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { add, affine } from '../nn/elementwise.ts';
import { square } from '../nn/powers.ts';
import { resize2d } from '../nn/resize2d.ts';

const binomialTailMapOp = defineOp('binomialTailMap');

/** Which tail counts. */
export interface TailOptions {
  probability?: number;
  radius?: number;
  strict?: boolean;
  border?: 'reflect' | 'inside';
}

/**
 * log10 of the probability that chance alone brings so many numbers of a neighbourhood to the threshold: see the operation's own
 * description. Not differentiable.
 *
 * @param x `[N C H W]`, f32 or f64
 * @param threshold what a number has to reach to be counted
 * @param options probability: that a normal number reaches it, default 0.1; radius: of the neighbourhood, default 2;
 *   strict: the tail begins above the count and not at it, default true; border: beyond it the picture is mirrored (`reflect`, the
 *   default), or a neighbourhood has fewer pixels (`inside`)
 * @returns `[N 1 H W]`, at most 0
 */
export const binomialTailMap = (x: Tensor, threshold: number, options: TailOptions = {}): Tensor => binomialTailMapOp(x, { threshold, ...options });

/** 1 − the error function, to the last digits: by the series below 2, by the continued fraction above. */
function complementaryError(x: number): number {
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 120; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

/**
 * What the square of a standard normal number exceeds with the given probability: the quantile of the chi-square law of one degree
 * of freedom. 0.1 → 2.705543454095404.
 *
 * @param probability at least 1e-300, below 1
 */
export function chiSquareThreshold(probability: number): number {
  must(probability >= 1e-300 && probability < 1, `chiSquareThreshold: probability is ${probability}; expected 1e-300 to less than 1`);
  // P(z² > t) = erfc(√(t/2)) falls: bisection brings the root near, Newton's steps bring it home.
  let [low, high] = [0, 28];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (complementaryError(middle) > probability) low = middle;
    else high = middle;
  }
  let root = (low + high) / 2;
  for (let i = 0; i < 3; i++) root += ((complementaryError(root) - probability) * Math.sqrt(Math.PI) * Math.exp(root * root)) / 2;
  return 2 * root * root;
}

/** The tail and the number of tests. */
export interface NfaOptions {
  /** [height width] of the result; default that of the first map. */
  size?: readonly [number, number];
  /** That a normal number counts as large; default 0.1. */
  probability?: number;
  /** Pixels of the neighbourhood's side at the first scale, halved from scale to scale; its radius is at least 1. Default 5. */
  window?: number;
  /** The tail begins above the count, as U-Flow has it, or at the count; default true. */
  strict?: boolean;
  /** Beyond it the picture is mirrored, as U-Flow has it and by default, or a neighbourhood has fewer pixels. */
  border?: 'reflect' | 'inside';
  /** How the maps of other scales are brought to the result's extents; default bicubic, as U-Flow has it. */
  upsampling?: 'bicubic' | 'bilinear';
}

/**
 * −log10 of the number of false alarms of every pixel (Tailanian, Musé and Pardo 2024, U-Flow): over all scales the sum of
 * −`binomialTailMap`, less log10 of the number of pixels that were looked at. What lies above `nfaThreshold()` is expected about
 * once in a normal picture, whatever the method: that threshold is no parameter. With `strict: false` and `border: 'inside'` it is
 * at most once, where numbers are independent; by U-Flow's own convention, the default, several times as often.
 *
 * @param maps one or several scales, `[N C H W]` each, of numbers that are standard normal where the picture is: codes of a
 *   normalising flow, or an error map less its mean over its deviation on normal pictures
 * @returns `[N 1 height width]`, the larger the more surprising
 */
export function nfaMap(
  maps: Tensor | readonly Tensor[],
  { size, probability = 0.1, window = 5, strict = true, border = 'reflect', upsampling = 'bicubic' }: NfaOptions = {},
): Tensor {
  const scales = Array.isArray(maps) ? (maps as readonly Tensor[]) : [maps as Tensor];
  must(scales.length >= 1, 'nfaMap: no map came; expected at least one');
  must(window >= 1 && window <= 65, `nfaMap: window is ${window}; expected 1 to 65`);
  for (const [i, map] of scales.entries()) {
    if (map.shape.length !== 4 || map.shape[0] !== scales[0].shape[0])
      throw new BlemishError('SHAPE_MISMATCH', `nfaMap: map ${i} is [${map.shape.join(' ')}]; expected [${scales[0].shape[0]} C H W]`);
  }
  const threshold = chiSquareThreshold(probability);
  const [height, width] = size ?? [scales[0].shape[2], scales[0].shape[3]];
  let total: Tensor | undefined;
  let tests = 0;
  scales.forEach((map, scale) => {
    const radius = Math.max(1, Math.floor(window / 2 ** scale / 2));
    const tail = binomialTailMap(square(map), threshold, { probability, radius, strict, border });
    const full = map.shape[2] === height && map.shape[3] === width ? tail : resize2d(tail, { height, width, mode: upsampling, alignCorners: true });
    total = total ? add(total, full) : full;
    tests += map.shape[2] * map.shape[3];
  });
  return affine(total!, { scale: -1, shift: -Math.log10(tests) });
}

/** The threshold of `nfaMap` for a number of false alarms that one puts up with in a normal picture; default 1, which gives 0. */
export function nfaThreshold(falseAlarms = 1): number {
  must(falseAlarms > 0, `nfaThreshold: falseAlarms is ${falseAlarms}; expected a positive number`);
  return -Math.log10(falseAlarms);
}
