// Partitions of a picture's cells into disjoint sets, each of which hides its cells in turn.
import { must } from '../../errors.ts';
import { resize2d } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';

/** A number below `sets` for each of `count` cells, by chance, every set as large as any other, or larger by one. */
export function partition(count: number, sets: number, random: Random): Uint8Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const own = new Uint8Array(count);
  order.forEach((cell, i) => {
    own[cell] = i % sets;
  });
  return own;
}

export interface MaskOptions {
  readonly height: number;
  readonly width: number;
  /** Side of a cell in pixels; divides both extents. */
  readonly cell: number;
  /** How many disjoint sets; at most as many as there are cells. */
  readonly sets: number;
  readonly random: Random;
  readonly device: string;
}

/** f32 [sets 1 H W]: 1 where set s hides the picture; over all sets every pixel is hidden once. */
export function hiddenSets({ height, width, cell, sets, random, device }: MaskOptions): Tensor {
  const [rows, columns] = [height / cell, width / cell];
  must(
    Number.isInteger(rows) && Number.isInteger(columns) && rows * columns >= sets,
    `riad: cells of ${cell} pixels in ${height} by ${width}; expected extents that are multiples of it, with at least ${sets} cells`,
  );
  const own = partition(rows * columns, sets, random);
  const hidden = new Float32Array(sets * own.length);
  own.forEach((set, i) => {
    hidden[set * own.length + i] = 1;
  });
  return resize2d(tensor(hidden, [sets, 1, rows, columns], { device }), { height, width, mode: 'nearest' });
}
