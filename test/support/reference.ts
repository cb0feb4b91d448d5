// Arrays of float64 for references: plain loops, nothing clever, so that they stay trustworthy.

export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export function nd(shape: readonly number[], data?: ArrayLike<number>): NdArray {
  const out = { shape: [...shape], data: new Float64Array(sizeOf(shape)) };
  if (data) out.data.set(data);
  return out;
}

/** Calls `visit` with every index of `shape` (one array, reused) and its row-major position. */
export function eachIndex(shape: readonly number[], visit: (index: number[], position: number) => void): void {
  const index = shape.map(() => 0);
  const size = sizeOf(shape);
  for (let position = 0; position < size; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

/** Row-major position of an index. */
export function at(shape: readonly number[], index: readonly number[]): number {
  let position = 0;
  for (let axis = 0; axis < shape.length; axis++) position = position * shape[axis] + index[axis];
  return position;
}

/** An array made element by element. */
export function build(shape: readonly number[], value: (index: number[]) => number): NdArray {
  const out = nd(shape);
  eachIndex(shape, (index, position) => {
    out.data[position] = value(index);
  });
  return out;
}

/** Element of `x` for an index in a shape that x broadcasts to. */
export function broadcastAt(x: NdArray, index: readonly number[]): number {
  const skip = index.length - x.shape.length;
  let position = 0;
  for (let axis = 0; axis < x.shape.length; axis++) position = position * x.shape[axis] + (x.shape[axis] === 1 ? 0 : index[axis + skip]);
  return x.data[position];
}

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    return p === 1 ? q : p;
  });
}
