// Patch features on plain arrays: vectors out of maps, nearest vectors, coresets, Gaussians of positions, principal components.
import { BlemishError, must } from '../errors.ts';
import { matmul as product } from '../ops/nn/matmul.ts';
import * as ops from '../ops/patches/index.ts';
import type { Random, RandomKey } from '../tensor/random.ts';
import type { Tensor, TypedArray } from '../tensor/tensor.ts';
import {
  array,
  type Batches,
  compute,
  eachBatch,
  type Float,
  type FloatMaps,
  list,
  type Maps,
  type MapsLike,
  mapOf,
  type NdArray,
  numbered,
  read,
  type Stoppable,
  withTensors,
} from './compute.ts';

export type { GaussianFitOptions, KCentreOptions, NearestOptions, PcaFitOptions, ProjectionOptions, UnfoldOptions } from '../ops/patches/index.ts';
export { johnsonLindenstraussDimension } from '../ops/patches/index.ts';

type Vectors = NdArray<Float32Array>;

function widthOf(where: string, x: Tensor): number {
  if (x.shape.length !== 2) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [n D]`);
  return x.shape[1];
}

function requireSome<T>(where: string, gathered: T | undefined): asserts gathered is T {
  must(gathered, `${where}: no batch came; expected at least one`);
}

/**
 * The numbers of every window of a picture as its channels.
 *
 * @param x one picture, or f32 `[N C H W]`
 * @param kernel [rows columns] of a window, or one number for both; default 3
 * @param options stride, dilation (default 1); padding: [top bottom left right] or one number, default 0, of what `border` says
 * @returns `[N C·R·S P Q]`, channels in the order channel, row, column; P = ⌊(H + top + bottom − dilation (R − 1) − 1) / stride⌋ + 1
 */
export const unfold2d = <M extends FloatMaps>(
  x: M,
  kernel: number | readonly number[] = 3,
  { signal, ...options }: ops.UnfoldOptions & Stoppable = {},
): Promise<MapsLike<M>> => mapOf('unfold2d', x, { x }, { signal }, (t) => ops.unfold2d(t.x, kernel, options));

/** The channel vectors of maps, position by position in the order picture, row, column: one map, or `[N C H W]` → `[N·H·W C]`. */
export const toVectors = async <M extends Maps>(x: M, options: Stoppable = {}): Promise<NdArray<MapsLike<M>['data']>> =>
  array(await compute('toVectors', { x }, options, (t) => ops.toVectors(t.x)));

/** What `toVectors` makes of maps of height by width, back to them: `[N·H·W C]`, or bare numbers for one channel → `[N C H W]`. */
export const fromVectors = async <D extends Float>(
  x: NdArray<D> | D,
  extents: readonly [height: number, width: number],
  options: Stoppable = {},
): Promise<NdArray<D>> => array(await compute('fromVectors', { x }, options, (t) => ops.fromVectors(t.x, extents)));

/**
 * The mean of every neighbourhood of size × size positions, zeros beyond the border counted: PatchCore's local aggregation as it is mostly
 * implemented.
 *
 * @param x one map, or f32 `[N C H W]`
 * @param size odd; default 3
 * @returns the same extents
 */
export const localAverage = <M extends FloatMaps>(x: M, size = 3, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('localAverage', x, { x }, options, (t) => ops.localAverage(t.x, size));

/**
 * Vectors brought to another dimension by means over bins of neighbouring numbers: bin i of K over D is [⌊i D / K⌋, ⌈(i + 1) D / K⌉).
 *
 * @param x f32 `[M D]`
 * @returns `[M dimension]`
 */
export const poolVectors = async (x: Vectors, dimension: number, options: Stoppable = {}): Promise<Vectors> =>
  array(await compute('poolVectors', { x }, options, (t) => ops.poolVectors(t.x, dimension)));

/**
 * PatchCore's aggregation in full (Roth et al. 2022): the neighbourhood of each position as one vector, brought to a preset dimension.
 * On the way it takes size² times the memory of x.
 *
 * @param x one map, or f32 `[N C H W]`
 * @param options size: odd, default 3; dimension: default 1024
 * @returns `[N dimension H W]`
 */
export const aggregateNeighbourhoods = <M extends FloatMaps>(
  x: M,
  { signal, ...options }: { size?: number; dimension?: number } & Stoppable = {},
): Promise<MapsLike<M>> => mapOf('aggregateNeighbourhoods', x, { x }, { signal }, (t) => ops.aggregateNeighbourhoods(t.x, options));

/**
 * Maps of several layers as one: all brought to the extents of the first bilinearly (half-pixel centres), and joined along the channels.
 *
 * @param maps f32 `[N C_i H_i W_i]` each, or one map each
 * @param extents [height width] of the result; default those of the first map
 * @returns `[N ΣC_i H W]`
 */
export const alignMaps = <M extends FloatMaps>(
  maps: readonly M[],
  extents?: readonly [height: number, width: number],
  options: Stoppable = {},
): Promise<MapsLike<M>> => mapOf('alignMaps', maps[0], numbered('maps', maps), options, (t) => ops.alignMaps(Object.values(t), extents));

/**
 * Exact distances to the k nearest vectors of a bank; no matrix of distances is stored. A vector of the bank has distance 0 to itself,
 * exactly. Stops between calls of about half a second.
 *
 * @param x queries, f32 `[Q D]`
 * @param bank f32 `[N D]`, N ≥ k; who asks it again and again is better served by tensors, which stay where they are
 * @param options k: default 1; metric: `l2` (Euclidean, the default) or `cosine` (1 − the cosine); excludeSelf: query i is row i of the bank
 *   and no neighbour of its own
 * @returns distances `[Q k]`, ascending, and rows of the bank `[Q k]`, of equal distances the lower one first; NUMERICAL_FAILURE where a
 *   number is NaN or infinite
 */
export const nearest = (
  x: Vectors,
  bank: Vectors,
  { signal, ...options }: ops.NearestOptions & Stoppable = {},
): Promise<{ distances: NdArray<Float32Array>; indices: NdArray<Int32Array> }> =>
  withTensors('nearest', { x, bank }, { signal }, async (t) => {
    const parts: { distances: NdArray; indices: NdArray }[] = [];
    for (const call of ops.nearestCalls(t.x, t.bank, options)) parts.push(await read(() => ({ ...call() }), signal));
    return { distances: joined(parts.map(({ distances }) => distances)), indices: joined(parts.map(({ indices }) => indices)) };
  });

/** Rows of several arrays as one. */
function joined<D extends TypedArray>(parts: readonly NdArray[]): NdArray<D> {
  if (parts.length === 1) return array(parts[0]);
  const shape = [parts.reduce((rows, part) => rows + part.shape[0], 0), ...parts[0].shape.slice(1)];
  const data = new (parts[0].data.constructor as new (length: number) => D)(shape.reduce((a, b) => a * b));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, shape };
}

/**
 * Picks `count` rows of x by the greedy k-centre (Gonzalez 1985; the coreset of PatchCore): row `first`, then always the row that is
 * farthest from all picks, the lowest of equals; no row twice. At most twice as far from their nearest pick as in the best choice.
 *
 * @param x f32 `[N D]`
 * @param count at most N
 * @param options first: default 0; rows: only so many count; signal and onProgress: between stretches of about half a second
 * @returns the rows in the order of picking, and the distance of each to those before it, infinite for the first; NUMERICAL_FAILURE where a
 *   number is NaN or infinite
 */
export const kCentreGreedy = (x: Vectors, count: number, options: ops.KCentreOptions = {}): Promise<{ indices: Int32Array; radii: Float32Array }> =>
  withTensors('kCentreGreedy', { x }, options, async (t) => {
    const chosen = await ops.kCentreGreedy(t.x, count, options);
    const { indices, radii } = await read(() => ({ ...chosen }));
    return { indices: list(indices), radii: list(radii) };
  });

/** How vectors are chosen for a coreset. */
export interface CoresetOptions extends Omit<ops.StreamingCoresetOptions, 'dimension' | 'projection'>, Omit<ops.KCentreOptions, 'rows' | 'first'> {
  /** f32 `[D P]`: distances between projected vectors choose; the vectors themselves come back. Default none. */
  projection?: Vectors;
}

/**
 * A coreset of `count` vectors among any number that come in batches, in fixed memory: `kCentreGreedy` on all of them while they fit into
 * `bytes`, else what is held is reduced to half each time that the memory is full, and the radii add up to a bound that is told.
 *
 * @param batches f32 `[n D]`, one or as they come
 * @param count how many; fewer where fewer came
 * @param options bytes: default 10⁹; reduceTo: to how many a full memory is reduced; projection
 * @returns vectors `[M D]`; radius: no vector that came lies farther from all of them; exact: whether all fitted; seen: how many came
 */
export const streamingCoreset = (
  batches: Batches<Vectors>,
  count: number,
  { signal, onProgress, projection, ...options }: CoresetOptions = {},
): Promise<{ vectors: Vectors; radius: number; exact: boolean; seen: number }> =>
  withTensors('streamingCoreset', projection ? { projection } : {}, { signal }, async (t: { projection?: Tensor }) => {
    let coreset: ops.StreamingCoreset | undefined;
    try {
      await eachBatch('streamingCoreset', batches, { signal }, (x) => {
        coreset ??= new ops.StreamingCoreset({ dimension: widthOf('streamingCoreset', x), ...t, ...options });
        return coreset.add(x, { signal });
      });
      requireSome('streamingCoreset', coreset);
      const { vectors, ...told } = await coreset.select(count, { signal, onProgress });
      return { vectors: array<Float32Array>(await read(() => vectors)), ...told };
    } finally {
      coreset?.dispose();
    }
  });

/**
 * A Gaussian for every position of feature maps (PaDiM, Defard et al. 2021): mean and covariance of the channel vectors over all
 * pictures, float64 about the running mean. Memory: 4 C (C + 1) + 8 C bytes a position, 8 C + 8 more with `ledoitWolf`.
 *
 * @param batches f32 `[N C H W]` or single maps, one or as they come
 * @param options shrinkage: `none` (the default: scatter / (n − 1)), `ledoitWolf` (2004) or `oas` (Chen et al. 2010); epsilon: added to
 *   the variances, default 0.01 without shrinkage, else 0
 * @returns for P = H W positions: mean `[P C]`; whitening `[P C(C+1)/2]`, inverses of the covariances' Cholesky factors, lower
 *   triangles by columns; amount: how far each was shrunk; logDet: of each covariance. NUMERICAL_FAILURE where a covariance is singular
 */
export const positionGaussians = (
  batches: Batches<FloatMaps>,
  { signal, ...options }: ops.GaussianFitOptions & Stoppable = {},
): Promise<{ mean: Vectors; whitening: Vectors; amount: Float32Array; logDet: Float32Array }> =>
  withTensors('positionGaussians', {}, { signal }, async () => {
    let gaussians: ops.PositionGaussians | undefined;
    try {
      await eachBatch('positionGaussians', batches, { signal }, (x) => {
        gaussians ??= new ops.PositionGaussians(x.shape.slice(1) as [number, number, number], { ledoitWolf: options.shrinkage === 'ledoitWolf' });
        gaussians.add(x);
      });
      requireSome('positionGaussians', gaussians);
      const fitted: ops.PositionGaussians = gaussians;
      const { mean, whitening, amount, logDet } = await read(() => ({ ...fitted.fit(options) }), signal);
      return {
        mean: array<Float32Array>(mean),
        whitening: array<Float32Array>(whitening),
        amount: list<Float32Array>(amount),
        logDet: list<Float32Array>(logDet),
      };
    } finally {
      gaussians?.dispose();
    }
  });

/**
 * Whitenings of covariances from their moments, what `positionGaussians` ends with.
 *
 * @param mean f64 `[P C]`, of which the extents alone count
 * @param scatter f64 `[P C(C+1)/2]`, lower triangles by rows of Σ (x − mean)(x − mean)ᵀ
 * @param fourth f64 `[P]`, Σ |x − mean|⁴, for `ledoitWolf`; else null
 * @param options count: how many vectors; shrinkage and epsilon as above
 * @returns whitening `[P C(C+1)/2]`, amount `[P]`, logDet `[P]`
 */
export async function gaussianWhitening(
  mean: NdArray<Float64Array>,
  scatter: NdArray<Float64Array>,
  fourth: Float64Array | null,
  { signal, ...options }: Parameters<typeof ops.gaussianWhitening>[3] & Stoppable,
): Promise<{ whitening: Vectors; amount: Float32Array; logDet: Float32Array }> {
  const operands = { mean, scatter, ...(fourth && { fourth }) };
  const [whitening, amount, logDet] = await compute('gaussianWhitening', operands, { signal }, (t) =>
    ops.gaussianWhitening(t.mean, t.scatter, t.fourth ?? null, options),
  );
  return { whitening: array(whitening), amount: list(amount), logDet: list(logDet) };
}

/**
 * The Mahalanobis distance of the channel vector at each position to the Gaussian of that position, |w (x − mean)|.
 *
 * @param x one map, or f32 `[N C H W]`
 * @param mean f32 `[P C]`, P = H W, row-major, or 1: one Gaussian for all positions
 * @param whitening f32 `[P C(C+1)/2]`, w, as `positionGaussians` gives it
 * @returns one channel, or `[N 1 H W]`
 */
export const mahalanobisMap = <M extends FloatMaps>(x: M, mean: Vectors, whitening: Vectors, options: Stoppable = {}): Promise<MapsLike<M>> =>
  mapOf('mahalanobisMap', x, { x, mean, whitening }, options, (t) => ops.mahalanobisMap(t.x, t.mean, t.whitening));

/** Principal components; what has one axis is a bare array. */
export interface PrincipalComponents {
  mean: Float32Array;
  /** `[K D]`: directions of unit length, by falling variance; the largest number of each is positive. */
  components: Vectors;
  /** Along the components, with n − 1 below the line. */
  variances: Float32Array;
  /** Of all D directions together. */
  totalVariance: number;
}

/**
 * Principal components of any number of vectors, in one pass: mean and covariance in float64 about the running mean, the eigenvalue
 * problem in float64. Memory: 4 D (D + 1) + 8 D bytes, and 32 D² at the end.
 *
 * @param batches f32 `[n D]`, one or as they come; 2 vectors at least
 * @param options components: how many, or, below 1, the fraction of the variance that they hold at the fewest; default all
 * @returns NUMERICAL_FAILURE where a number is NaN or infinite
 */
export const pca = (batches: Batches<Vectors>, { signal, ...options }: ops.PcaFitOptions & Stoppable = {}): Promise<PrincipalComponents> =>
  withTensors('pca', {}, { signal }, async () => {
    let moments: ops.Pca | undefined;
    try {
      await eachBatch('pca', batches, { signal }, (x) => {
        moments ??= new ops.Pca(widthOf('pca', x));
        moments.add(x);
      });
      requireSome('pca', moments);
      const { totalVariance, ...fitted } = await moments.fit(options);
      const { mean, components, variances } = await read(() => fitted, signal);
      return { mean: list<Float32Array>(mean), components: array<Float32Array>(components), variances: list<Float32Array>(variances), totalVariance };
    } finally {
      moments?.dispose();
    }
  });

/** The matrix with which `pcaProject` gives coordinates of variance 1: components over the roots of their variances, 0 for those below 1e-10 of the largest; `[K D]`. */
export const whitenedComponents = (
  { components, variances }: Pick<PrincipalComponents, 'components' | 'variances'>,
  options: Stoppable = {},
): Promise<Vectors> =>
  withTensors('whitenedComponents', { components, variances }, options, async (t) => {
    const whitened = await ops.whitenedComponents(t);
    return array<Float32Array>(await read(() => whitened));
  });

type Basis = Pick<PrincipalComponents, 'mean' | 'components'>;

/** Coordinates of vectors along the components, (x − mean) Vᵀ: f32 `[n D]` → `[n K]`. */
export const pcaProject = async (x: Vectors, { mean, components }: Basis, options: Stoppable = {}): Promise<Vectors> =>
  array(await compute('pcaProject', { x, mean, components }, options, (t) => ops.pcaProject(t.x, t)));

/** What the components leave over of each vector, (x − mean) − (x − mean) Vᵀ V: f32 `[n D]` → `[n D]`. Its length is the feature reconstruction error. */
export const pcaResidual = async (x: Vectors, { mean, components }: Basis, options: Stoppable = {}): Promise<Vectors> =>
  array(await compute('pcaResidual', { x, mean, components }, options, (t) => ops.pcaResidual(t.x, t)));

/**
 * Eigenvalues, largest first, and eigenvectors of symmetric matrices, computed in float64.
 *
 * @param a f32 or f64 `[… N N]`; only the lower triangle is read
 * @returns values f64 `[… N]`; vectors f64 `[… N N]`: row i belongs to value i, has length 1, and its largest number is positive
 */
export async function symmetricEigen(a: NdArray<Float>, options: Stoppable = {}): Promise<{ values: NdArray<Float64Array>; vectors: NdArray<Float64Array> }> {
  const [values, vectors] = await compute('symmetricEigen', { a }, options, (t) => ops.symmetricEigen(t.a));
  return { values: array(values), vectors: array(vectors) };
}

/** The symmetric matrices `[P N N]` of lower triangles by rows `[P N(N+1)/2]`, f32 or f64, such as the scatter of moments. */
export const symmetricFromTriangle = async <D extends Float>(x: NdArray<D>, options: Stoppable = {}): Promise<NdArray<D>> =>
  array(await compute('symmetricFromTriangle', { x }, options, (t) => ops.symmetricFromTriangle(t.x)));

/**
 * A random matrix r that keeps squared lengths on average: E|x r|² = |x|². Its numbers are ±1/√(density · P), each with probability
 * density / 2, and else 0 (Achlioptas 2003; Li, Hastie and Church 2006). The same seed gives the same matrix everywhere.
 *
 * @param dimension D, of the vectors
 * @param projected P, of their projections `matmul(x, r)`
 * @param source a seeded `Random`
 * @param options density: share of numbers that are not 0, default 1/√D
 * @returns `[D P]`
 */
export const sparseRandomProjection = async (
  dimension: number,
  projected: number,
  source: Random | RandomKey,
  { signal, ...options }: ops.ProjectionOptions & Stoppable = {},
): Promise<Vectors> => array(await compute('sparseRandomProjection', {}, { signal }, () => ops.sparseRandomProjection(dimension, projected, source, options)));

/** The product of matrices, as of vectors and a random projection: f32 `[M D]` and `[D P]` → `[M P]`. */
export const matmul = async (a: Vectors, b: Vectors, options: Stoppable = {}): Promise<Vectors> =>
  array(await compute('matmul', { a, b }, options, (t) => product(t.a, t.b)));
