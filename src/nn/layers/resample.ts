// Layers that change how many pixels there are: pooling, resizing; and those that only reshape.
import { must } from '../../errors.ts';
import { adaptiveAveragePool2d, adaptiveMaxPool2d, averagePool2d, maxPool2d, reshape, resize2d } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';
import { type Pair, pairOf, type Sides, sidesOf } from './conv.ts';

/** The window of a pooling. */
export interface PoolOptions {
  /** Default: the kernel, so that windows do not overlap. */
  stride?: Pair;
  /** Default 0. */
  padding?: Sides;
  /** Whether a last, incomplete window counts. Default false. */
  ceilMode?: boolean;
}

/** `[N C H W]` → `[N C P Q]`: the largest number of each window; padding never wins. */
export class MaxPool2d extends Module {
  readonly kernel: readonly [number, number];
  readonly options: { stride: readonly number[]; padding: readonly number[]; ceilMode: boolean };

  constructor(kernel: Pair, { stride = kernel, padding = 0, ceilMode = false }: PoolOptions = {}) {
    super();
    this.kernel = pairOf(kernel);
    this.options = { stride: pairOf(stride), padding: sidesOf(padding), ceilMode };
  }

  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernel, this.options);
  }
}

/** `[N C H W]` → `[N C P Q]`: the mean of each window. */
export class AveragePool2d extends Module {
  readonly kernel: readonly [number, number];
  readonly options: { stride: readonly number[]; padding: readonly number[]; ceilMode: boolean; countIncludePad: boolean };

  /** @param options countIncludePad: whether padding counts in the mean, as zeros; default true */
  constructor(kernel: Pair, { stride = kernel, padding = 0, ceilMode = false, countIncludePad = true }: PoolOptions & { countIncludePad?: boolean } = {}) {
    super();
    this.kernel = pairOf(kernel);
    this.options = { stride: pairOf(stride), padding: sidesOf(padding), ceilMode, countIncludePad };
  }

  override forward(x: Tensor): Tensor {
    return averagePool2d(x, this.kernel, this.options);
  }
}

/** `[N C H W]` → `[N C rows columns]`: means of windows that divide the picture as evenly as possible. */
export class AdaptiveAveragePool2d extends Module {
  readonly extents: readonly [number, number];

  constructor(extents: Pair) {
    super();
    this.extents = pairOf(extents);
  }

  override forward(x: Tensor): Tensor {
    return adaptiveAveragePool2d(x, this.extents);
  }
}

/** `[N C H W]` → `[N C rows columns]`: the largest numbers of windows that divide the picture as evenly as possible. */
export class AdaptiveMaxPool2d extends Module {
  readonly extents: readonly [number, number];

  constructor(extents: Pair) {
    super();
    this.extents = pairOf(extents);
  }

  override forward(x: Tensor): Tensor {
    return adaptiveMaxPool2d(x, this.extents);
  }
}

/** The extents that come out, and the filter. */
export interface ResampleOptions {
  /** Default 'nearest'. */
  mode?: 'nearest' | 'nearestExact' | 'bilinear' | 'bicubic';
  /** Puts the outermost pixel centres onto each other. Default false. */
  alignCorners?: boolean;
  /** Widens the filter when shrinking. Default false. */
  antialias?: boolean;
}

/** `[N C H W]` → `[N C factor·H factor·W]`, rounded down. */
export class Upsample extends Module {
  readonly factor: readonly [number, number];
  readonly options: ResampleOptions;

  constructor({ factor = 2, ...options }: { factor?: Pair } & ResampleOptions = {}) {
    super();
    this.factor = pairOf(factor);
    must(
      this.factor.every((f) => f > 0),
      `Upsample: factor is ${this.factor.join(' ')}; expected positive numbers`,
    );
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    return resize2d(x, { height: Math.floor(x.shape[2] * this.factor[0]), width: Math.floor(x.shape[3] * this.factor[1]), ...this.options });
  }
}

/** `[N C H W]` → `[N C rows columns]`. */
export class Resize extends Module {
  readonly extents: readonly [number, number];
  readonly options: ResampleOptions;

  constructor(extents: Pair, options: ResampleOptions = {}) {
    super();
    this.extents = pairOf(extents);
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    return resize2d(x, { height: this.extents[0], width: this.extents[1], ...this.options });
  }
}

/** Joins the axes from `startAxis` on into one: `[N C H W]` → `[N, C·H·W]`. */
export class Flatten extends Module {
  readonly startAxis: number;

  constructor({ startAxis = 1 }: { startAxis?: number } = {}) {
    super();
    this.startAxis = startAxis;
  }

  override forward(x: Tensor): Tensor {
    const kept = x.shape.slice(0, this.startAxis);
    return reshape(x, [...kept, x.shape.slice(this.startAxis).reduce((product, n) => product * n, 1)]);
  }
}
