// Changes that leave a normal picture normal: flips, turns, shifts, zoom, light. Seeded, on the device.
import { integer, real, toggle, type ValuesOf } from '../hyper.ts';
import { add, clamp, concat, gridSample, matmul, mul, reshape, slice } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** What a method that learns from augmented pictures declares; all off by default, since only the user knows what stays normal. */
export const augmentations = {
  flipHorizontal: toggle(false, 'mirror half of the training pictures left to right'),
  flipVertical: toggle(false, 'mirror half of the training pictures upside down'),
  rotate: real(0, 180, 0, 'turn training pictures by up to so many degrees either way'),
  shift: real(0, 0.5, 0, 'shift training pictures by up to this share of their extents'),
  zoom: real(0, 0.5, 0, 'scale training pictures by a factor of up to 1 + zoom, or down to its inverse'),
  gain: real(0, 0.5, 0, 'multiply the light of training pictures by 1 - gain … 1 + gain'),
  offset: real(0, 0.5, 0, 'add -offset … offset to the light of training pictures'),
  crop: integer(0, 4096, 0, 'learn from random crops of this side in pixels of the input; 0: whole pictures'),
} as const;

const { crop: _crop, ...whole } = augmentations;

/** The same without crops, for methods whose networks know pictures of one extent alone. */
export const wholeAugmentations = whole;

type Augmentations = ValuesOf<typeof whole> & Partial<Pick<ValuesOf<typeof augmentations>, 'crop'>>;

const within = (random: Random, reach: number) => (2 * random.uniform() - 1) * reach;

/** Positions of pixel centres, homogeneous: f32 [1 H*W 3], in the units of gridSample without aligned corners. */
function centres(height: number, width: number, device: string): Tensor {
  const data = new Float32Array(height * width * 3);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += 3) {
      data[at] = (2 * column + 1) / width - 1;
      data[at + 1] = (2 * row + 1) / height - 1;
      data[at + 2] = 1;
    }
  }
  return tensor(data, [1, height * width, 3], { device });
}

/**
 * From a place in the result to one in the picture, both in -1 … 1 over the extents: (x, y) → (a x + c y + e, b x + d y + f) of [a b c d e f].
 */
export type Placement = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** f32 [N C H W] → [N C rows columns], every picture by its own placement, bilinear; what comes in from outside is mirrored. */
export function placed(x: Tensor, placements: readonly Placement[], [rows, columns]: readonly [rows: number, columns: number]): Tensor {
  const grid = matmul(centres(rows, columns, x.device), tensor(placements.flat(), [placements.length, 3, 2], { device: x.device }));
  return gridSample(x, reshape(grid, [placements.length, rows, columns, 2]), { padding: 'reflection' });
}

/** As the declared changes have it. */
function placement(h: Augmentations, random: Random, height: number, width: number): Placement {
  const angle = (within(random, h.rotate) * Math.PI) / 180;
  const scale = (1 + h.zoom) ** within(random, 1);
  const [right, down] = [h.flipHorizontal && random.uniform() < 0.5 ? -1 : 1, h.flipVertical && random.uniform() < 0.5 ? -1 : 1];
  const [c, s] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  // A turn is one in pixels, so the sides' ratio enters where x and y mix.
  return [c * right, (s * right * width) / height, (-s * down * height) / width, c * down, within(random, 2 * h.shift), within(random, 2 * h.shift)];
}

/** Where in each picture its crop begins, and the crops' extents: all of the picture where none is asked for. */
function windows({ crop = 0 }: Augmentations, random: Random, [count, , height, width]: readonly number[]) {
  const [rows, columns] = crop > 0 ? [Math.min(crop, height), Math.min(crop, width)] : [height, width];
  const begins = Array.from({ length: count }, () => [random.integer(height - rows + 1), random.integer(width - columns + 1)] as const);
  return { rows, columns, begins };
}

/**
 * f32 [N C H W] within 0 … 1 → the same, every picture changed in its own way; or [N C crop crop], where crops are asked for and
 * smaller. What comes in from outside is mirrored. Enqueues only; tensors of the scope around.
 */
export function augment(images: Tensor, h: Augmentations, random: Random): Tensor {
  const [count, channels, height, width] = images.shape;
  return scope(() => {
    let x = images;
    const { rows, columns, begins } = windows(h, random.split('crop'), images.shape);
    if (h.flipHorizontal || h.flipVertical || h.rotate > 0 || h.shift > 0 || h.zoom > 0) {
      // Only what is kept is looked up: the crop's place is one more step before the placement.
      const [sx, sy] = [columns / width, rows / height];
      const placements = begins.map(([top, left], i): Placement => {
        const [xx, xy, yx, yy, ox, oy] = placement(h, random.split(`place${i}`), height, width);
        const [cx, cy] = [(2 * left + columns) / width - 1, (2 * top + rows) / height - 1];
        return [sx * xx, sx * xy, sy * yx, sy * yy, cx * xx + cy * yx + ox, cx * xy + cy * yy + oy];
      });
      x = placed(x, placements, [rows, columns]);
    } else if (rows < height || columns < width) {
      x = concat(
        begins.map(([top, left], i) => slice(x, [i, 0, top, left], [1, channels, rows, columns])),
        0,
      );
    }
    if (h.gain > 0 || h.offset > 0) {
      const light = random.split('light');
      const draw = (reach: number, around: number) =>
        tensor(
          Array.from({ length: count }, () => around + within(light, reach)),
          [count, 1, 1, 1],
          { device: x.device },
        );
      x = clamp(add(mul(x, draw(h.gain, 1)), draw(h.offset, 0)), { min: 0, max: 1 });
    }
    return x === images ? reshape(images, images.shape) : x;
  });
}
