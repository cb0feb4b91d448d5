// Structural similarity: maps, means and the named conventions of others.
import { defineOp, type OpFunction, type OpTable, reshape } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { lessEqual, where } from '../nn/compare.ts';
import { affine, mul } from '../nn/elementwise.ts';
import { pad2d } from '../nn/pad.ts';
import { averagePool2d } from '../nn/pooling.ts';
import { powScalar } from '../nn/powers.ts';
import { mean } from '../nn/reduce.ts';
import { resize2d } from '../nn/resize2d.ts';

type Attributes = OpTable['ssimMap']['attrs'];

const ssimMapOp: OpFunction<'ssimMap'> = defineOp('ssimMap', {
  save: ['x', 'y'],
  // The formula is symmetric, so that one gradient serves both operands.
  backward: ({ x, y }, dy, attributes) => ({ x: () => ssimMapGrad(x, y, dy, attributes), y: () => ssimMapGrad(y, x, dy, attributes) }),
});
const ssimMapGrad = defineOp('ssimMapGrad');

const ssimMean: OpFunction<'ssimMean'> = defineOp('ssimMean', {
  save: ['x', 'y'],
  backward: ({ x, y }, dy, attributes) => ({ x: () => ssimMeanGrad(x, y, dy, attributes), y: () => ssimMeanGrad(y, x, dy, attributes) }),
});
const ssimMeanGrad = defineOp('ssimMeanGrad');

interface Preset {
  readonly attributes: Attributes;
  /** Only windows that lie wholly inside count for the mean. */
  readonly whole: boolean;
  /** What the pictures' numbers are assumed to span; null where it has to be said. */
  readonly range: number | null;
  /** Pictures are first averaged down by their shorter side over 256, rounded. */
  readonly shrink?: boolean;
}

/**
 * Conventions by the name of the software that people quote: its window, variance, border and range.
 *
 * - `skimage`: scikit-image's default. Uniform 7 × 7, sample variance, mirrored about the edge; the mean leaves out 3 pixels on each side.
 * - `wang2004`: Wang et al. 2004, and scikit-image with Gaussian weights and population variance. Gaussian of 11, σ 1.5; the mean
 *   leaves out 5 pixels.
 * - `pytorch-msssim`: the same window, only whole windows, range 255.
 * - `piq`: the same, range 1, and pictures are averaged down first where their shorter side is 384 or more.
 * - `kornia`: a full map, mirrored about the outermost pixels, range 1, 1e-12 added to the denominator.
 * - `riad`: a full map with zeros beyond the border, range 1, as reconstruction methods use it.
 */
export const ssimPresets = {
  skimage: { attributes: { window: 'uniform', size: 7, border: 'symmetric', sampleVariance: true }, whole: true, range: null },
  wang2004: { attributes: { border: 'symmetric' }, whole: true, range: null },
  'pytorch-msssim': { attributes: { border: 'valid' }, whole: true, range: 255 },
  piq: { attributes: { border: 'valid' }, whole: true, range: 1, shrink: true },
  kornia: { attributes: { border: 'reflect', epsilon: 1e-12 }, whole: false, range: 1 },
  riad: { attributes: { border: 'zero' }, whole: false, range: 1 },
} as const satisfies Record<string, Preset>;

/** Conventions of other libraries. */
export type SsimPreset = keyof typeof ssimPresets;

/** Window, constants and range of the similarity. */
export interface SsimOptions {
  /** Whose conventions; default `riad`. What follows overrides them. */
  preset?: SsimPreset;
  /** What the pictures' numbers span, 255 for bytes; `skimage` and `wang2004` assume none. */
  range?: number;
  window?: 'gaussian' | 'uniform';
  /** Pixels of the window's side, odd. */
  size?: number;
  /** Of a Gaussian window, in pixels. */
  sigma?: number;
  /** Beyond the picture: zeros, its mirror image about the outermost pixels or about the edge, or only whole windows. */
  border?: 'zero' | 'valid' | 'reflect' | 'symmetric';
  /** Variances times n / (n − 1). */
  sampleVariance?: boolean;
  k1?: number;
  k2?: number;
  /** Whether pictures are averaged down first, as `piq` does. */
  shrink?: boolean;
}

/** The operation's attributes, and the rest of a convention. */
function ssimConvention(where: string, { preset = 'riad', range, shrink, ...own }: SsimOptions): { attributes: Attributes; whole: boolean; shrink: boolean } {
  must(Object.hasOwn(ssimPresets, preset), `${where}: preset is ${JSON.stringify(preset)}; expected ${Object.keys(ssimPresets).join(', ')}`);
  const named: Preset = ssimPresets[preset];
  const span = range ?? named.range;
  must(span !== null, `${where}: preset ${preset} assumes no range; expected one, such as 1 or 255`);
  const attributes: Attributes = { ...named.attributes, range: span };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) attributes[name as 'size'] = value as number;
  return { attributes, whole: own.border === undefined ? named.whole : own.border === 'valid', shrink: shrink ?? named.shrink ?? false };
}

/** As Python rounds: halves to the even side. */
function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  return x - low !== 0.5 ? Math.round(x) : low % 2 === 0 ? low : low + 1;
}

function shrunk(where: string, x: Tensor): Tensor {
  if (x.shape.length !== 4) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N C H W]`);
  const factor = Math.max(1, roundHalfEven(Math.min(x.shape[2], x.shape[3]) / 256));
  return factor === 1 ? x : averagePool2d(x, factor);
}

/**
 * Structural similarity of every pixel's neighbourhood (Wang et al. 2004), for each channel; 1 where both are alike, at least −1.
 * An error map is 1 − its mean over the channels.
 *
 * @param x `[N C H W]`, f32 or f64
 * @param y the same extents
 * @returns `[N C H W]`; smaller by size − 1 where only whole windows count, and for `piq` of the shrunk picture
 */
export function ssimMap(x: Tensor, y: Tensor, options: SsimOptions = {}): Tensor {
  const { attributes, shrink } = ssimConvention('ssimMap', options);
  return shrink ? ssimMapOp(shrunk('ssimMap', x), shrunk('ssimMap', y), attributes) : ssimMapOp(x, y, attributes);
}

/** An error map: 1 − the mean over the channels of `ssimMap`, `[N 1 H W]`. Same operands and options. */
export const ssimErrorMap = (x: Tensor, y: Tensor, options: SsimOptions = {}): Tensor =>
  affine(mean(ssimMap(x, y, options), 1, { keepDims: true }), { scale: -1, shift: 1 });

/** The part of `ssimMap` that leaves out the luminance: (2 σxy + C₂) / (σx² + σy² + C₂). Same operands, options and result. */
export function contrastStructureMap(x: Tensor, y: Tensor, options: SsimOptions = {}): Tensor {
  const { attributes, shrink } = ssimConvention('contrastStructureMap', options);
  const part = { ...attributes, part: 'contrast' } as const;
  return shrink ? ssimMapOp(shrunk('contrastStructureMap', x), shrunk('contrastStructureMap', y), part) : ssimMapOp(x, y, part);
}

/**
 * The mean structural similarity of each picture, over the pixels that the convention counts and over the channels. The map is
 * never stored.
 *
 * @param x `[N C H W]`, f32 or f64
 * @param y the same extents
 * @returns `[N]`
 */
export function ssim(x: Tensor, y: Tensor, options: SsimOptions = {}): Tensor {
  const { attributes, whole, shrink } = ssimConvention('ssim', options);
  const counted = { ...attributes, together: true, ...(whole ? { border: 'valid' as const } : {}) };
  const means = shrink ? ssimMean(shrunk('ssim', x), shrunk('ssim', y), counted) : ssimMean(x, y, counted);
  return reshape(means, [x.shape[0]]);
}

/** Weights of the levels of Wang, Simoncelli and Bovik 2003, from the finest to the coarsest. */
export const msSsimWeights: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/** As of one scale, with the weights of the scales. */
export interface MsSsimOptions {
  /**
   * How a picture of odd extents is halved: `pytorch-msssim` adds a row or column of zeros before the first where that extent is
   * odd, `piq` (the default) repeats the first row and column where either is. Also the range: 255 and 1.
   */
  preset?: 'pytorch-msssim' | 'piq';
  /** What the pictures' numbers span. */
  range?: number;
  /** One for each level; default `msSsimWeights`. */
  weights?: readonly number[];
  /** Pixels of the window's side, odd; default 11. */
  size?: number;
  /** Of the Gaussian window, in pixels; default 1.5. */
  sigma?: number;
  k1?: number;
  k2?: number;
}

function requireWeights(where: string, weights: readonly number[]): void {
  must(
    weights.length >= 1 && weights.every((w) => Number.isFinite(w) && w >= 0),
    `${where}: weights are [${weights.join(' ')}]; expected at least one number, none below 0`,
  );
}

const halvings = {
  'pytorch-msssim': (x: Tensor): Tensor => {
    const [rows, columns] = [x.shape[2] % 2, x.shape[3] % 2];
    return averagePool2d(x, 2, { padding: [rows, rows, columns, columns] });
  },
  piq: (x: Tensor): Tensor => averagePool2d(x.shape[2] % 2 || x.shape[3] % 2 ? pad2d(x, [1, 0, 1, 0], { mode: 'replicate' }) : x, 2),
};

/**
 * Multi-scale structural similarity (Wang, Simoncelli and Bovik 2003) of each picture: for every channel the product of the levels'
 * mean contrast and structure, the coarsest level's mean with the luminance as well, each to the power of its weight and not
 * below 0; then the mean over the channels. A channel with a level below 0 hands back no gradient.
 *
 * @param x `[N C H W]`, f32; the shorter side longer than (size − 1) · 2^(levels − 1): 161 pixels at least, by default
 * @param y the same extents
 * @returns `[N]`, from 0 to 1
 */
export function msSsim(x: Tensor, y: Tensor, { preset = 'piq', weights = msSsimWeights, size = 11, range, ...own }: MsSsimOptions = {}): Tensor {
  must(Object.hasOwn(halvings, preset), `msSsim: preset is ${JSON.stringify(preset)}; expected ${Object.keys(halvings).join(', ')}`);
  requireWeights('msSsim', weights);
  const least = (size - 1) * 2 ** (weights.length - 1) + 1;
  if (x.shape.length !== 4 || Math.min(x.shape[2], x.shape[3]) < least)
    throw new BlemishError(
      'SHAPE_MISMATCH',
      `msSsim: x is [${x.shape.join(' ')}] for ${weights.length} levels and a window of ${size}; expected [N C H W] of at least ${least} by ${least} pixels`,
    );
  const { attributes } = ssimConvention('msSsim', { preset, range, size, ...own });
  return mean(
    weights
      .map((weight, level) => {
        if (level > 0) [x, y] = [halvings[preset](x), halvings[preset](y)];
        return clippedPower(ssimMean(x, y, { ...attributes, part: partOf(level, weights) }), weight);
      })
      .reduce((product, factor) => mul(product, factor)),
    1,
  );
}

/** Contrast and structure on all levels but the last. */
const partOf = (level: number, weights: readonly number[]): 'ssim' | 'contrast' => (level === weights.length - 1 ? 'ssim' : 'contrast');

/** max(x, 0) to a power, whose infinite slope at 0 no gradient sees. A NaN comes through. */
function clippedPower(x: Tensor, exponent: number): Tensor {
  const below = lessEqual(x, 0);
  return where(below, 0, powScalar(where(below, 1, x), { exponent }));
}

/**
 * Multi-scale structural similarity of every pixel's neighbourhood: the product of the levels' maps, each to the power of its weight
 * and not below 0, those of smaller levels brought to the picture's extents bilinearly. Contrast and structure on all levels but the
 * last, which has the luminance too.
 *
 * @param x `[N C H W]`, f32, at least 2^(levels − 1) by 2^(levels − 1); the window may be larger than the smallest level
 * @param y the same extents
 * @param options a convention with a full map (`riad`, the default, `kornia`, or another with a border of its own), and the levels' weights
 * @returns `[N C H W]`, from 0 to 1
 */
export function msSsimMap(x: Tensor, y: Tensor, { weights = msSsimWeights, ...options }: SsimOptions & { weights?: readonly number[] } = {}): Tensor {
  requireWeights('msSsimMap', weights);
  const { attributes } = ssimConvention('msSsimMap', options);
  must(attributes.border !== 'valid', 'msSsimMap: only whole windows count, so that the levels do not cover the picture; expected another border than valid');
  const least = 2 ** (weights.length - 1);
  if (x.shape.length !== 4 || Math.min(x.shape[2], x.shape[3]) < least)
    throw new BlemishError(
      'SHAPE_MISMATCH',
      `msSsimMap: x is [${x.shape.join(' ')}] for ${weights.length} levels; expected [N C H W] of at least ${least} by ${least} pixels`,
    );
  const [, , height, width] = x.shape;
  return weights
    .map((weight, level) => {
      if (level > 0) [x, y] = [averagePool2d(x, 2), averagePool2d(y, 2)];
      const map = clippedPower(ssimMapOp(x, y, { ...attributes, part: partOf(level, weights) }), weight);
      return level > 0 ? resize2d(map, { height, width, mode: 'bilinear' }) : map;
    })
    .reduce((product, factor) => mul(product, factor));
}
