// Where maps stand over a picture: from one grid of positions to another, and back to every pixel.
import { concat, gridSample } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { FeatureLevel } from './source.ts';

/** Positions along both axes: every `stride` pixels, the first at pixel `origin`. */
export type Grid = Pick<FeatureLevel, 'stride' | 'origin'>;

/** Every pixel. */
export const pixelGrid: Grid = { stride: 1, origin: 0 };

/** Coordinates as gridSample takes them, −1 and 1 in the middles of the first and the last position. */
function coordinates(from: Grid, to: Grid, there: number, here: number): Float32Array {
  return Float32Array.from({ length: here }, (_, i) => {
    const position = (to.origin + to.stride * i - from.origin) / from.stride;
    return there === 1 ? 0 : (2 * position) / (there - 1) - 1;
  });
}

/**
 * Maps f32 [N C P Q] of one grid read at the positions of another, bilinearly between four of them, [N C rows columns]. What lies outside
 * is held at the border. Each position is where it truly stands: a network without padding sees less than the picture, and its map,
 * stretched to the picture's extents, would lie beside what it tells of.
 */
export function regrid(maps: Tensor, from: Grid, to: Grid, rows: number, columns: number): Tensor {
  const [n, , p, q] = maps.shape;
  if (from.stride === to.stride && from.origin === to.origin && p === rows && q === columns) return maps;
  return scope(() => {
    const [ys, xs] = [coordinates(from, to, p, rows), coordinates(from, to, q, columns)];
    const grid = new Float32Array(n * rows * columns * 2);
    for (let i = 0; i < n * rows * columns; i++) {
      grid[2 * i] = xs[i % columns];
      grid[2 * i + 1] = ys[Math.floor(i / columns) % rows];
    }
    return gridSample(maps, tensor(grid, [n, rows, columns, 2]), { padding: 'border', alignCorners: true });
  });
}

/** Several levels read at the positions of the first, side by side: [N C₁ + C₂ … P Q]. `made` is what becomes of each before. */
export function aligned(maps: readonly Tensor[], levels: readonly FeatureLevel[], made: (map: Tensor) => Tensor = (map) => map): Tensor {
  if (maps.length === 1) return made(maps[0]);
  const [, , p, q] = maps[0].shape;
  return concat(
    maps.map((map, i) => made(regrid(map, levels[i], levels[0], p, q))),
    1,
  );
}

/** Numbers of a grid's positions, f32 [N 1 P Q], at every pixel of the picture, f32 [N 1 height width]. */
export const toPixels = (map: Tensor, grid: Grid, height: number, width: number): Tensor => regrid(map, grid, pixelGrid, height, width);
