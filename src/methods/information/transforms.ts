// Changes of place that a network can be asked to recognise: turns by right angles, mirrors, shifts.
import { type Placement, placed } from '../../data/augment.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export type TransformSet = 'rotations' | 'dihedral' | 'geometric';

/** Turned by so many right angles; mirrored left to right before, where `side` is -1. In places of -1 … 1, so that other rectangles than squares are stretched. */
const turned = (turns: number, side = 1): Placement => {
  const [c, s] = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ][turns];
  return [c * side, s, -s * side, c, 0, 0];
};

/** Golan and El-Yaniv 2018: a quarter of the extents. */
const step = 0.25;
const quarters = [0, 1, 2, 3];
const shifts = [0, -1, 1];

const shifted = ([a, b, c, d]: Placement, x: number, y: number): Placement => [a, b, c, d, 2 * step * x, 2 * step * y];
const dihedral = [1, -1].flatMap((side) => quarters.map((turns) => turned(turns, side)));

/** The first of each leaves a picture as it is. */
const sets: Readonly<Record<TransformSet, readonly Placement[]>> = {
  rotations: quarters.map((turns) => turned(turns)),
  dihedral,
  geometric: shifts.flatMap((x) => shifts.flatMap((y) => dihedral.map((one) => shifted(one, x, y)))),
};

export const countOf = (set: TransformSet): number => sets[set].length;

/** f32 [N C H W] → the same, picture n by the transform labels[n]. */
export function transformed(x: Tensor, set: TransformSet, labels: readonly number[]): Tensor {
  return placed(
    x,
    labels.map((label) => sets[set][label]),
    [x.shape[2], x.shape[3]],
  );
}
