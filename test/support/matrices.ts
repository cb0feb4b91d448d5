// Matrices of float64 for references: plain loops.
import { type NdArray, nd } from './reference.ts';

export type Matrix = number[][];

export const make = (rows: number, columns: number, value: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => value(i, j)));
export const transposed = (a: Matrix): Matrix => make(a[0]?.length ?? 0, a.length, (i, j) => a[j][i]);
export const product = (a: Matrix, b: Matrix): Matrix => make(a.length, b[0]?.length ?? 0, (i, j) => a[i].reduce((sum, value, k) => sum + value * b[k][j], 0));
export const symmetric = (a: Matrix): Matrix => make(a.length, a.length, (i, j) => (a[i][j] + a[j][i]) / 2);
export const triangleOf = (a: Matrix, upper = false): Matrix => make(a.length, a.length, (i, j) => ((upper ? j >= i : j <= i) ? a[i][j] : 0));

/** The matrices of the last two axes. */
export function matricesOf(x: NdArray): Matrix[] {
  const [rows, columns] = x.shape.slice(-2);
  const count = x.shape.slice(0, -2).reduce((a, b) => a * b, 1);
  return Array.from({ length: count }, (_, b) => make(rows, columns, (i, j) => x.data[(b * rows + i) * columns + j]));
}

export const stack = (shape: readonly number[], list: Matrix[]): NdArray => nd(shape, list.flat(2));

/** f of the matrices of each batch item, under the extents of the first operand unless told otherwise. */
export const perMatrix = (operands: NdArray[], f: (...matrices: Matrix[]) => Matrix, shape: readonly number[] = operands[0].shape): NdArray => {
  const lists = operands.map(matricesOf);
  return stack(
    shape,
    lists[0].map((_, b) => f(...lists.map((list) => list[b]))),
  );
};

export function choleskyOf(a: Matrix): Matrix {
  const l = make(a.length, a.length, () => 0);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i][j];
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
      l[i][j] = i === j ? Math.sqrt(sum) : sum / l[j][j];
    }
  }
  return l;
}

/** x with t x = b, by substitution; the other triangle of t must be zero. */
export function solveTriangle(t: Matrix, b: Matrix): Matrix {
  const n = t.length;
  const x = b.map((row) => [...row]);
  const lower = t.every((row, i) => row.every((value, j) => j <= i || value === 0));
  for (let count = 0; count < n; count++) {
    const i = lower ? count : n - 1 - count;
    for (let c = 0; c < (b[0]?.length ?? 0); c++) {
      for (let k = 0; k < n; k++) if (k !== i) x[i][c] -= t[i][k] * (t[i][k] === 0 ? 0 : x[k][c]);
      x[i][c] /= t[i][i];
    }
  }
  return x;
}

export const identity = (n: number): Matrix => make(n, n, (i, j) => (i === j ? 1 : 0));

/** A triangle well away from singular: the diagonal in 1 … 2, the rest smaller the larger the matrix. */
export const triangleValues = (n: number) => (position: number, uniform: () => number) => {
  const [i, j] = [Math.floor(position / n) % n, position % n];
  return i === j ? 1 + uniform() : ((uniform() - 0.5) * 3) / n;
};

/**
 * Eigenvalues, largest first, and eigenvectors as rows, the largest number of each positive, of which the lower triangle counts: by
 * Jacobi's rotations, slow and as exact as float64 allows.
 */
export function eigen(lower: Matrix): { values: number[]; vectors: Matrix } {
  const n = lower.length;
  const a = make(n, n, (i, j) => lower[Math.max(i, j)][Math.min(i, j)]);
  const vectors = identity(n);
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p][q] === 0) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < n; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
        for (let k = 0; k < n; k++) [vectors[p][k], vectors[q][k]] = [c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]];
      }
    }
    if (a.every((row, i) => row.every((value, j) => i === j || Math.abs(value) < 1e-300))) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((p, q) => a[q][q] - a[p][p]);
  const signed = (row: number[]) => {
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    return row.map((value) => (largest < 0 ? -value : value));
  };
  return { values: order.map((i) => a[i][i]), vectors: order.map((i) => signed(vectors[i])) };
}
