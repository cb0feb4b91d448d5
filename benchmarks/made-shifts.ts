// Normal pictures changed as wholes into ones that are not normal: what a one-class method is chosen by where no abnormal picture may be looked at.
import { corruptions } from '../src/corruptions/index.ts';
import { type Placement, placed } from '../src/data/augment.ts';
import { resolveHypers } from '../src/hyper.ts';
import { Random, type Tensor, tensor } from '../src/index.ts';
import { add, affine, concat, gaussianBlur, gridSample, mul, normal, slice, transpose } from '../src/ops/index.ts';

const seed = 99;

/** Pictures f32 [N C H W] with every one of them by a placement of its own. */
const moved = (x: Tensor, placement: (i: number) => Placement): Tensor =>
  placed(
    x,
    Array.from({ length: x.shape[0] }, (_, i) => placement(i)),
    [x.shape[2], x.shape[3]],
  );

/** The first part of x and the rest of y along an axis. */
function joined(x: Tensor, y: Tensor, axis: 2 | 3): Tensor {
  const half = Math.floor(x.shape[axis] / 2);
  const part = (of: Tensor, from: number, length: number) =>
    slice(
      of,
      of.shape.map((_, a) => (a === axis ? from : 0)),
      of.shape.map((n, a) => (a === axis ? length : n)),
    );
  return concat([part(x, 0, half), part(y, half, x.shape[axis] - half)], axis);
}

function elastic(x: Tensor): Tensor {
  const [count, , height, width] = x.shape;
  const centres = Array.from({ length: height * width }, (_, p) => [(2 * (p % width) + 1) / width - 1, (2 * Math.floor(p / width) + 1) / height - 1]).flat();
  const field = gaussianBlur(normal([count, 2, height, width], new Random(seed)), width / 7);
  return gridSample(x, add(tensor(centres, [1, height, width, 2]), affine(transpose(field, [0, 2, 3, 1]), { scale: 6 })), { padding: 'reflection' });
}

/** A square of about three tenths of the sides at a place of its own, made black. */
function erased(x: Tensor): Tensor {
  const [count, , height, width] = x.shape;
  const random = new Random(seed);
  const side = Math.round(0.29 * Math.min(height, width));
  const from = (extent: number) => Math.floor(0.2 * extent) + random.integer(Math.max(1, Math.floor(0.6 * extent) - side));
  const kept = Array.from({ length: count }, () => {
    const [top, left] = [from(height), from(width)];
    return Array.from({ length: height * width }, (_, p) => {
      const [row, column] = [Math.floor(p / width) - top, (p % width) - left];
      return row >= 0 && row < side && column >= 0 && column < side ? 0 : 1;
    });
  });
  return mul(x, tensor(Float32Array.from(kept.flat()), [count, 1, height, width]));
}

const sign = (i: number) => (i % 2 ? 1 : -1);
const tilt = 0.6;

/** By name: pictures f32 [N C H W] within 0 … 1 and as many others of their class → what neither is. Tensors of the scope around. */
export const shifts: Readonly<Record<string, (x: Tensor, others: Tensor) => Tensor>> = {
  halves: (x, y) => joined(x, y, 2),
  sides: (x, y) => joined(x, y, 3),
  shear: (x) => moved(x, (i) => [1, 0, sign(i) * 0.5, 1, 0, 0]),
  squeeze: (x) => moved(x, (i) => (i % 2 ? [1.5, 0, 0, 1, 0, 0] : [1, 0, 0, 1.5, 0, 0])),
  tilt: (x) => moved(x, (i) => [Math.cos(tilt), sign(i) * Math.sin(tilt), -sign(i) * Math.sin(tilt), Math.cos(tilt), 0, 0]),
  elastic,
  erase: erased,
  'mean of two': (x, y) => affine(add(x, y), { scale: 0.5 }),
  mixture: (images, donors) => {
    const { hyper, apply } = corruptions.mixture;
    return apply({ images, donors, random: new Random(seed) }, resolveHypers('mixture', hyper, { clean: 0 })).image;
  },
};
