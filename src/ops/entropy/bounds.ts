// Bounds of mutual information and entropy that a network can be trained by: differentiable, in nats, f32.
import { detach, full, reshape } from '../../autograd/define-op.ts';
import { noGrad } from '../../autograd/tape.ts';
import { BlemishError, must } from '../../errors.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { softplus } from '../nn/activation.ts';
import { logDet } from '../nn/cholesky.ts';
import { l2Normalize } from '../nn/cosine-similarity.ts';
import { add, affine, mul, neg, sub } from '../nn/elementwise.ts';
import { exp, log } from '../nn/exponentials.ts';
import { gather, scatterAdd } from '../nn/gather.ts';
import { concat, transpose } from '../nn/layout.ts';
import { matmul } from '../nn/matmul.ts';
import { square } from '../nn/powers.ts';
import { mean, sum } from '../nn/reduce.ts';
import { logSumExp } from '../nn/softmax.ts';

/** Side of a square matrix of scores, at least `least`. */
function sideOf(where: string, scores: Tensor, least: number): number {
  const [n, m] = scores.shape;
  if (scores.shape.length !== 2 || n !== m || n < least)
    throw new BlemishError('SHAPE_MISMATCH', `${where}: scores is [${scores.shape.join(' ')}]; expected a square of side ${least} at least`);
  return n;
}

const diagonalPlaces = (n: number, device: string): Tensor =>
  tensor(
    Int32Array.from({ length: n }, (_, i) => i * (n + 1)),
    [n],
    { device },
  );

/** The scores of the pairs that belong together. */
const diagonal = (scores: Tensor, n: number): Tensor => gather(reshape(scores, [-1]), diagonalPlaces(n, scores.device));

/** All scores in a row, those of the pairs that belong together so far below the others that e^score is exactly 0. */
function others(scores: Tensor, n: number): Tensor {
  return add(reshape(scores, [-1]), scatterAdd(full([n], -1e30), diagonalPlaces(n, scores.device), [n * n]));
}

/** ln of the mean of e^score over all pairs that do not belong together. */
const logMeanOfOthers = (scores: Tensor, n: number): Tensor => affine(logSumExp(others(scores, n)), { shift: -Math.log(n * (n - 1)) });

/**
 * Scores of all pairs for the bounds below: cosines of the angles between rows, over a temperature.
 *
 * @param x `[N D]`
 * @param y `[N D]`; row i belongs to row i of x
 * @param temperature above 0, default 0.1
 * @returns `[N N]`, x along the first axis
 */
export function cosineScores(x: Tensor, y: Tensor, temperature = 0.1): Tensor {
  must(temperature > 0, `cosineScores: temperature is ${temperature}; expected a positive number`);
  return affine(matmul(l2Normalize(x), l2Normalize(y), { transposeB: true }), { scale: 1 / temperature });
}

/**
 * InfoNCE (van den Oord, Li and Vinyals 2018): ln N + the mean over rows of ln softmax at the diagonal. A lower bound of mutual
 * information that never exceeds ln N.
 *
 * @param scores `[N N]`: what a critic says of x_i and y_j, which belong together where i = j
 * @param options symmetric: the mean of that along rows and along columns, as CLIP has it; default false
 * @returns `[]`, to be made large
 */
export function infoNceBound(scores: Tensor, { symmetric = false }: { symmetric?: boolean } = {}): Tensor {
  const n = sideOf('infoNceBound', scores, 1);
  const along = (x: Tensor) => mean(logSumExp(x));
  const partition = symmetric ? affine(add(along(scores), along(transpose(scores, [1, 0]))), { scale: 0.5 }) : along(scores);
  return affine(sub(mean(diagonal(scores, n)), partition), { shift: Math.log(n) });
}

/**
 * The Jensen–Shannon objective of Deep InfoMax (Hjelm et al. 2019, eq. 4): the mean of −ln(1 + e^−s) over pairs that belong together less
 * the mean of ln(1 + e^s) over all others. Not an estimate of mutual information, but large where that is, and steady to train by.
 *
 * @param scores `[N N]`, N ≥ 2, as for `infoNceBound`
 * @returns `[]`, at most 0, to be made large
 */
export function jensenShannonBound(scores: Tensor): Tensor {
  const n = sideOf('jensenShannonBound', scores, 2);
  const apart = affine(sum(softplus(others(scores, n))), { scale: 1 / (n * (n - 1)) });
  return neg(add(mean(softplus(neg(diagonal(scores, n)))), apart));
}

/**
 * Donsker and Varadhan's bound (1983; MINE, Belghazi et al. 2018): the mean score of pairs that belong together less ln of the mean of
 * e^score over all others. A lower bound of mutual information but for the bias of a batch's logarithm, of which `movingDonskerVaradhan`
 * frees the gradient.
 *
 * @param scores `[N N]`, N ≥ 2, as for `infoNceBound`
 * @returns `[]`, to be made large
 */
export function donskerVaradhanBound(scores: Tensor): Tensor {
  const n = sideOf('donskerVaradhanBound', scores, 2);
  return sub(mean(diagonal(scores, n)), logMeanOfOthers(scores, n));
}

/**
 * The same with the gradient of MINE (Belghazi et al. 2018, section 3.2): the denominator that the logarithm's gradient has is not this
 * batch's mean of e^score but a moving average over batches, so that small batches do not bend it.
 *
 * @param scores `[N N]`, N ≥ 2
 * @param logAverage ln of the moving average, `[]`, as the last call returned it (kept by the caller); null at first
 * @param decay weight of the old average, 0 up to but not including 1; default 0.99
 * @returns bound: `[]`, as `donskerVaradhanBound`, which no tape follows; loss: `[]`, to be made small; logAverage: `[]`, for the next call
 */
export function movingDonskerVaradhan(scores: Tensor, logAverage: Tensor | null, decay = 0.99): { bound: Tensor; loss: Tensor; logAverage: Tensor } {
  const n = sideOf('movingDonskerVaradhan', scores, 2);
  must(decay >= 0 && decay < 1, `movingDonskerVaradhan: decay is ${decay}; expected 0 up to but not including 1`);
  const together = mean(diagonal(scores, n));
  const apart = logMeanOfOthers(scores, n);
  const average = noGrad(() => {
    if (!logAverage || decay === 0) return detach(apart);
    const old = affine(logAverage, { shift: Math.log(decay) });
    return add(old, softplus(sub(affine(apart, { shift: Math.log1p(-decay) }), old)));
  });
  return { bound: noGrad(() => sub(together, apart)), loss: sub(exp(sub(apart, average)), together), logAverage: average };
}

/**
 * The bound of Nguyen, Wainwright and Jordan (2010), also f-GAN's for Kullback–Leibler: the mean score of pairs that belong together less
 * the mean of e^(score − 1) over all others. A lower bound of mutual information without bias, but of large variance: scores above
 * some 89 take it to −∞.
 *
 * @param scores `[N N]`, N ≥ 2, as for `infoNceBound`
 * @returns `[]`, to be made large
 */
export function nwjBound(scores: Tensor): Tensor {
  const n = sideOf('nwjBound', scores, 2);
  return sub(mean(diagonal(scores, n)), exp(affine(logMeanOfOthers(scores, n), { shift: -1 })));
}

function centred(where: string, x: Tensor): Tensor {
  const [n, d] = x.shape;
  if (x.shape.length !== 2 || n < 1 || d < 1)
    throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N D], at least 1 by 1`);
  return sub(x, mean(x, 0, { keepDims: true }));
}

const logTwoPiE = Math.log(2 * Math.PI * Math.E);

/**
 * The entropy that a law with the points' covariance has at most, that of a Gaussian one: ½ ln det(2πe (C + epsilon I)), C over N.
 *
 * @param x `[N D]`
 * @param epsilon what every variance is raised by, default 1e-5: with N ≤ D it alone keeps the value finite
 * @returns `[]`; NUMERICAL_FAILURE at the read where C + epsilon I is singular
 */
export function gaussianLogDetBound(x: Tensor, epsilon = 1e-5): Tensor {
  must(epsilon >= 0, `gaussianLogDetBound: epsilon is ${epsilon}; expected at least 0`);
  const apart = centred('gaussianLogDetBound', x);
  const [n, d] = x.shape;
  const covariance = affine(matmul(apart, apart, { transposeA: true }), { scale: 1 / n });
  const raised = add(covariance, reshape(scatterAdd(full([d], epsilon), diagonalPlaces(d, x.device), [d * d]), [d, d]));
  return affine(logDet(raised), { scale: 0.5, shift: 0.5 * d * logTwoPiE });
}

/**
 * The same from the mean variance alone, never below `gaussianLogDetBound`: ½ D ln(2πe (tr C / D + epsilon)). Costs one pass.
 *
 * @param x `[N D]`
 * @param epsilon default 1e-5
 * @returns `[]`
 */
export function gaussianIsotropicBound(x: Tensor, epsilon = 1e-5): Tensor {
  must(epsilon >= 0, `gaussianIsotropicBound: epsilon is ${epsilon}; expected at least 0`);
  const variance = affine(mean(square(centred('gaussianIsotropicBound', x))), { shift: epsilon });
  const d = x.shape[1];
  return affine(log(variance), { scale: 0.5 * d, shift: 0.5 * d * logTwoPiE });
}

/**
 * Rényi's entropy of order 2 of a density of Gaussian kernels, exact for that density (Principe 2010): −ln(1/N² Σ_ij G(x_i − x_j; 2 σ²)).
 * Never above the entropy of that density. Memory: N² numbers.
 *
 * @param x `[N D]`
 * @param sigma deviation of a kernel, above 0
 * @returns `[]`
 */
export function renyi2Entropy(x: Tensor, sigma: number): Tensor {
  must(sigma > 0, `renyi2Entropy: sigma is ${sigma}; expected a positive number`);
  // About the mean and in units of the kernel, products of rows lose the least.
  const apart = affine(centred('renyi2Entropy', x), { scale: 1 / (2 * sigma) });
  const [n, d] = x.shape;
  const lengths = sum(square(apart), 1, { keepDims: true });
  // −|x_i − x_j|² / (4 σ²)
  const exponents = sub(sub(mul(matmul(apart, apart, { transposeB: true }), 2), lengths), reshape(lengths, [1, n]));
  // A point lies at its own place exactly, whatever rounding leaves of the three terms.
  const all = concat([others(exponents, n), full([n], 0)]);
  return affine(logSumExp(all), { scale: -1, shift: 2 * Math.log(n) + 0.5 * d * Math.log(4 * Math.PI * sigma * sigma) });
}
