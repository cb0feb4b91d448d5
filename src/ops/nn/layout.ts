// Extents and order: reshape, concat, slice, transpose and what is made of them; no number changes.
import { defineOp, type OpFunction, type Outline, reshape } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { pad } from './pad.ts';

export { detach, reshape } from '../../autograd/define-op.ts';

/** A copy in plain layout. */
export const reorderLayout = defineOp('reorderLayout', { backward: (_, dy) => ({ x: () => dy }) });

const concatRaw = defineOp('concat', {
  backward: ({ xs }, dy, { axis }) => {
    const parts = xs as unknown as readonly Outline[];
    return {
      xs: (index) => {
        const starts = dy.shape.map(() => 0);
        for (let i = 0; i < index; i++) starts[axis] += parts[i].shape[axis];
        return sliceRaw(dy, { starts, sizes: parts[index].shape });
      },
    };
  },
});

const sliceRaw: OpFunction<'slice'> = defineOp('slice', {
  backward: ({ x }, dy, { starts, steps }) => ({
    // One pass where the slice has no gaps; zeros and then a scattered copy where it has.
    x: () =>
      steps.every((step) => step === 1)
        ? pad(dy, { before: starts, after: x.shape.map((n, axis) => n - starts[axis] - dy.shape[axis]) })
        : sliceGradX(dy, { shape: x.shape, starts, steps }),
  }),
});

/** Zeros of a shape with dy standing where slice would have read it: the gradient of a slice with steps. */
export const sliceGradX: OpFunction<'sliceGradX'> = defineOp('sliceGradX', {
  backward: ({ dy }, d, { starts, steps }) => ({ dy: () => sliceRaw(d, { starts, sizes: dy.shape, steps }) }),
});

const transposeRaw: OpFunction<'transpose'> = defineOp('transpose', {
  backward: (_, dy, { axes }) => ({ x: () => transposeRaw(dy, { axes: axes.map((__, i) => axes.indexOf(i)) }) }),
});

/** An axis counted from the end where negative. */
export function axisOf(where: string, axis: number, rank: number): number {
  must(Number.isInteger(axis) && axis >= -rank && axis < rank, `${where}: axis is ${axis}; expected ${-rank} to ${rank - 1}`);
  return axis < 0 ? axis + rank : axis;
}

/**
 * Joins tensors along an axis; their other extents are equal.
 *
 * @param axis from the end where negative; default 0
 */
export function concat(xs: readonly Tensor[], axis = 0): Tensor {
  const rank = xs[0]?.shape.length ?? 0;
  return concatRaw(xs, { axis: rank ? axisOf('concat', axis, rank) : axis });
}

/**
 * out[i, j, …] = x[starts[0] + i·steps[0], starts[1] + j·steps[1], …] for i < sizes[0], j < sizes[1], …
 *
 * @param starts one per axis, within x
 * @param sizes one per axis; extents of the result
 * @param steps one per axis, not zero, backwards where negative; default all 1
 */
export function slice(x: Tensor, starts: readonly number[], sizes: readonly number[], steps: readonly number[] = []): Tensor {
  return sliceRaw(x, { starts, sizes, steps });
}

/** Reorders the axes: axis i of the result is axis `axes[i]` of x. */
export function transpose(x: Tensor, axes: readonly number[]): Tensor {
  return transposeRaw(x, { axes });
}

/** Joins tensors of one shape along a new axis, whose place among the result's axes is `axis`. */
export function stack(xs: readonly Tensor[], axis = 0): Tensor {
  if (!xs.length) throw new BlemishError('INPUT_MISSING', 'stack: xs is empty; expected at least one tensor');
  const shape = xs[0].shape;
  xs.forEach((x, i) => {
    if (x.shape.length === shape.length && x.shape.every((n, k) => n === shape[k])) return;
    throw new BlemishError('SHAPE_MISMATCH', `stack: xs[${i}] is [${x.shape.join(' ')}] but xs[0] [${shape.join(' ')}]; expected equal extents`);
  });
  const at = axisOf('stack', axis, shape.length + 1);
  const single = [...shape.slice(0, at), 1, ...shape.slice(at)];
  return concatRaw(
    xs.map((x) => reshape(x, single)),
    { axis: at },
  );
}

/**
 * Cuts x along an axis.
 *
 * @param sizes how long each part is, together the extent of the axis; or one number: the size of equal parts, the last
 *   of which may be shorter
 */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  const at = axisOf('split', axis, x.shape.length);
  const extent = x.shape[at];
  const whole = (n: number) => Number.isInteger(n) && n >= 0;
  if (typeof sizes === 'number') must(whole(sizes) && sizes > 0, `split: sizes is ${sizes}; expected a positive integer or a list`);
  const list = typeof sizes === 'number' ? Array.from({ length: Math.ceil(extent / sizes) }, (_, i) => Math.min(sizes, extent - i * sizes)) : sizes;
  const total = list.reduce((sum, n) => sum + n, 0);
  if (!list.every(whole) || total !== extent) {
    throw new BlemishError('SHAPE_MISMATCH', `split: sizes [${list.join(' ')}] add up to ${total}; expected ${extent}, axis ${at} of [${x.shape.join(' ')}]`);
  }
  let from = 0;
  return list.map((size) => {
    const starts = x.shape.map((_, k) => (k === at ? from : 0));
    from += size;
    return sliceRaw(x, { starts, sizes: x.shape.map((n, k) => (k === at ? size : n)) });
  });
}

/** Reverses the order along the axes. */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => axisOf('flip', axis, x.shape.length));
  const reversed = x.shape.map((n, axis) => list.includes(axis) && n > 0);
  return sliceRaw(x, {
    starts: x.shape.map((n, axis) => (reversed[axis] ? n - 1 : 0)),
    sizes: x.shape,
    steps: x.shape.map((_, axis) => (reversed[axis] ? -1 : 1)),
  });
}

/** The whole of x, `repeats[i]` times along axis i. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  must(
    repeats.length === x.shape.length && repeats.every((n) => Number.isInteger(n) && n >= 1),
    `tile: repeats is [${repeats.join(' ')}]; expected ${x.shape.length} positive integers`,
  );
  const after = x.shape.map((n, axis) => n * (repeats[axis] - 1));
  return pad(x, { before: x.shape.map(() => 0), after, mode: 'circular' });
}

function imageShape(where: string, x: Tensor): readonly number[] {
  if (x.shape.length !== 4) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N C H W]`);
  return x.shape;
}

/** [N C·f·f H W] → [N C H·f W·f]: channels (c, i, j) become the pixels (i, j) of a block. Shi et al. 2016. */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [n, c, h, w] = imageShape('pixelShuffle', x);
  must(
    Number.isInteger(factor) && factor >= 1 && c % (factor * factor) === 0,
    `pixelShuffle: factor is ${factor} for ${c} channels; expected a positive integer whose square divides them`,
  );
  const channels = c / (factor * factor);
  const parts = reshape(x, [n, channels, factor, factor, h, w]);
  return reshape(transposeRaw(parts, { axes: [0, 1, 4, 2, 5, 3] }), [n, channels, h * factor, w * factor]);
}

/** [N C H W] → [N C·f·f H/f W/f]: undoes `pixelShuffle`. */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const [n, c, h, w] = imageShape('pixelUnshuffle', x);
  must(
    Number.isInteger(factor) && factor >= 1 && h % factor === 0 && w % factor === 0,
    `pixelUnshuffle: factor is ${factor} for ${h} by ${w} pixels; expected a positive integer that divides both`,
  );
  const parts = reshape(x, [n, c, h / factor, factor, w / factor, factor]);
  return reshape(transposeRaw(parts, { axes: [0, 1, 3, 5, 2, 4] }), [n, c * factor * factor, h / factor, w / factor]);
}

/** A copy in the private channel-blocked layout where the channels allow it: lets a test feed that layout to any operation. */
export const blockLayout = defineOp('blockLayout', { backward: (_, dy) => ({ x: () => dy }) });
