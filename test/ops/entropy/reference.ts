// Plain float64 of what the estimators are made of: the digamma function, nearest neighbours by looking at all.
import { normalFrom, type OperandSpec } from '../../support/cases.ts';
import type { NdArray } from '../../support/reference.ts';

export const euler = 0.5772156649015329;

/** ψ at a positive integer. */
export function digamma(n: number): number {
  let sum = -euler;
  for (let i = 1; i < n; i++) sum += 1 / i;
  return sum;
}

export type Point = readonly number[];

export const rowsOf = (x: NdArray): Point[] => Array.from({ length: x.shape[0] }, (_, i) => Array.from(x.data.subarray(i * x.shape[1], (i + 1) * x.shape[1])));

export const chebyshev = (a: Point, b: Point): number => a.reduce((most, value, c) => Math.max(most, Math.abs(value - b[c])), 0);
export const euclidean = (a: Point, b: Point): number => Math.sqrt(a.reduce((sum, value, c) => sum + (value - b[c]) ** 2, 0));

/** Distances from a point to others, smallest first; `skip` is not one of them. */
export function sortedDistances(points: Point[], from: Point, metric: (a: Point, b: Point) => number, skip = -1): number[] {
  return points.flatMap((point, j) => (j === skip ? [] : [metric(from, point)])).sort((a, b) => a - b);
}

/** How many others satisfy a condition on their distance to point i. */
export const countOthers = (points: Point[], i: number, inside: (distance: number) => boolean): number =>
  points.filter((point, j) => j !== i && inside(chebyshev(points[i], point))).length;

export const meanOf = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0) / terms.length;

/** ln Γ(n / 2). */
export function logGammaHalf(n: number): number {
  let sum = n % 2 ? 0.5 * Math.log(Math.PI) : 0;
  for (let i = n % 2 ? 1 : 2; i < n; i += 2) sum += Math.log(i / 2);
  return sum;
}

/** Unit vectors, drawn towards the first axis. */
export function unitVectors(n: number, d: number, towards = 0): OperandSpec {
  let row: number[] = [];
  return {
    shape: [n, d],
    dtype: 'f64',
    values: (i, uniform) => {
      if (i % d === 0) {
        row = Array.from({ length: d }, (_, c) => normalFrom(uniform) + (c ? 0 : towards));
        const length = Math.hypot(...row);
        row = row.map((value) => value / length);
      }
      return row[i % d];
    },
  };
}
