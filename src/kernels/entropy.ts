// Estimates of entropy, information and divergence on plain arrays, and the bounds of them that networks are trained by, as numbers.
import * as ops from '../ops/entropy/index.ts';
import type { TypedArray } from '../tensor/tensor.ts';
import { array, compute, type Float, list, type MapsLike, mapOf, type NdArray, number, type Picture, type Stoppable, spanOf } from './compute.ts';

export type {
  EntropyOptions,
  GaussianEntropyOptions,
  InformationOptions,
  JitterOptions,
  KernelDensityOptions,
  NeighborOptions,
  PatchEntropyOptions,
} from '../ops/entropy/index.ts';

type Points = NdArray<Float>;
type Scores = NdArray<Float32Array>;

/**
 * Differential entropy in nats by the estimator of Kozachenko and Leonenko (1987): ψ(N) − ψ(k) + ln c_D + (D / N) Σ ln ε_i, with the
 * distance ε_i to the k-th nearest other point and the volume c_D of the unit ball; on the unit sphere with areas of caps. Its error
 * falls as N^(−1/D).
 *
 * @param x `[N D]`, N > k points
 * @param options k: default 3; metric: `euclidean` (default), `chebyshev` or `sphere`; duplicates: a point whose k-th neighbour coincides
 *   with it counts −∞ (`infinite`, the default) or 0 (`zero`); jitter: seeded noise that tells such points apart
 * @returns NUMERICAL_FAILURE where a number is NaN or infinite, or vectors are not of unit length (sphere)
 */
export const kozachenkoLeonenko = async (x: Points, { signal, ...options }: ops.EntropyOptions & Stoppable = {}): Promise<number> =>
  number(await compute('kozachenkoLeonenko', { x }, { signal }, (t) => ops.kozachenkoLeonenko(t.x, options)));

/** The terms whose mean `kozachenkoLeonenko` is, −ln of the density at each of N points in nats, large where a point is alone. */
export const localEntropy = async (x: Points, { signal, ...options }: ops.EntropyOptions & Stoppable = {}): Promise<Float64Array> =>
  list(await compute('localEntropy', { x }, { signal }, (t) => ops.localEntropy(t.x, options)));

/**
 * Mutual information in nats by the estimators of Kraskov, Stögbauer and Grassberger (2004), ψ(k) + ψ(N) − ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩
 * (ksg1), with the largest difference of a coordinate as distance. Not clipped; bring x and y to like units first.
 *
 * @param x `[N D]`
 * @param y `[N E]`, of the same kind of number
 * @param options k: default 3; estimator: `ksg1` (default) or `ksg2`; jitter
 * @returns NUMERICAL_FAILURE where a number is NaN or infinite
 */
export const mutualInformation = async (x: Points, y: Points, { signal, ...options }: ops.InformationOptions & Stoppable = {}): Promise<number> =>
  number(await compute('mutualInformation', { x, y }, { signal }, (t) => ops.mutualInformation(t.x, t.y, options)));

/** The terms whose mean `mutualInformation` is, N of them. */
export const localMutualInformation = async (x: Points, y: Points, { signal, ...options }: ops.InformationOptions & Stoppable = {}): Promise<Float64Array> =>
  list(await compute('localMutualInformation', { x, y }, { signal }, (t) => ops.localMutualInformation(t.x, t.y, options)));

/**
 * Mutual information in nats of x and y that depend on each other strongly: ksg2 with the correction for local non-uniformity of Gao, Ver
 * Steeg and Galstyan (2015).
 *
 * @param x `[N D]`
 * @param y `[N E]`, of the same kind of number
 * @param options k: default 5, at least D + E; alpha: how much smaller a neighbourhood has to be along its principal axes to count so, 0
 *   (never) to 1, default 0.25; jitter
 */
export const lncMutualInformation = async (
  x: Points,
  y: Points,
  { signal, ...options }: ops.NeighborOptions & { alpha?: number } & Stoppable = {},
): Promise<number> => number(await compute('lncMutualInformation', { x, y }, { signal }, (t) => ops.lncMutualInformation(t.x, t.y, options)));

/**
 * Mutual information of x and y given z in nats (Frenzel and Pompe 2007), counted as in ksg1:
 * ψ(k) − ⟨ψ(n_xz + 1) + ψ(n_yz + 1) − ψ(n_z + 1)⟩.
 *
 * @param x `[N D]`
 * @param y `[N E]`
 * @param z `[N F]`, all of the same kind of number; with F = 0 it is `mutualInformation`
 */
export const conditionalMutualInformation = async (
  x: Points,
  y: Points,
  z: Points,
  { signal, ...options }: ops.NeighborOptions & Stoppable = {},
): Promise<number> =>
  number(await compute('conditionalMutualInformation', { x, y, z }, { signal }, (t) => ops.conditionalMutualInformation(t.x, t.y, t.z, options)));

/** The terms whose mean `conditionalMutualInformation` is, N of them. */
export const localConditionalMutualInformation = async (
  x: Points,
  y: Points,
  z: Points,
  { signal, ...options }: ops.NeighborOptions & Stoppable = {},
): Promise<Float64Array> =>
  list(await compute('localConditionalMutualInformation', { x, y, z }, { signal }, (t) => ops.localConditionalMutualInformation(t.x, t.y, t.z, options)));

/**
 * Kullback–Leibler divergence D(p ‖ q) in nats of the law p of x from the law q of y (Wang, Kulkarni and Verdú 2009):
 * (D / N) Σ ln(ν_i / ρ_i) + ln(M / (N − 1)), with the distances from x_i to the k-th nearest of y and to the k-th nearest other of x.
 *
 * @param x `[N D]`, N > k
 * @param y `[M D]`, M ≥ k, of the same kind of number
 * @param options k: default 3; metric: `euclidean` (default) or `chebyshev`; jitter
 * @returns not clipped; ∞ where points of x coincide with each other, −∞ where they do with points of y, NUMERICAL_FAILURE where there are both
 */
export const knnDivergence = async (
  x: Points,
  y: Points,
  { signal, ...options }: ops.NeighborOptions & { metric?: 'euclidean' | 'chebyshev' } & Stoppable = {},
): Promise<number> => number(await compute('knnDivergence', { x, y }, { signal }, (t) => ops.knnDivergence(t.x, t.y, options)));

/** x plus seeded normal noise of deviation amplitude · max(1, mean |x| of the column), default amplitude 1e-10: `[N D]` → f64 `[N D]`. */
export const jitter = async (x: Points, { signal, ...options }: ops.JitterOptions & Stoppable): Promise<NdArray<Float64Array>> =>
  array(await compute('jitter', { x }, { signal }, (t) => ops.jitter(t.x, options)));

/**
 * Differential entropy in nats, the mean of −ln p̂(x_i), with a density of Gaussian kernels. All pairs of points are looked at: N² D
 * operations in one call.
 *
 * @param x `[N D]`; without a bandwidth N > D
 * @param options bandwidth: deviation of an isotropic kernel, default: a kernel shaped as the points' covariance, its width by rule (`scott`,
 *   the default: N^(−1 / (D + 4)); `silverman`); estimator: `leaveOneOut` (default) or `resubstitution`
 * @returns NUMERICAL_FAILURE where a number is not finite, or where the points fill no volume and no bandwidth is given
 */
export const kernelDensityEntropy = async (x: Points, { signal, ...options }: ops.KernelDensityOptions & Stoppable = {}): Promise<number> =>
  number(await compute('kernelDensityEntropy', { x }, { signal }, (t) => ops.kernelDensityEntropy(t.x, options)));

/**
 * Differential entropy in nats of a Gaussian law with the points' covariance C, ½ ln det(2πe C): of all laws with that covariance the
 * largest.
 *
 * @param x `[N D]`; with shrinkage N ≥ 2, else N > D
 * @param options estimator: `sample` (default), `population`, `unbiased` (Ahmed and Gokhale 1989), `ledoitWolf` (2004) or `oas` (Chen et al. 2010)
 * @returns entropy, and the weight of the identity; NUMERICAL_FAILURE where C is singular
 */
export async function gaussianEntropy(
  x: Points,
  { signal, ...options }: ops.GaussianEntropyOptions & Stoppable = {},
): Promise<{ entropy: number; shrinkage: number }> {
  const { entropy, shrinkage } = await compute('gaussianEntropy', { x }, { signal }, (t) => ops.gaussianEntropy(t.x, options));
  return { entropy: number(entropy), shrinkage: number(shrinkage) };
}

/**
 * Differential entropy in nats, with respect to area, of the law of von Mises and Fisher on the unit sphere: that of the uniform law at
 * concentration 0, the less the more concentrated.
 *
 * @param concentration of each law, 0 to 1e9; NUMERICAL_FAILURE beyond
 * @param dimension coordinates of the sphere's points, 2 to 4096
 */
export const vonMisesFisherEntropy = async (concentration: Float, dimension: number, options: Stoppable = {}): Promise<Float64Array> =>
  list(await compute('vonMisesFisherEntropy', { concentration }, options, (t) => ops.vonMisesFisherEntropy(t.concentration, dimension)));

/**
 * The law of von Mises and Fisher that unit vectors are most likely under, by their mean. Of points that cancel out direction and
 * concentration are 0; of points all alike the concentration is ∞ and the entropy −∞.
 *
 * @param x `[N D]`, rows of length 1 within 5e-5, else NUMERICAL_FAILURE
 * @returns direction, of length D; concentration; entropy in nats
 */
export async function vonMisesFisherFit(x: Points, options: Stoppable = {}): Promise<{ direction: Float64Array; concentration: number; entropy: number }> {
  const { direction, concentration, entropy } = await compute('vonMisesFisherFit', { x }, options, (t) => ops.vonMisesFisherFit(t.x));
  return { direction: list(direction), concentration: number(concentration), entropy: number(entropy) };
}

type Integers = Int32Array | NdArray<Int32Array>;
const formed = <D extends TypedArray>(bare: boolean, x: NdArray): D | NdArray<D> => (bare ? list<D>(x) : array<D>(x));

/** How often each of the labels 0 … classes − 1 occurs: N bare labels → as many counts as classes, `[… N]` → `[… classes]`; NUMERICAL_FAILURE for another label. */
export const labelCounts = async <X extends Integers>(
  labels: X,
  classes: number,
  options: Stoppable = {},
): Promise<X extends NdArray ? NdArray<Int32Array> : Int32Array> =>
  formed<Int32Array>(ArrayBuffer.isView(labels), await compute('labelCounts', { labels }, options, (t) => ops.labelCounts(t.labels, classes))) as never;

export interface DiscreteEntropyOptions extends Stoppable {
  /** Default `plugin`. */
  estimator?: 'plugin' | 'millerMadow' | 'grassberger' | 'chaoShen';
}

/**
 * Entropy in nats from how often each thing was seen, −Σ p ln p with p = n / N (`plugin`, biased low), plus (m − 1) / 2N for m things seen
 * (`millerMadow`, 1955), with Grassberger's digamma corrections (`grassberger`, 2003), or with the coverage of things never seen
 * (`chaoShen`, 2003).
 *
 * @param counts bare for one law, or `[… K]`
 * @returns a number, or f64 `[…]`; NUMERICAL_FAILURE where a count is negative or all are 0
 */
export async function discreteEntropy<X extends Integers>(
  counts: X,
  { signal, ...options }: DiscreteEntropyOptions = {},
): Promise<X extends NdArray ? NdArray<Float64Array> : number> {
  const entropy = await compute('discreteEntropy', { counts }, { signal }, (t) => ops.discreteEntropy(t.counts, options));
  return (ArrayBuffer.isView(counts) ? number(entropy) : entropy) as never;
}

/**
 * Matrix-based Rényi entropy in nats (Sanchez Giraldo, Rao and Principe 2015): log(tr A^α) / (1 − α) with A_ij = a_ij / (N √(a_ii a_jj)),
 * at α = 1 its limit −tr(A log A). From 0, where all things are alike, to log N.
 *
 * @param a `[N N]`: positive semidefinite similarities of N things, such as `gaussianGram` gives
 * @param options alpha: above 0, default 2, which costs one pass; any other an eigendecomposition
 * @returns NUMERICAL_FAILURE where the diagonal is not positive or an eigenvalue clearly negative
 */
export const matrixRenyiEntropy = async (a: Points, { signal, ...options }: { alpha?: number } & Stoppable = {}): Promise<number> =>
  number(await compute('matrixRenyiEntropy', { a }, { signal }, (t) => ops.matrixRenyiEntropy(t.a, options)));

/** The same of two sets of similarities of the same N things together: that of their elementwise product. */
export const matrixRenyiJointEntropy = async (a: Points, b: Points, { signal, ...options }: { alpha?: number } & Stoppable = {}): Promise<number> =>
  number(await compute('matrixRenyiJointEntropy', { a, b }, { signal }, (t) => ops.matrixRenyiJointEntropy(t.a, t.b, options)));

/** exp(−|x_i − x_j|² / (2 sigma²)) of points `[N D]`: f64 `[N N]`. */
export const gaussianGram = async (x: Points, { signal, ...options }: { sigma: number } & Stoppable): Promise<NdArray<Float64Array>> =>
  array(await compute('gaussianGram', { x }, { signal }, (t) => ops.gaussianGram(t.x, options)));

type Greys = Picture | NdArray<Float | Uint8Array>;

/**
 * Shannon entropy in bits of the grey levels around every pixel, each channel for itself, −Σ p log2 p over 256 levels: from 0, where all
 * are equal, to log2 of the neighbourhood's pixels, at most 8. Only pixels inside count; a neighbourhood may be larger than the picture.
 *
 * @param x one picture, or `[N C H W]`: bytes, or floats from 0 to `range`
 * @param options radius: pixels from the centre to the rim, 0 to 127, default 5; footprint: `disk` (dy² + dx² ≤ radius², the default) or
 *   `box`; range: which float stands for white, default 1; of pictures of 8 or 16 bits it is known
 * @returns f32 of the same extents; NaN where a neighbourhood holds a NaN
 */
export const patchEntropyMap = <M extends Greys>(
  x: M,
  { signal, range, ...options }: ops.PatchEntropyOptions & Stoppable = {},
): Promise<M extends Picture ? Picture<Float32Array> : NdArray<Float32Array>> =>
  mapOf('patchEntropyMap', x as Picture, { x }, { signal, bytes: true }, (t) =>
    ops.patchEntropyMap(t.x, { ...options, range: spanOf('patchEntropyMap', [x as Picture], range) }),
  ) as Promise<MapsLike<Picture>> as never;

/** Cosines of the angles between rows, over a temperature (default 0.1), the scores that the bounds below take: f32 `[N D]` twice → `[N N]`. */
export const cosineScores = async (x: Scores, y: Scores, temperature = 0.1, options: Stoppable = {}): Promise<Scores> =>
  array(await compute('cosineScores', { x, y }, options, (t) => ops.cosineScores(t.x, t.y, temperature)));

/**
 * InfoNCE (van den Oord, Li and Vinyals 2018), a lower bound of mutual information in nats: ln N + the mean over rows of ln softmax at the
 * diagonal, never above ln N.
 *
 * @param scores f32 `[N N]`: what a critic says of x_i and y_j, which belong together where i = j
 * @param options symmetric: the mean of that along rows and along columns; default false
 */
export const infoNceBound = async (scores: Scores, { signal, ...options }: { symmetric?: boolean } & Stoppable = {}): Promise<number> =>
  number(await compute('infoNceBound', { scores }, { signal }, (t) => ops.infoNceBound(t.scores, options)));

/** The Jensen–Shannon objective of Deep InfoMax (Hjelm et al. 2019, eq. 4): ⟨−ln(1 + e^−s)⟩ of pairs that belong together − ⟨ln(1 + e^s)⟩ of all others; f32 `[N N]`, N ≥ 2. */
export const jensenShannonBound = async (scores: Scores, options: Stoppable = {}): Promise<number> =>
  number(await compute('jensenShannonBound', { scores }, options, (t) => ops.jensenShannonBound(t.scores)));

/** Donsker and Varadhan's bound in nats (1983; MINE, Belghazi et al. 2018): ⟨s⟩ of pairs that belong together − ln ⟨e^s⟩ of all others; f32 `[N N]`, N ≥ 2. */
export const donskerVaradhanBound = async (scores: Scores, options: Stoppable = {}): Promise<number> =>
  number(await compute('donskerVaradhanBound', { scores }, options, (t) => ops.donskerVaradhanBound(t.scores)));

/** The bound of Nguyen, Wainwright and Jordan in nats (2010): ⟨s⟩ of pairs that belong together − ⟨e^(s − 1)⟩ of all others; f32 `[N N]`, N ≥ 2. */
export const nwjBound = async (scores: Scores, options: Stoppable = {}): Promise<number> =>
  number(await compute('nwjBound', { scores }, options, (t) => ops.nwjBound(t.scores)));

/** The entropy in nats that a law with the points' covariance C has at most: ½ ln det(2πe (C + epsilon I)), epsilon 1e-5 by default; f32 `[N D]`. */
export const gaussianLogDetBound = async (x: Scores, epsilon = 1e-5, options: Stoppable = {}): Promise<number> =>
  number(await compute('gaussianLogDetBound', { x }, options, (t) => ops.gaussianLogDetBound(t.x, epsilon)));

/** The same from the mean variance alone, never below it: ½ D ln(2πe (tr C / D + epsilon)); f32 `[N D]`. */
export const gaussianIsotropicBound = async (x: Scores, epsilon = 1e-5, options: Stoppable = {}): Promise<number> =>
  number(await compute('gaussianIsotropicBound', { x }, options, (t) => ops.gaussianIsotropicBound(t.x, epsilon)));

/** Rényi's entropy of order 2 in nats of a density of Gaussian kernels of deviation sigma (Principe 2010): −ln(1/N² Σ_ij G(x_i − x_j; 2 σ²)); f32 `[N D]`. */
export const renyi2Entropy = async (x: Scores, sigma: number, options: Stoppable = {}): Promise<number> =>
  number(await compute('renyi2Entropy', { x }, options, (t) => ops.renyi2Entropy(t.x, sigma)));
