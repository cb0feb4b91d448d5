// Pictures, masks and maps made small enough for a page that holds hundreds of them.
import type { Raster, SmallMap } from './evaluation.ts';

/** Extents within `limit` on both sides with the aspect kept; small pictures stay as they are. */
export function extentsWithin(width: number, height: number, limit: number): { width: number; height: number } {
  const by = Math.min(1, limit / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) };
}

/** `from` pixels under `to` cells: the first pixel of each cell, and the first beyond it. */
const cells = (from: number, to: number): readonly (readonly [first: number, end: number])[] =>
  Array.from({ length: to }, (_, i) => {
    const first = Math.min(from - 1, Math.floor((i * from) / to));
    return [first, Math.max(first + 1, Math.ceil(((i + 1) * from) / to))];
  });

/** The largest number of every cell: a small defect must not vanish between pixels. */
function largest<T extends Float32Array | Uint8Array>(data: T, from: { width: number; height: number }, into: T, to: { width: number; height: number }): T {
  const columns = cells(from.width, to.width);
  cells(from.height, to.height).forEach(([top, bottom], row) => {
    columns.forEach(([left, right], column) => {
      let most = Number.NEGATIVE_INFINITY;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) if (data[y * from.width + x] > most) most = data[y * from.width + x];
      }
      into[row * to.width + column] = most;
    });
  });
  return into;
}

/** A map f32 [height width] made small; every number is the largest of the pixels it stands for. */
export function smallMap(data: Float32Array, width: number, height: number, to: { width: number; height: number }): SmallMap {
  return { data: largest(data, { width, height }, new Float32Array(to.width * to.height), to), ...to };
}

/** A mask u8 [height width] made small; a pixel is marked, 255, if any that it stands for is. */
export function smallMask(data: Uint8Array, width: number, height: number, to: { width: number; height: number }): Raster {
  const small = largest(data, { width, height }, new Uint8Array(to.width * to.height), to);
  return { data: small.map((x) => (x > 0 ? 255 : 0)), ...to, channels: 1 };
}
