// References of reductions: for every result, the list of numbers that make it.
import { at, build, eachIndex, type NdArray, nd } from './reference.ts';

/** Which axes are reduced: those named (negative from the end), or all. */
export function reducedOf(shape: readonly number[], axes: readonly number[]): boolean[] {
  return shape.map((_, axis) => axes.length === 0 || axes.includes(axis) || axes.includes(axis - shape.length));
}

/** Extents with 1 for every reduced axis. */
export const keptOf = (shape: readonly number[], axes: readonly number[]): number[] => shape.map((n, axis) => (reducedOf(shape, axes)[axis] ? 1 : n));

export const outShape = (shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] =>
  keepDims ? keptOf(shape, axes) : shape.filter((_, axis) => !reducedOf(shape, axes)[axis]);

/** For every element, the result that it belongs to; results counted in row-major order. */
export function groupOf(shape: readonly number[], axes: readonly number[]): number[] {
  const kept = keptOf(shape, axes);
  const out: number[] = [];
  eachIndex(shape, (index) =>
    out.push(
      at(
        kept,
        index.map((i, axis) => (kept[axis] === 1 ? 0 : i)),
      ),
    ),
  );
  return out;
}

/** fold(the numbers of one result, in row-major order) for every result. */
export function reduceWith(x: NdArray, axes: readonly number[], keepDims: boolean, fold: (numbers: number[]) => number): NdArray {
  const shape = outShape(x.shape, axes, keepDims);
  const groups: number[][] = Array.from(nd(shape).data, () => []);
  groupOf(x.shape, axes).forEach((group, position) => groups[group].push(x.data[position]));
  return nd(shape, groups.map(fold));
}

/** value(number, numbers of its group, group, place in the group) for every element. */
export function mapGroups(x: NdArray, axes: readonly number[], value: (x: number, group: number[], index: number, place: number) => number): NdArray {
  const belongs = groupOf(x.shape, axes);
  const groups: number[][] = [];
  const places = belongs.map((group, position) => {
    groups[group] ??= [];
    return groups[group].push(x.data[position]) - 1;
  });
  const out = build(x.shape, () => 0);
  belongs.forEach((group, position) => {
    out.data[position] = value(x.data[position], groups[group], group, places[position]);
  });
  return out;
}

export const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
