// Convolutions as layers: plain, transposed, and behind an upsampling by two.
import { must } from '../../errors.ts';
import { conv2d, convTranspose2d, type PadMode, upsampleConv2d } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { defaultBias, defaultWeight, type Initializer } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';

/** Rows and columns; one number for both. */
export type Pair = number | readonly [rows: number, columns: number];
/** Top, bottom, left and right; one number for all. */
export type Sides = number | readonly [top: number, bottom: number, left: number, right: number];

/** One number for both axes, or a pair. */
export const pairOf = (value: Pair): readonly [number, number] => (typeof value === 'number' ? [value, value] : value);
/** Padding as four numbers: top, bottom, left, right. */
export const sidesOf = (value: Sides): readonly [number, number, number, number] => (typeof value === 'number' ? [value, value, value, value] : value);

/** How weights begin. */
export interface WeightOptions {
  /** Where the first weights come from. */
  random: Random;
  /** Whether there is a bias. Default true. */
  bias?: boolean;
  /** Default: uniform within ±1/√fanIn. */
  weightInit?: Initializer;
  /** Default: uniform within ±1/√fanIn of the weight. */
  biasInit?: Initializer;
}

/** How a convolution goes over its input, and how it begins. */
export interface Conv2dLayerOptions extends WeightOptions {
  /** Step of the kernel. Default 1. */
  stride?: Pair;
  /** Pixels added around the picture; 'same' keeps its extents at stride 1. Default 0. */
  padding?: Sides | 'same';
  /** Distance of the kernel's taps. Default 1. */
  dilation?: Pair;
  /** Channels fall into so many groups that do not see one another; `inputs` of them make it depthwise. Default 1. */
  groups?: number;
  /** What the added pixels hold. Default 'zero'. */
  mode?: PadMode;
}

/** Stride, padding and dilation. */
export interface ConvGeometry {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

function mustBeCounts(where: string, counts: Record<string, number | readonly number[]>): void {
  for (const [name, value] of Object.entries(counts)) {
    const list = typeof value === 'number' ? [value] : value;
    must(
      list.every((n) => Number.isSafeInteger(n) && n >= 1),
      `${where}: ${name} is ${list.join(' ')}; expected whole numbers of at least 1`,
    );
  }
}

function mustDivide(where: string, groups: number, counts: Record<string, number>): void {
  for (const [name, value] of Object.entries(counts))
    must(value % groups === 0, `${where}: ${name} is ${value} with ${groups} groups; expected a multiple of the groups`);
}

function samePadding(kernel: readonly [number, number], dilation: readonly [number, number]): readonly [number, number, number, number] {
  const [rows, columns] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  return [Math.floor(rows / 2), Math.ceil(rows / 2), Math.floor(columns / 2), Math.ceil(columns / 2)];
}

/** Makes bias and weight; the weight first, so that equal seeds give equal weights with and without bias. */
function makeWeights(
  shape: readonly number[],
  outputs: number,
  { random, bias = true, weightInit = defaultWeight, biasInit }: WeightOptions,
): [Parameter, Parameter | null] {
  const weight = new Parameter(weightInit(shape, random));
  return [weight, bias ? new Parameter((biasInit ?? defaultBias(shape))([outputs], random)) : null];
}

/** `[N inputs H W]` → `[N outputs P Q]`, P = ⌊(H + top + bottom − dilation·(rows − 1) − 1) / stride⌋ + 1. */
export class Conv2d extends Module {
  /** `[outputs, inputs / groups, rows, columns]` */
  readonly weight: Parameter;
  /** `[outputs]` */
  readonly bias: Parameter | null;
  readonly geometry: ConvGeometry;
  readonly mode: PadMode;

  /** @param kernel rows and columns */
  constructor(
    inputs: number,
    outputs: number,
    kernel: Pair,
    { stride = 1, padding = 0, dilation = 1, groups = 1, mode = 'zero', ...rest }: Conv2dLayerOptions,
  ) {
    super();
    mustBeCounts('Conv2d', { inputs, outputs, kernel, stride, dilation, groups });
    mustDivide('Conv2d', groups, { inputs, outputs });
    const extents = pairOf(kernel);
    must(padding !== 'same' || pairOf(stride).every((n) => n === 1), `Conv2d: padding is 'same' with stride ${pairOf(stride).join(' ')}; expected stride 1`);
    const sides = padding === 'same' ? samePadding(extents, pairOf(dilation)) : sidesOf(padding);
    this.geometry = { stride: pairOf(stride), padding: sides, dilation: pairOf(dilation), groups };
    this.mode = mode;
    [this.weight, this.bias] = makeWeights([outputs, inputs / groups, ...extents], outputs, rest);
  }

  override forward(x: Tensor): Tensor {
    return this.forwardWith(x, this.weight);
  }

  /** As `forward`, with another weight of the same extents. */
  forwardWith(x: Tensor, weight: Tensor): Tensor {
    return conv2d(x, weight, this.bias, { ...this.geometry, mode: this.mode });
  }
}

/** How a transposed convolution goes over its output, and how it begins. */
export interface ConvTranspose2dLayerOptions extends WeightOptions {
  /** Step that the result is spread by. Default 1. */
  stride?: Pair;
  /** Pixels cut from the result's borders. Default 0. */
  padding?: Sides;
  /** Rows and columns added at the bottom and right. Default 0. */
  outputPadding?: Pair;
  /** Distance of the kernel's taps. Default 1. */
  dilation?: Pair;
  /** Default 1. */
  groups?: number;
}

/** `[N inputs H W]` → `[N outputs P Q]`, P = (H − 1)·stride − top − bottom + dilation·(rows − 1) + outputPadding + 1. */
export class ConvTranspose2d extends Module {
  /** `[inputs, outputs / groups, rows, columns]` */
  readonly weight: Parameter;
  /** `[outputs]` */
  readonly bias: Parameter | null;
  readonly geometry: ConvGeometry;
  readonly outputPadding: readonly [number, number];

  /** @param kernel rows and columns */
  constructor(
    inputs: number,
    outputs: number,
    kernel: Pair,
    { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1, ...rest }: ConvTranspose2dLayerOptions,
  ) {
    super();
    mustBeCounts('ConvTranspose2d', { inputs, outputs, kernel, stride, dilation, groups });
    mustDivide('ConvTranspose2d', groups, { inputs, outputs });
    this.geometry = { stride: pairOf(stride), padding: sidesOf(padding), dilation: pairOf(dilation), groups };
    this.outputPadding = pairOf(outputPadding);
    [this.weight, this.bias] = makeWeights([inputs, outputs / groups, ...pairOf(kernel)], outputs, rest);
  }

  override forward(x: Tensor): Tensor {
    return this.forwardWith(x, this.weight);
  }

  /** As `forward`, with another weight of the same extents. */
  forwardWith(x: Tensor, weight: Tensor): Tensor {
    return convTranspose2d(x, weight, this.bias, { ...this.geometry, outputPadding: this.outputPadding });
  }
}

/** How far it enlarges, and how it begins. */
export interface UpsampleConv2dOptions extends WeightOptions {
  /** Zeros around the upsampled picture, fewer than the kernel's extent; 'same' keeps its extents. Default 'same'. */
  padding?: Sides | 'same';
}

/**
 * `[N inputs H W]` → `[N outputs 2H 2W]` with padding 'same': upsampling by two (nearest), then a convolution, at four ninths
 * of its arithmetic for a 3×3 kernel.
 */
export class UpsampleConv2d extends Module {
  /** `[outputs, inputs, rows, columns]` */
  readonly weight: Parameter;
  /** `[outputs]` */
  readonly bias: Parameter | null;
  readonly padding: readonly [number, number, number, number];

  /** @param kernel rows and columns */
  constructor(inputs: number, outputs: number, kernel: Pair, { padding = 'same', ...rest }: UpsampleConv2dOptions) {
    super();
    mustBeCounts('UpsampleConv2d', { inputs, outputs, kernel });
    this.padding = padding === 'same' ? samePadding(pairOf(kernel), [1, 1]) : sidesOf(padding);
    [this.weight, this.bias] = makeWeights([outputs, inputs, ...pairOf(kernel)], outputs, rest);
  }

  override forward(x: Tensor): Tensor {
    return this.forwardWith(x, this.weight);
  }

  /** As `forward`, with another weight of the same extents. */
  forwardWith(x: Tensor, weight: Tensor): Tensor {
    return upsampleConv2d(x, weight, this.bias, { padding: this.padding });
  }
}
