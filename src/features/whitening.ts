// Vectors made standard normal, as far as two moments go: by those of normal pictures, or by those of the picture itself.
import { Module } from '../nn/module.ts';
import type { State } from '../nn/state.ts';
import {
  add,
  affine,
  cholesky,
  concat,
  matmul,
  maximum,
  mean,
  mul,
  reshape,
  slice,
  sub,
  toFloat,
  toVectors,
  transpose,
  triangularSolve,
} from '../ops/index.ts';
import { keep, scope } from '../tensor/scope.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { Gaussians } from './gaussians.ts';
import { within } from './source.ts';

/** Added to the variances, as a share of their mean: directions that hardly vary are not blown up. */
const ridge = 1e-3;

const eye = (n: number): Tensor =>
  tensor(
    Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
    [n, n],
  );

/** The Cholesky factor of a covariance f32 [C C], made definite. */
function factorOf(covariance: Tensor): Tensor {
  const [channels] = covariance.shape;
  const unit = eye(channels);
  const level = maximum(affine(mean(mul(covariance, unit)), { scale: channels * ridge, shift: 0 }), 1e-12);
  return cholesky(add(covariance, mul(unit, level)));
}

/** Maps f32 [N C P Q] → f32 [N C P Q], L⁻¹ (x - mean) where L Lᵀ is the covariance: uncorrelated, of variance one. */
export class Whitening extends Module {
  readonly moments: Gaussians;
  // No members of the module: they follow from the moments.
  #fitted: { readonly mean: Tensor; readonly factor: Tensor } | null = null;

  /** @param learnt its own arrays, of a network that is read from a file */
  constructor(channels: number, learnt: State | null) {
    super();
    this.moments = new Gaussians(channels, within(learnt, 'moments'));
  }

  /** Takes in maps of normal pictures. */
  observe(maps: Tensor): void {
    scope(() => this.moments.addVectors(toVectors(maps)));
    this.release();
  }

  private fitted(): { readonly mean: Tensor; readonly factor: Tensor } {
    this.#fitted ??= scope(() => {
      const covariance = this.moments.covariance();
      const [, channels] = covariance.shape;
      return { mean: keep(reshape(toFloat(this.moments.mean), [channels, 1])), factor: keep(factorOf(reshape(covariance, [channels, channels]))) };
    });
    return this.#fitted;
  }

  override release(): void {
    this.#fitted?.mean.dispose();
    this.#fitted?.factor.dispose();
    this.#fitted = null;
  }

  override forward(maps: Tensor): Tensor {
    return scope(() => {
      const [n, c, p, q] = maps.shape;
      const columns = reshape(transpose(maps, [1, 0, 2, 3]), [c, n * p * q]);
      const fitted = this.fitted();
      const white = triangularSolve(fitted.factor, sub(columns, fitted.mean));
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
