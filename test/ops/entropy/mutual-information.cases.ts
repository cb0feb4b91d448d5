// Mutual information: lines and spaces, few and many dimensions, ties, coinciding points, nothing given.
import { type Attrs, type OpCase, type OperandSpec, opCases } from '../../support/cases.ts';
import { eigen, make } from '../../support/matrices.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { chebyshev, countOthers, digamma, meanOf, rowsOf, sortedDistances } from './reference.ts';

const result = (local: number[]): NdArray[] => [nd([], [meanOf(local)]), nd([local.length], local)];

function information(x: NdArray, y: NdArray, { k, estimator }: Attrs): NdArray[] {
  const [a, b] = [rowsOf(x), rowsOf(y)];
  const both = a.map((point, i) => [...point, ...b[i]]);
  return result(
    both.map((point, i) => {
      const e = sortedDistances(both, point, chebyshev, i)[k - 1];
      // Larger counts with N, smaller with k, so that what cancels does so here as well.
      const from = (more: number, less: number, counts: number[]) =>
        digamma(a.length) - digamma(Math.max(...counts) + more) - (digamma(Math.min(...counts) + more) - digamma(k)) - less;
      if (estimator === 'ksg1') {
        return from(
          1,
          0,
          [a, b].map((points) => countOthers(points, i, (distance) => distance < e)),
        );
      }
      const near = both.flatMap((other, j) => (j !== i && chebyshev(point, other) <= e ? [j] : []));
      const counts = [a, b].map((points) => {
        const extent = Math.max(...near.map((j) => chebyshev(points[i], points[j])));
        return countOthers(points, i, (distance) => distance <= extent);
      });
      return from(0, 1 / k, counts);
    }),
  );
}

function conditional(x: NdArray, y: NdArray, z: NdArray, { k }: Attrs): NdArray[] {
  const [a, b, c] = [x, y, z].map(rowsOf);
  const beside = (...sets: (readonly number[])[][]) => a.map((_, i) => sets.flatMap((set) => set[i]));
  const all = beside(a, b, c);
  const sets = [beside(a, c), beside(b, c), c];
  return result(
    all.map((point, i) => {
      const e = sortedDistances(all, point, chebyshev, i)[k - 1];
      const [inXz, inYz, inZ] = sets.map((points) => countOthers(points, i, (distance) => (points[0].length ? distance < e : true)));
      return digamma(k) - digamma(inXz + 1) - digamma(inYz + 1) + digamma(inZ + 1);
    }),
  );
}

function corrected(x: NdArray, y: NdArray, { k, alpha }: Attrs): NdArray[] {
  const [a, b] = [rowsOf(x), rowsOf(y)];
  const both = a.map((point, i) => [...point, ...b[i]]);
  const plain = information(x, y, { k, estimator: 'ksg2' })[1].data;
  return result(
    both.map((point, i) => {
      const order = both.map((_, j) => j).sort((p, q) => chebyshev(point, both[p]) - chebyshev(point, both[q]));
      const near = order.slice(0, k + 1);
      const extents = [a, b].map((points) => points[0].length * Math.log(Math.max(...near.map((j) => chebyshev(points[i], points[j])))));
      const box = extents[0] + extents[1];
      const middle = point.map((_, c) => meanOf(near.map((j) => both[j][c])));
      const own = near.map((j) => both[j].map((value, c) => value - middle[c]));
      const { vectors } = eigen(make(point.length, point.length, (p, q) => own.reduce((sum, row) => sum + row[p] * row[q], 0)));
      const turned = vectors.reduce((sum, axis) => sum + Math.log(Math.max(...own.map((row) => Math.abs(row.reduce((dot, v, c) => dot + v * axis[c], 0))))), 0);
      return plain[i] + (Number.isFinite(box) && Number.isFinite(turned) && turned < box + Math.log(alpha) ? box - turned : 0);
    }),
  );
}

const real = (shape: number[], dtype: 'f32' | 'f64' = 'f64'): OperandSpec => ({ shape, dtype });
const whole = (shape: number[], levels: number): OperandSpec => ({ shape, dtype: 'f64', values: (_, uniform) => Math.floor(levels * uniform()) });
/** Points along one line, with a little noise: of two such each tells almost all of the other. */
const ramp = (n: number, d: number, noise: number): OperandSpec => ({
  shape: [n, d],
  dtype: 'f64',
  values: (i, uniform) => ((Math.floor(i / d) * 37) % n) / n + noise * uniform(),
});
const same: OperandSpec = { shape: [40, 1], dtype: 'f64', values: () => 2 };

export default [
  opCases('mutualInformation', {
    reference: ({ x, y }, attrs) => information(x, y, attrs),
    tolerance: 1e-11,
    cases: [
      ...['ksg1', 'ksg2'].flatMap((estimator): OpCase[] => [
        { inputs: { x: real([200, 1]), y: real([200, 1]) }, attrs: { estimator } },
        { inputs: { x: real([2, 1]), y: real([2, 1]) }, attrs: { estimator, k: 1 } },
        { inputs: { x: real([130, 1]), y: real([130, 2]) }, attrs: { estimator, k: 5 } },
        { inputs: { x: real([90, 3], 'f32'), y: real([90, 4], 'f32') }, attrs: { estimator, k: 1 } },
        { inputs: { x: real([75, 6]), y: real([75, 5]) }, attrs: { estimator } },
        { inputs: { x: real([60, 1]), y: real([60, 12]) }, attrs: { estimator } },
        { inputs: { x: whole([150, 1], 9), y: whole([150, 1], 9) }, attrs: { estimator } },
        { inputs: { x: whole([150, 2], 4), y: whole([150, 1], 5) }, attrs: { estimator, k: 2 } },
        { inputs: { x: whole([80, 5], 3), y: whole([80, 5], 3) }, attrs: { estimator } },
        { inputs: { x: same, y: real([40, 1]) }, attrs: { estimator } },
        { inputs: { x: same, y: same }, attrs: { estimator } },
      ]),
      { inputs: { x: real([100000, 1]), y: real([100000, 1]) }, bench: true },
      { inputs: { x: real([100000, 1]), y: real([100000, 1]) }, attrs: { estimator: 'ksg2' }, bench: true },
      { inputs: { x: real([20000, 2]), y: real([20000, 3]) }, bench: true },
    ],
  }),
  opCases('lncMutualInformation', {
    reference: ({ x, y }, attrs) => corrected(x, y, attrs),
    tolerance: 1e-10,
    cases: [
      { inputs: { x: ramp(150, 1, 0.003), y: ramp(150, 1, 0.002) } },
      { inputs: { x: ramp(120, 1, 0.1), y: ramp(120, 2, 0.02) }, attrs: { k: 6, alpha: 0.5 } },
      { inputs: { x: ramp(70, 5, 0.01), y: ramp(70, 5, 0.02) }, attrs: { k: 12 } },
      { inputs: { x: real([100, 1], 'f32'), y: real([100, 1], 'f32') }, attrs: { alpha: 0 } },
      { inputs: { x: same, y: same } },
      { inputs: { x: real([20000, 1]), y: real([20000, 1]) }, bench: true },
    ],
  }),
  opCases('conditionalMutualInformation', {
    reference: ({ x, y, z }, attrs) => conditional(x, y, z, attrs),
    tolerance: 1e-10,
    cases: [
      { inputs: { x: real([150, 1]), y: real([150, 1]), z: real([150, 1]) } },
      { inputs: { x: real([80, 2]), y: real([80, 1]), z: real([80, 3]) }, attrs: { k: 4 } },
      { inputs: { x: real([60, 4], 'f32'), y: real([60, 4], 'f32'), z: real([60, 9], 'f32') } },
      { inputs: { x: whole([90, 1], 5), y: whole([90, 1], 5), z: whole([90, 1], 4) } },
      { inputs: { x: real([70, 1]), y: real([70, 1]), z: real([70, 0]) } },
      { inputs: { x: real([100000, 1]), y: real([100000, 1]), z: real([100000, 1]) }, bench: true },
    ],
  }),
];
