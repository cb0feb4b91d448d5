// Error maps on plain arrays: how far a reconstruction differs from its picture, what makes such maps smooth, how surprising they are.
import * as ops from '../ops/error-maps/index.ts';
import {
  type Beside,
  compute,
  type EachOf,
  eachOf,
  type FloatMaps,
  list,
  type Maps,
  type MapsLike,
  mapOf,
  number,
  numbered,
  type Stoppable,
  spanOf,
} from './compute.ts';

export type {
  BlurOptions,
  BoxOptions,
  GmsOptions,
  MsgmsOptions,
  MsSsimOptions,
  NfaOptions,
  SsimOptions,
  SsimPreset,
  TailOptions,
} from '../ops/error-maps/index.ts';
export { chiSquareThreshold, msSsimWeights, nfaThreshold, ssimPresets } from '../ops/error-maps/index.ts';

/**
 * The mean absolute error of each pixel, 1/C Σ |x − y| over the channels, in units of the pictures.
 *
 * @param x one picture, or `[N C H W]`; f64 is computed in f64
 * @param y of the same extents
 * @returns a map of one channel, or `[N 1 H W]`
 */
export const l1Map = <M extends Maps>(x: M, y: Beside<M>, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('l1Map', x, { x, y }, options, (t) => ops.l1Map(t.x, t.y));

/** The mean squared error of each pixel, 1/C Σ (x − y)² over the channels; operands and result as of `l1Map`. */
export const l2Map = <M extends Maps>(x: M, y: Beside<M>, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('l2Map', x, { x, y }, options, (t) => ops.l2Map(t.x, t.y));

/**
 * Huber's error (1964) of each pixel, the mean over the channels of e² / 2 where |e| ≤ delta, else delta (|e| − delta / 2), with
 * e = x − y; operands and result as of `l1Map`.
 *
 * @param delta where the parabola ends, in units of the pictures, above 0; default 1
 */
export const huberMap = <M extends Maps>(x: M, y: Beside<M>, delta = 1, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('huberMap', x, { x, y }, options, (t) => ops.huberMap(t.x, t.y, delta));

/**
 * 1 − the cosine of the angle between the channel vectors of each pixel: from 0, where they point the same way, to 2; operands and
 * result as of `l1Map`.
 *
 * @param epsilon the least length that counts; default 1e-8
 */
export const cosineDistanceMap = <M extends Maps>(x: M, y: Beside<M>, epsilon = 1e-8, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('cosineDistanceMap', x, { x, y }, options, (t) => ops.cosineDistanceMap(t.x, t.y, epsilon));

/** The Euclidean distance of the channel vectors of each pixel, √Σ (x − y)²; operands and result as of `l1Map`. */
export const l2DistanceMap = <M extends Maps>(x: M, y: Beside<M>, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('l2DistanceMap', x, { x, y }, options, (t) => ops.l2DistanceMap(t.x, t.y));

/** Options of structural similarity for pictures that may say their range themselves. */
const spanned = <O extends { range?: number }>(where: string, x: Maps, y: Maps, { signal: _, ...options }: O & Stoppable) => ({
  ...options,
  range: spanOf(where, [x, y], options.range),
});

/**
 * Structural similarity of the neighbourhood of each pixel (Wang et al. 2004), for each channel:
 * (2 μx μy + C₁)(2 σxy + C₂) / ((μx² + μy² + C₁)(σx² + σy² + C₂)), C₁ = (k1 range)², C₂ = (k2 range)²; 1 where both are alike, at
 * least −1.
 *
 * @param x one picture, or `[N C H W]`; f64 is computed in f64
 * @param y of the same extents
 * @param options preset: whose conventions, one of `ssimPresets`, default `riad`; the rest overrides them. `range` is what the numbers
 *   span; of pictures of 8 or 16 bits it is known
 * @returns as many channels; smaller by size − 1 where only whole windows count, and for `piq` of the shrunk picture
 */
export const ssimMap = <M extends Maps>(x: M, y: Beside<M>, options: ops.SsimOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('ssimMap', x, { x, y }, options, (t) => ops.ssimMap(t.x, t.y, spanned('ssimMap', x, y, options)));

/** An error map: 1 − the mean over the channels of `ssimMap`, from 0 to 2. Same operands and options; one channel. */
export const ssimErrorMap = <M extends FloatMaps>(x: M, y: Beside<M>, options: ops.SsimOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('ssimErrorMap', x, { x, y }, options, (t) => ops.ssimErrorMap(t.x, t.y, spanned('ssimErrorMap', x, y, options)));

/** The part of `ssimMap` without the luminance: (2 σxy + C₂) / (σx² + σy² + C₂). Same operands, options and result. */
export const contrastStructureMap = <M extends Maps>(x: M, y: Beside<M>, options: ops.SsimOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('contrastStructureMap', x, { x, y }, options, (t) => ops.contrastStructureMap(t.x, t.y, spanned('contrastStructureMap', x, y, options)));

/**
 * The mean of `ssimMap` over the pixels that the convention counts and over the channels; the map is never stored. Same operands and
 * options.
 *
 * @returns a number, or N of them
 */
export const ssim = <M extends Maps>(x: M, y: Beside<M>, options: ops.SsimOptions & Stoppable = {}): Promise<EachOf<M>> =>
  eachOf('ssim', x, { x, y }, options, (t) => ops.ssim(t.x, t.y, spanned('ssim', x, y, options)));

/**
 * Multi-scale structural similarity (Wang, Simoncelli and Bovik 2003): for every channel the product of the levels' mean contrast and
 * structure, the coarsest with the luminance as well, each to the power of its weight and not below 0; then the mean over the channels.
 *
 * @param x one picture, or f32 `[N C H W]`; the shorter side longer than (size − 1) · 2^(levels − 1): 161 pixels at least, by default
 * @param y of the same extents
 * @param options preset: `piq` (the default) or `pytorch-msssim`; weights: of the levels, default `msSsimWeights`
 * @returns from 0 to 1: a number, or N of them
 */
export const msSsim = <M extends FloatMaps>(x: M, y: Beside<M>, options: ops.MsSsimOptions & Stoppable = {}): Promise<EachOf<M>> =>
  eachOf('msSsim', x, { x, y }, options, (t) => ops.msSsim(t.x, t.y, spanned('msSsim', x, y, options)));

/**
 * Multi-scale structural similarity of the neighbourhood of each pixel: the product of the levels' maps, each to the power of its
 * weight and not below 0, those of smaller levels brought to the picture's extents bilinearly.
 *
 * @param x one picture, or f32 `[N C H W]`; at least 2^(levels − 1) by 2^(levels − 1)
 * @param y of the same extents
 * @param options as of `ssimMap`, with a border that covers the picture; weights: of the levels, default `msSsimWeights`
 * @returns as many channels, from 0 to 1
 */
export const msSsimMap = <M extends FloatMaps>(
  x: M,
  y: Beside<M>,
  options: ops.SsimOptions & { weights?: readonly number[] } & Stoppable = {},
): Promise<MapsLike<M>> => mapOf('msSsimMap', x, { x, y }, options, (t) => ops.msSsimMap(t.x, t.y, spanned('msSsimMap', x, y, options)));

/**
 * Gradient magnitude similarity of each channel (Xue et al. 2014): (2ab + c) / (a² + b² + c), with the magnitudes a and b of the
 * responses to Prewitt's operator over 3, zeros beyond the border. 1 where both are alike.
 *
 * @param x one picture, or `[N C H W]`; f64 is computed in f64
 * @param y of the same extents
 * @param options c: default 0.0026, for pictures from 0 to 1
 * @returns as many channels
 */
export const gmsMap = <M extends Maps>(x: M, y: Beside<M>, { signal, ...options }: ops.GmsOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('gmsMap', x, { x, y }, { signal }, (t) => ops.gmsMap(t.x, t.y, options));

/**
 * The multi-scale error map of RIAD (Zavrtanik et al. 2021): 1 − the mean over scales and channels of `gmsMap`, those of smaller scales
 * brought to the picture's extents bilinearly. 0 where both are alike.
 *
 * @param x one picture, or f32 `[N C H W]`, from 0 to 1
 * @param y of the same extents
 * @param options scales: default 3; and those of `gmsMap`
 * @returns one channel
 */
export const msgmsMap = <M extends FloatMaps>(x: M, y: Beside<M>, { signal, ...options }: ops.MsgmsOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('msgmsMap', x, { x, y }, { signal }, (t) => ops.msgmsMap(t.x, t.y, options));

/** 1 − the mean over scales of the mean of `gmsMap`: RIAD's loss. Operands and options of `msgmsMap`; a number, or N of them. */
export const msgms = <M extends FloatMaps>(x: M, y: Beside<M>, { signal, ...options }: ops.MsgmsOptions & Stoppable = {}): Promise<EachOf<M>> =>
  eachOf('msgms', x, { x, y }, { signal }, (t) => ops.msgms(t.x, t.y, options));

/**
 * Gradient magnitude similarity deviation (Xue et al. 2014), as piq computes it: the population standard deviation of the map of luma,
 * halved once, with c = 170 / 255². 0 where both are alike.
 *
 * @param x one picture, or f32 `[N C H W]`; of one or three channels, at least 2 by 2
 * @param y of the same extents
 * @param options range: what the numbers span, default 1; of pictures of 8 or 16 bits it is known
 * @returns a number, or N of them
 */
export const gmsd = <M extends FloatMaps>(x: M, y: Beside<M>, options: { range?: number } & Stoppable = {}): Promise<EachOf<M>> =>
  eachOf('gmsd', x, { x, y }, options, (t) => ops.gmsd(t.x, t.y, spanned('gmsd', x, y, options)));

/**
 * Multi-scale gradient magnitude similarity deviation (Zhang et al. 2017), as piq computes it: the root of the weighted sum of the squared
 * deviations of luma over four scales, with c = 170 and the masking coefficient 0.5. Operands and options as of `gmsd`, at least 17 by 17.
 */
export const msGmsd = <M extends FloatMaps>(x: M, y: Beside<M>, options: { range?: number } & Stoppable = {}): Promise<EachOf<M>> =>
  eachOf('msGmsd', x, { x, y }, options, (t) => ops.msGmsd(t.x, t.y, spanned('msGmsd', x, y, options)));

/**
 * The squared error of the reconstruction of a partly corrupted picture, averaged apart over what was clean and what was corrupted:
 * (1 − λ) / ‖1 − M‖₁ · ‖(1 − M)(f − x)‖² + λ / ‖M‖₁ · ‖M (f − x)‖², each sum over all pictures; a term whose area is empty is 0
 * (Bauer, Nakajima and Müller, Mathematics 2024, 12(24), 3988).
 *
 * @param prediction f, one picture, or f32 `[N C H W]`
 * @param target x, of the same extents
 * @param mask M, one channel or `[N 1 H W]`: 0 where clean, 1 where corrupted, or between
 * @param lambda the weight of the corrupted area, 0 to 1; default 0.1
 * @returns the loss, and the clean and the corrupted term
 */
export async function twoAreaSquaredError<M extends FloatMaps>(
  prediction: M,
  target: Beside<M>,
  mask: Beside<M>,
  lambda = 0.1,
  options: Stoppable = {},
): Promise<{ loss: number; terms: Float32Array }> {
  const operands = { prediction, target, mask };
  const { loss, terms } = await compute('twoAreaSquaredError', operands, options, (t) => ops.twoAreaSquaredError(t.prediction, t.target, t.mask, lambda));
  return { loss: number(loss), terms: list(terms) };
}

/**
 * Each channel filtered by a Gaussian.
 *
 * @param x one picture, or `[N C H W]`, of any extents; f64 is computed in f64
 * @param sigma standard deviation in pixels, at least 0 (which changes nothing)
 * @param options truncate: deviations at which the filter is cut off, default 4; border: what lies beyond, default `symmetric`
 * @returns the same extents
 */
export const gaussianBlur = <M extends Maps>(x: M, sigma: number, { signal, ...options }: ops.BlurOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('gaussianBlur', x, { x }, { signal }, (t) => ops.gaussianBlur(t.x, sigma, options));

/**
 * The mean of `size` by `size` pixels of each channel, applied again and again; its cost does not depend on `size`.
 *
 * @param x one picture, or `[N C H W]`, of any extents, also smaller than the box; f64 is computed in f64
 * @param size odd
 * @param options times: how often, default 1; border: only pixels inside count (`inside`, the default), or the outermost goes on (`replicate`)
 * @returns the same extents
 */
export const boxFilter = <M extends Maps>(x: M, size: number, { signal, ...options }: ops.BoxOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('boxFilter', x, { x }, { signal }, (t) => ops.boxFilter(t.x, size, options));

/**
 * The median of `size` by `size` pixels of each channel; NaN where the window holds one.
 *
 * @param x one picture, or `[N C H W]`, of any extents, also smaller than the window; f64 is computed in f64
 * @param size odd, from 1 to 63
 * @param options border: mirrored about the edge (`symmetric`, the default) or the outermost pixels (`reflect`), or the outermost pixel
 *   (`replicate`)
 * @returns the same extents
 */
export const medianFilter = <M extends Maps>(
  x: M,
  size: number,
  { signal, ...options }: { border?: 'symmetric' | 'reflect' | 'replicate' } & Stoppable = {},
): Promise<MapsLike<M>> => mapOf('medianFilter', x, { x }, { signal }, (t) => ops.medianFilter(t.x, size, options));

/**
 * log10 of the probability that chance alone brings so many numbers of a neighbourhood to the threshold: the tail of the binomial law of
 * (2 radius + 1)² numbers that reach it with `probability` each, beyond how many do, averaged over the channels (Tailanian, Musé and
 * Pardo 2024).
 *
 * @param x one picture, or `[N C H W]`; f64 is computed in f64
 * @param threshold what a number has to reach to be counted
 * @param options probability: default 0.1; radius: default 2; strict: the tail begins above the count, default true; border: default `reflect`
 * @returns one channel, at most 0
 */
export const binomialTailMap = <M extends Maps>(x: M, threshold: number, { signal, ...options }: ops.TailOptions & Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('binomialTailMap', x, { x }, { signal }, (t) => ops.binomialTailMap(t.x, threshold, options));

/**
 * −log10 of the number of false alarms of every pixel (Tailanian, Musé and Pardo 2024, U-Flow): over all scales the sum of
 * −`binomialTailMap` of the squares, less log10 of the number of pixels that were looked at. What lies above `nfaThreshold()` = 0 is
 * expected about once in a normal picture: that threshold is no parameter.
 *
 * @param maps one or several scales, f32, of numbers that are standard normal where the picture is: an error map less its mean over its
 *   deviation on normal pictures
 * @param options window: pixels of the neighbourhood's side, default 5; the rest as of the tensor function
 * @returns one channel of the extents of the first map or of `size`, the larger the more surprising
 */
export function nfaMap<M extends FloatMaps>(maps: M | readonly M[], { signal, ...options }: ops.NfaOptions & Stoppable = {}): Promise<MapsLike<M>> {
  const scales = Array.isArray(maps) ? (maps as readonly M[]) : [maps as M];
  return mapOf('nfaMap', scales[0], numbered('maps', scales), { signal }, (t) => ops.nfaMap(Object.values(t), options));
}
