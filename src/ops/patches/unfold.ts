// Patches as vectors, local aggregation, and maps of several layers brought together.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { concat, transpose } from '../nn/layout.ts';
import { type PadMode, pad2d } from '../nn/pad.ts';
import { adaptiveAveragePool2d, averagePool2d } from '../nn/pooling.ts';
import { resize2d } from '../nn/resize2d.ts';

const unfold2dOp: OpFunction<'unfold2d'> = defineOp('unfold2d', {
  backward: ({ x }, dy, attributes) => ({ x: () => unfold2dGradX(dy, { ...attributes, height: x.shape[2], width: x.shape[3] }) }),
});
const unfold2dGradX: OpFunction<'unfold2dGradX'> = defineOp('unfold2dGradX', {
  backward: (_, d, { height, width, ...attributes }) => ({ dy: () => unfold2dOp(d, attributes) }),
});

/** Window, stride and padding of the neighbourhoods. */
export interface UnfoldOptions {
  /** [rows columns], or one number for both; default 1. */
  stride?: number | readonly number[];
  /** [top bottom left right], or one number for all; default 0. */
  padding?: number | readonly number[];
  /** Distance between the numbers of a window; default 1. */
  dilation?: number | readonly number[];
  /** What lies in the padding; default zeros. */
  border?: Exclude<PadMode, 'constant'>;
}

function requireMaps(where: string, x: Tensor): readonly [number, number, number, number] {
  if (x.shape.length !== 4) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N C H W]`);
  return x.shape as unknown as [number, number, number, number];
}

/**
 * The numbers of every window of a picture as its channels. Differentiable, any number of times.
 *
 * @param x `[N C H W]`
 * @param kernel [rows columns] of a window, or one number for both; default 3
 * @returns `[N C·R·S P Q]`, channels in the order channel, row, column; P = ⌊(H + top + bottom − dilation (R − 1) − 1) / stride⌋ + 1
 */
export function unfold2d(x: Tensor, kernel: number | readonly number[] = 3, { border = 'zero', padding = 0, ...options }: UnfoldOptions = {}): Tensor {
  requireMaps('unfold2d', x);
  const padded = border !== 'zero' && padding !== 0;
  return unfold2dOp(padded ? pad2d(x, padding, { mode: border }) : x, { kernel, padding: padded ? 0 : padding, ...options });
}

/** The channel vectors of maps, position by position in the order picture, row, column: `[N C H W]` → `[N·H·W C]`. Differentiable. */
export function toVectors(x: Tensor): Tensor {
  const [n, c, h, w] = requireMaps('toVectors', x);
  return reshape(transpose(x, [0, 2, 3, 1]), [n * h * w, c]);
}

/** What `toVectors` makes of maps of `height` by `width`, back to them: `[N·H·W C]` → `[N C H W]`; a vector `[N·H·W]` gives one channel. */
export function fromVectors(x: Tensor, [height, width]: readonly [height: number, width: number]): Tensor {
  const [rows, channels = 1] = x.shape;
  const pictures = rows / (height * width);
  if (x.shape.length < 1 || x.shape.length > 2 || !Number.isInteger(pictures))
    throw new BlemishError(
      'SHAPE_MISMATCH',
      `fromVectors: x is [${x.shape.join(' ')}]; expected a multiple of ${height * width} rows, for maps of ${height} by ${width}`,
    );
  return transpose(reshape(x, [pictures, height, width, channels]), [0, 3, 1, 2]);
}

/**
 * Mean of every neighbourhood of size × size positions, zeros beyond the border counted: PatchCore's local aggregation as it is
 * mostly implemented. Differentiable.
 *
 * @param x `[N C H W]`
 * @param size odd; default 3
 * @returns the same extents
 */
export function localAverage(x: Tensor, size = 3): Tensor {
  must(Number.isInteger(size) && size >= 1 && size % 2 === 1, `localAverage: size is ${size}; expected an odd positive integer`);
  requireMaps('localAverage', x);
  return size === 1 ? x : averagePool2d(x, size, { stride: 1, padding: (size - 1) / 2 });
}

/**
 * Vectors brought to another dimension by means over bins of neighbouring numbers: bin i of K over D is [⌊i D / K⌋, ⌈(i + 1) D / K⌉).
 * Differentiable.
 *
 * @param x `[M D]`
 * @returns `[M dimension]`
 */
export function poolVectors(x: Tensor, dimension: number): Tensor {
  if (x.shape.length !== 2) throw new BlemishError('SHAPE_MISMATCH', `poolVectors: x is [${x.shape.join(' ')}]; expected [M D]`);
  const [rows, width] = x.shape;
  return reshape(adaptiveAveragePool2d(reshape(x, [1, rows, 1, width]), [1, dimension]), [rows, dimension]);
}

/**
 * PatchCore's aggregation in full (Roth et al. 2022): the neighbourhood of each position as one vector, brought to a preset dimension. The
 * neighbourhoods take size² times the memory of x on the way; give pictures in batches. Differentiable.
 *
 * @param x `[N C H W]`
 * @param options size: odd, default 3; dimension: default 1024
 * @returns `[N dimension H W]`
 */
export function aggregateNeighbourhoods(x: Tensor, { size = 3, dimension = 1024 }: { size?: number; dimension?: number } = {}): Tensor {
  must(Number.isInteger(size) && size >= 1 && size % 2 === 1, `aggregateNeighbourhoods: size is ${size}; expected an odd positive integer`);
  const [, , height, width] = requireMaps('aggregateNeighbourhoods', x);
  return fromVectors(poolVectors(toVectors(unfold2d(x, size, { padding: (size - 1) / 2 })), dimension), [height, width]);
}

/**
 * Maps of several layers as one: all brought to the extents of the first bilinearly (half-pixel centres), and joined along the channels.
 * Differentiable.
 *
 * @param maps `[N C_i H_i W_i]` each
 * @param extents [height width] of the result; default those of the first map
 * @returns `[N ΣC_i H W]`
 */
export function alignMaps(maps: readonly Tensor[], extents?: readonly [height: number, width: number]): Tensor {
  must(maps.length >= 1, 'alignMaps: no map came; expected at least one');
  for (const map of maps) requireMaps('alignMaps', map);
  const [height, width] = extents ?? [maps[0].shape[2], maps[0].shape[3]];
  const aligned = maps.map((map) => (map.shape[2] === height && map.shape[3] === width ? map : resize2d(map, { height, width, mode: 'bilinear' })));
  return aligned.length === 1 ? aligned[0] : concat(aligned, 1);
}
