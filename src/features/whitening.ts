// Vectors made standard normal, as far as two moments go: by those of normal pictures, or by those of the picture itself.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import { add, affine, cholesky, concat, copyStep, full, matmul, maximum, mean, mul, reshape, slice, sub, transpose, triangularSolve } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { vectorsOf } from './align.ts';
import { Covariance } from './covariance.ts';

/** Added to the variances, as a share of their mean: directions that hardly vary are not blown up. */
const ridge = 1e-3;

const eye = (n: number): Tensor => tensor(Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)), [n, n]);

/** The Cholesky factor of a covariance f32 [C C], made definite. */
function factorOf(covariance: Tensor): Tensor {
  const [channels] = covariance.shape;
  const unit = eye(channels);
  const level = maximum(affine(mean(mul(covariance, unit)), { scale: channels * ridge, shift: 0 }), 1e-12);
  return cholesky(add(covariance, mul(unit, level)));
}

/** Maps f32 [N C P Q] → f32 [N C P Q], L⁻¹ (x - mean) where L Lᵀ is the covariance: uncorrelated, of variance one. */
export class Whitening extends Module {
  readonly covariance: Covariance;
  /** f32 [C] */
  readonly mean: Tensor;
  /** f32 [C C] */
  readonly factor: Tensor;

  constructor(channels: number, goesOn: boolean) {
    super();
    this.covariance = new Covariance(channels, goesOn);
    this.mean = stateBuffer(full([channels], 0));
    this.factor = stateBuffer(scope(() => eye(channels)));
  }

  /** Takes in maps of normal pictures. */
  observe(maps: Tensor): void {
    scope(() => this.covariance.observe(vectorsOf(maps)));
  }

  async settle(): Promise<void> {
    const { mean, matrix } = await this.covariance.read();
    scope(() => {
      copyStep(this.mean, tensor(Float32Array.from(mean)));
      copyStep(this.factor, factorOf(tensor(Float32Array.from(matrix), this.factor.shape)));
    });
  }

  override forward(maps: Tensor): Tensor {
    return scope(() => {
      const [n, c, p, q] = maps.shape;
      const columns = reshape(transpose(maps, [1, 0, 2, 3]), [c, n * p * q]);
      const white = triangularSolve(this.factor, sub(columns, reshape(this.mean, [c, 1])));
      return transpose(reshape(white, [c, n, p, q]), [1, 0, 2, 3]);
    });
  }

  /** As `forward`, each picture by its own moments: nothing needs to have been learnt. */
  byItself(maps: Tensor): Tensor {
    return scope(() => {
      const [n, c, p, q] = maps.shape;
      const each = Array.from({ length: n }, (_, i) => {
        const columns = reshape(slice(maps, [i, 0, 0, 0], [1, c, p, q]), [c, p * q]);
        const away = sub(columns, mean(columns, 1, { keepDims: true }));
        const covariance = affine(matmul(away, away, { transposeB: true }), { scale: 1 / (p * q) });
        return reshape(triangularSolve(factorOf(covariance), away), [1, c, p, q]);
      });
      return concat(each);
    });
  }
}
