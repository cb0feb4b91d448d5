// A Gaussian for every position of a feature map: streaming moments, shrinkage, Mahalanobis maps.
import { defineOp, type OpFunction, reshape } from '../../autograd/define-op.ts';
import { BlemishError, must } from '../../errors.ts';
import { keep, scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { toFloat } from '../nn/convert.ts';
import { neg } from '../nn/elementwise.ts';
import { concat, slice, transpose } from '../nn/layout.ts';
import { sum } from '../nn/reduce.ts';

/** Adds pictures to moments; `addToMoments` divides the work, `PositionGaussians` keeps the account. */
export const positionMomentsStep: OpFunction<'positionMomentsStep'> = defineOp('positionMomentsStep', 'constant');
/** Whitenings of covariances from their moments; `whitenMoments` divides the work, `PositionGaussians.fit` is the convenient form. */
export const gaussianWhitening: OpFunction<'gaussianWhitening'> = defineOp('gaussianWhitening');

/**
 * Mahalanobis distance of the channel vector at each position to the Gaussian of that position. Differentiable by x and by the mean, with slope
 * 0 where they are equal; `backward` throws TAPE_MISUSED where a tape follows the whitening.
 *
 * @param x `[N C H W]`
 * @param mean `[P C]`, P = H W, row-major, or 1: one Gaussian for all positions
 * @param whitening `[P C(C+1)/2]`, lower triangles w by columns: the distance is |w (x − mean)|
 * @returns `[N 1 H W]`
 */
export const mahalanobisMap: OpFunction<'mahalanobisMap'> = defineOp('mahalanobisMap', {
  save: ['x', 'mean', 'whitening'],
  backward: ({ x, mean, whitening }, dy) => ({
    x: () => mahalanobisMapGradX(x, mean, whitening, dy),
    mean: () => {
      const [positions, channels] = mean.shape;
      const summed = sum(mahalanobisMapGradX(x, mean, whitening, dy), positions === 1 ? [0, 2, 3] : 0);
      return neg(transpose(reshape(summed, [channels, positions]), [1, 0]));
    },
    whitening: () => {
      throw new BlemishError(
        'TAPE_MISUSED',
        'mahalanobisMap: has no gradient by whitening, which is followed by a tape; expected it inside noGrad or detached',
      );
    },
  }),
});
const mahalanobisMapGradX: OpFunction<'mahalanobisMapGradX'> = defineOp('mahalanobisMapGradX');

/** How covariances are kept from being singular. */
export interface GaussianFitOptions {
  /**
   * `none` (the default): scatter / (n − 1), as PaDiM has it; `ledoitWolf` (Ledoit and Wolf 2004) or `oas` (Chen et al. 2010): scatter / n drawn
   * towards a multiple of the identity by an amount estimated at each position, as scikit-learn has both.
   */
  shrinkage?: 'none' | 'ledoitWolf' | 'oas';
  /** Added to the variances; default 0.01 without shrinkage (PaDiM), else 0. */
  epsilon?: number;
}

/** Gaussians ready for `mahalanobisMap`; the tensors are the caller's to dispose. */
export interface FittedGaussians {
  /** `[P C]` */
  mean: Tensor;
  /** `[P C(C+1)/2]`: inverses of the Cholesky factors of the covariances, lower triangles by columns. */
  whitening: Tensor;
  /** `[P]`: how far each covariance was shrunk, 0 to 1. */
  amount: Tensor;
  /** `[P]`: logarithm of the determinant of each covariance. */
  logDet: Tensor;
}

/** Arithmetic of one call that takes about half a second on one core. */
const flopsOfCall = 1e10;
/** Vectors that the kernel adds up together. */
const rowsOfStep = 128;

/** What `positionMomentsStep` adds to; all zeros at first. */
export interface PositionMoments {
  /** f64 `[P C]` */
  readonly mean: Tensor;
  /** f64 `[P C(C+1)/2]` */
  readonly scatter: Tensor;
  /** f64 `[P C]` and `[P]`, both or neither. */
  readonly third?: Tensor | null;
  readonly fourth?: Tensor | null;
}

/** `positionMomentsStep` of any number of pictures x `[N C H W]`, in calls of at most about half a second each. `seen`: pictures before these. */
export function addToMoments(x: Tensor, { mean, scatter, third = null, fourth = null }: PositionMoments, seen: number): void {
  const [pictures, ...extents] = x.shape;
  const [positions, channels] = mean.shape;
  const fit = Math.max(1, Math.floor(flopsOfCall / (channels * (channels + 1) * positions)));
  const most = fit < rowsOfStep ? fit : fit - (fit % rowsOfStep);
  for (let from = 0; from < pictures; from += most) {
    const count = Math.min(most, pictures - from);
    scope(() => {
      const part = count === pictures ? x : slice(x, [from, 0, 0, 0], [count, ...extents]);
      positionMomentsStep(part, mean, scatter, third, fourth, { seen: seen + from });
    });
  }
}

/** `gaussianWhitening` of any number of positions, in calls of at most about half a second each. `count`: pictures in the moments. */
export function whitenMoments(
  { mean, scatter, fourth = null }: PositionMoments,
  count: number,
  { shrinkage = 'none', epsilon = shrinkage === 'none' ? 0.01 : 0 }: GaussianFitOptions = {},
): Pick<FittedGaussians, 'whitening' | 'amount' | 'logDet'> {
  const [positions, channels] = mean.shape;
  const most = Math.max(1, Math.floor(flopsOfCall / channels ** 3));
  return scope(() => {
    const parts: Tensor[][] = [];
    for (let from = 0; from === 0 || from < positions; from += most) {
      const rows = Math.min(most, positions - from);
      const part = (x: Tensor) =>
        rows === positions
          ? x
          : slice(
              x,
              x.shape.map((_, axis) => (axis ? 0 : from)),
              [rows, ...x.shape.slice(1)],
            );
      const fourths = shrinkage === 'ledoitWolf' && fourth ? part(fourth) : null;
      parts.push([...gaussianWhitening(part(mean), part(scatter), fourths, { count, shrinkage, epsilon, from })]);
    }
    const [whitening, amount, logDet] = parts[0].map((first, i) => (parts.length === 1 ? first : concat(parts.map((part) => part[i]))));
    return { whitening, amount, logDet };
  });
}

/**
 * Mean and covariance of the channel vectors at every position, over any number of pictures, in one pass.
 *
 * Memory: 4 C (C + 1) + 8 C bytes for each position, 8 C + 8 more with `ledoitWolf`: 129 MB for 100 channels at 56 by 56 positions. Moments are
 * float64 about the running mean, so that no digit cancels.
 */
export class PositionGaussians {
  readonly shape: readonly [channels: number, height: number, width: number];
  private readonly moments: PositionMoments;
  private seen = 0;

  /**
   * @param shape extents of a map without its pictures
   * @param options ledoitWolf: also keep what that shrinkage needs; default false
   */
  constructor(shape: readonly [channels: number, height: number, width: number], { ledoitWolf = false }: { ledoitWolf?: boolean } = {}) {
    must(
      shape.length === 3 && shape.every((n) => Number.isInteger(n) && n >= 1),
      `PositionGaussians: shape is [${shape.join(' ')}]; expected three positive integers, [C H W]`,
    );
    const [channels, height, width] = shape;
    const positions = height * width;
    const zeros = (...extents: number[]) => keep(tensor(new Float64Array(extents.reduce((a, b) => a * b, 1)), extents, { dtype: 'f64' }));
    this.shape = [channels, height, width];
    this.moments = {
      mean: zeros(positions, channels),
      scatter: zeros(positions, (channels * (channels + 1)) / 2),
      third: ledoitWolf ? zeros(positions, channels) : null,
      fourth: ledoitWolf ? zeros(positions) : null,
    };
  }

  /** How many pictures were added. */
  get count(): number {
    return this.seen;
  }

  /** Adds the pictures of x `[N C H W]`. */
  add(x: Tensor): void {
    if (x.shape.length !== 4 || this.shape.some((n, i) => n !== x.shape[i + 1]))
      throw new BlemishError('SHAPE_MISMATCH', `PositionGaussians.add: x is [${x.shape.join(' ')}]; expected [N ${this.shape.join(' ')}]`);
    addToMoments(x, this.moments, this.seen);
    this.seen += x.shape[0];
  }

  /**
   * The Gaussians of all pictures so far; more may be added afterwards.
   *
   * Where a covariance is not positive definite (no epsilon and fewer pictures than channels, or a channel that never varies), reading the result
   * rejects with NUMERICAL_FAILURE and names the position.
   */
  fit(options: GaussianFitOptions = {}): FittedGaussians {
    must(this.seen >= 1, 'PositionGaussians.fit: no picture was added; expected at least one');
    must(
      options.shrinkage !== 'ledoitWolf' || this.moments.fourth,
      "PositionGaussians.fit: shrinkage is 'ledoitWolf'; expected the option ledoitWolf at construction",
    );
    return scope(() => ({ mean: toFloat(this.moments.mean), ...whitenMoments(this.moments, this.seen, options) }));
  }

  /** Frees its tensors; twice is fine. */
  dispose(): void {
    for (const moment of Object.values<Tensor | null>({ ...this.moments })) moment?.dispose();
  }

  /** For `using`: as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
