// Entropy of similarities against eigenvalues by Jacobi's rotations; Gram matrices; eigenvalues themselves.
import { type OpCase, opCases } from '../../support/cases.ts';
import { eigen, type Matrix, make, matricesOf, symmetric } from '../../support/matrices.ts';
import { build, type NdArray, nd } from '../../support/reference.ts';

function normalised(a: Matrix): Matrix {
  return make(a.length, a.length, (i, j) => symmetric(a)[i][j] / Math.sqrt(a[i][i] * a[j][j]));
}

function entropy(a: NdArray, b: NdArray | undefined, alpha: number): NdArray {
  const left = normalised(matricesOf(a)[0]);
  const right = b && normalised(matricesOf(b)[0]);
  const n = left.length;
  const { values } = eigen(make(n, n, (i, j) => (left[i][j] * (right ? right[i][j] : 1)) / n));
  const kept = values.map((value) => Math.max(value, 0)).filter((value) => value > 0);
  if (alpha === 1) return nd([], [-kept.reduce((sum, value) => sum + value * Math.log(value), 0)]);
  return nd([], [Math.log(kept.reduce((sum, value) => sum + value ** alpha, 0)) / (1 - alpha)]);
}

const spd = (n: number, dtype: 'f32' | 'f64' = 'f64') => ({ shape: [n, n], dtype, values: 'spd' as const });
/** Symmetric, of any sign. */
const any = (shape: number[], dtype: 'f32' | 'f64' = 'f64') => ({ shape, dtype });
const work = (n: number) => ({ flops: (4 / 3) * n ** 3 });

export default [
  opCases('matrixRenyiEntropy', {
    reference: ({ a, b }, { alpha }) => entropy(a, b, alpha),
    tolerance: 1e-12,
    work: ({ a }, { alpha }) => (alpha === 2 ? { bytes: 8 * a[0] ** 2 } : work(a[0])),
    cases: [
      ...[0.3, 1, 1.01, 2, 5].flatMap((alpha): OpCase[] => [
        { inputs: { a: spd(1) }, attrs: { alpha } },
        { inputs: { a: spd(9) }, attrs: { alpha } },
        { inputs: { a: spd(23), b: spd(23) }, attrs: { alpha } },
      ]),
      { inputs: { a: spd(12, 'f32') }, attrs: { alpha: 1.5 } },
      { inputs: { a: spd(500) }, attrs: { alpha: 1.01 }, bench: true },
    ],
  }),
  opCases('gaussianGram', {
    reference: ({ x }, { sigma }) =>
      build([x.shape[0], x.shape[0]], ([i, j]) => {
        let sum = 0;
        for (let c = 0; c < x.shape[1]; c++) sum += (x.data[i * x.shape[1] + c] - x.data[j * x.shape[1] + c]) ** 2;
        return Math.exp(-sum / (2 * sigma ** 2));
      }),
    tolerance: 1e-14,
    cases: [
      { inputs: { x: [13, 3] }, attrs: { sigma: 0.7 } },
      { inputs: { x: any([5, 40]) }, attrs: { sigma: 4 } },
      { inputs: { x: [0, 3] }, attrs: { sigma: 1 } },
      { inputs: { x: [4, 0] }, attrs: { sigma: 1 } },
    ],
  }),
];
