// Principal components of vectors that come in batches: projection, whitening, and what they leave over.
import { reshape } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import { keep, scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { toFloat } from '../nn/convert.ts';
import { mul, sub } from '../nn/elementwise.ts';
import { slice } from '../nn/layout.ts';
import { matmul } from '../nn/matmul.ts';
import { symmetricEigen, symmetricFromTriangle } from './eigen.ts';
import { addToMoments } from './gaussians.ts';

/** Principal components; the tensors are the caller's to dispose. */
export interface PrincipalComponents {
  /** `[D]` */
  mean: Tensor;
  /** `[K D]`: directions of unit length, by falling variance; the largest number of each is positive. */
  components: Tensor;
  /** `[K]`: variances along them, with n − 1 below the line. */
  variances: Tensor;
  /** Of all D directions together. */
  totalVariance: number;
}

/** How many components are kept. */
export interface PcaFitOptions {
  /** How many: an integer from 1, or, below 1, the fraction of the variance that they have to hold, at the fewest. Default all. */
  components?: number;
}

/**
 * Principal component analysis of any number of vectors, in one pass. Memory: 4 D (D + 1) + 8 D bytes, and 16 D² for a moment in `fit`. Mean and
 * covariance are added up in float64 about the running mean, and the eigenvalue problem is solved in float64.
 */
export class Pca {
  readonly dimension: number;
  private readonly mean: Tensor;
  private readonly scatter: Tensor;
  private seen = 0;

  constructor(dimension: number) {
    must(Number.isInteger(dimension) && dimension >= 1, `Pca: dimension is ${dimension}; expected a positive integer`);
    const zeros = (extents: number[]) => keep(tensor(new Float64Array(extents.reduce((a, b) => a * b)), extents, { dtype: 'f64' }));
    this.dimension = dimension;
    this.mean = zeros([1, dimension]);
    this.scatter = zeros([1, (dimension * (dimension + 1)) / 2]);
  }

  /** How many vectors were added. */
  get count(): number {
    return this.seen;
  }

  /** Adds the rows of x `[n D]`. */
  add(x: Tensor): void {
    if (x.shape.length !== 2 || x.shape[1] !== this.dimension)
      throw new BlemishError('SHAPE_MISMATCH', `Pca.add: x is [${x.shape.join(' ')}]; expected [n ${this.dimension}]`);
    const [rows] = x.shape;
    scope(() => addToMoments(reshape(x, [rows, this.dimension, 1, 1]), { mean: this.mean, scatter: this.scatter }, this.seen));
    this.seen += rows;
  }

  /** The components of all vectors so far; more may be added afterwards. NaN among them rejects with NUMERICAL_FAILURE. */
  async fit({ components = this.dimension }: PcaFitOptions = {}): Promise<PrincipalComponents> {
    const { dimension } = this;
    must(this.seen >= 2, `Pca.fit: ${this.seen} vectors were added; expected at least 2`);
    must(
      components > 0 && components <= dimension && (components < 1 || Number.isInteger(components)),
      `Pca.fit: components is ${components}; expected an integer from 1 to ${dimension}, or a fraction of the variance below 1`,
    );
    const [values, vectors] = scope(() => symmetricEigen(symmetricFromTriangle(this.scatter))).map((x) => keep(x));
    try {
      const variances = Float64Array.from(await values.read(), (value) => Math.max(0, value) / (this.seen - 1));
      const totalVariance = variances.reduce((a, b) => a + b, 0);
      const count = components < 1 ? fewest(variances, components * totalVariance) : components;
      return scope(() => ({
        mean: reshape(toFloat(this.mean), [dimension]),
        components: toFloat(reshape(slice(vectors, [0, 0, 0], [1, count, dimension]), [count, dimension])),
        variances: tensor(variances.subarray(0, count), [count]),
        totalVariance,
      }));
    } finally {
      values.dispose();
      vectors.dispose();
    }
  }

  /** Frees its tensors; twice is fine. */
  dispose(): void {
    this.mean.dispose();
    this.scatter.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The fewest leading variances that add up to more than `wanted`, at least one. */
function fewest(variances: Float64Array, wanted: number): number {
  let sum = 0;
  const at = variances.findIndex((variance) => {
    sum += variance;
    return sum > wanted;
  });
  return at < 0 ? variances.length : at + 1;
}

/** Below this fraction of the largest variance a direction is taken for rounding, and whitening gives 0 along it. */
const negligible = 1e-10;

async function scalesOf(variances: Tensor): Promise<Float32Array> {
  const numbers = await variances.read();
  return Float32Array.from(numbers, (value) => (value > negligible * numbers[0] ? 1 / Math.sqrt(value) : 0));
}

/**
 * The matrix with which `pcaProject` gives coordinates of variance 1: the components over the roots of their variances; 0 for those whose
 * variance is less than 1e-10 of the largest.
 *
 * @returns `[K D]`, in place of `components`; the caller's to dispose
 */
export async function whitenedComponents({ components, variances }: Pick<PrincipalComponents, 'components' | 'variances'>): Promise<Tensor> {
  const scales = await scalesOf(variances);
  return scope(() => mul(components, tensor(scales, [scales.length, 1])));
}

/**
 * Coordinates of vectors along the components. Differentiable.
 *
 * @param x `[n D]`
 * @returns `[n K]`
 */
export function pcaProject(x: Tensor, { mean, components }: Pick<PrincipalComponents, 'mean' | 'components'>): Tensor {
  return matmul(sub(x, mean), components, { transposeB: true });
}

/**
 * What the components leave over of each vector: x − mean less its projection. Its length is the feature reconstruction error.
 * Differentiable.
 *
 * @param x `[n D]`
 * @returns `[n D]`
 */
export function pcaResidual(x: Tensor, { mean, components }: Pick<PrincipalComponents, 'mean' | 'components'>): Tensor {
  const centred = sub(x, mean);
  return sub(centred, matmul(matmul(centred, components, { transposeB: true }), components));
}
