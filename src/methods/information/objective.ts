// What information minimises, L = -I(x; z) + beta H(z), each side by an estimator of choice: pure functions from tensors to named terms.
import { noGrad } from '../../autograd/tape.ts';
import { crossEntropy, l2 } from '../../nn/losses/index.ts';
import {
  add,
  affine,
  copyStep,
  cosineScores,
  cosineSimilarity,
  donskerVaradhanBound,
  gaussianIsotropicBound,
  gaussianLogDetBound,
  infoNceBound,
  jensenShannonBound,
  kozachenkoLeonenko,
  less,
  log,
  mean,
  movingDonskerVaradhan,
  neg,
  renyi2Entropy,
  sqrt,
  square,
  sub,
  sum,
  toFloat,
  where,
} from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export type EntropyKind = 'isotropic' | 'gaussian' | 'renyi2' | 'distance' | 'norm' | 'none';

export interface ObjectiveOptions {
  readonly contrast: 'infoNCE' | 'jsd' | 'donskerVaradhan' | null;
  readonly temperature: number;
  readonly entropy: EntropyKind;
  readonly kernel: number;
  readonly variance: number;
  readonly consistency: number;
  readonly centre: 'mean' | 'origin' | 'first';
}

/** What one step has seen; what an estimator is not asked for is null. */
export interface Seen {
  /** f32 [M code]: what the entropy is measured on. */
  readonly codes: Tensor;
  /** f32 [code]: what distances are from, with centre first. */
  readonly centre: Tensor;
  /** What was decoded, and what should have been: f32 [M C H W] each. */
  readonly restored: { readonly output: Tensor; readonly target: Tensor } | null;
  /** Logits f32 [M K] of the transforms, which it was, and the entropy in nats of how they are drawn. */
  readonly recognised: { readonly logits: Tensor; readonly labels: Tensor; readonly entropy: number } | null;
  /** Projections f32 [N P] of two views of the same pictures. */
  readonly views: { readonly first: Tensor; readonly second: Tensor } | null;
  /** Codes f32 [M code] of pictures, and of what was decoded from them. */
  readonly again: { readonly first: Tensor; readonly second: Tensor } | null;
  /** f32 []: moving average of Donsker and Varadhan's denominator, which a step moves on. */
  readonly logAverage: Tensor;
}

/** Added to variances of codes: with fewer codes than numbers in each, it alone keeps their determinant from 0. */
const leastVariance = 1e-3;
/** Squared errors below this are no news: half a grey level of 8 bits. */
const leastError = (0.5 / 255) ** 2;

/**
 * -E log q(x | z) per number of the picture, but for a constant, of a Gaussian q about what was decoded (Barber and Agakov 2003): the squared
 * error over twice a fixed variance, or half its logarithm where the variance is the likeliest one, variance 0.
 */
export function restorationCost({ output, target }: { readonly output: Tensor; readonly target: Tensor }, variance: number): Tensor {
  const error = l2(output, target);
  return variance > 0 ? affine(error, { scale: 0.5 / variance }) : affine(log(affine(error, { shift: leastError })), { scale: 0.5 });
}

/** The bound of a contrast that is made large; Donsker and Varadhan's gradient by the moving average, which moves on. */
function contrastCost(seen: Seen & { readonly views: NonNullable<Seen['views']> }, h: ObjectiveOptions): Tensor {
  const scores = cosineScores(seen.views.first, seen.views.second, h.temperature);
  if (h.contrast === 'infoNCE') return neg(infoNceBound(scores, { symmetric: true }));
  if (h.contrast === 'jsd') return neg(jensenShannonBound(scores));
  // The first average is this batch's own: ln of the mean of e^score over pairs that do not belong together.
  const before = noGrad(() => {
    const together = affine(mean(cosineSimilarity(seen.views.first, seen.views.second)), { scale: 1 / h.temperature });
    return where(less(seen.logAverage, -1e29), sub(together, donskerVaradhanBound(scores)), seen.logAverage);
  });
  const { loss, logAverage } = movingDonskerVaradhan(scores, before);
  noGrad(() => copyStep(seen.logAverage, logAverage));
  return loss;
}

/**
 * H(z) in nats, or what stands in for it, per number of a code: bounds by a Gaussian of one variance or of all covariances, Rényi's of order
 * 2 with kernels of deviation `kernel`; the squared distance from the centre (of one variance, without its logarithm); the length.
 */
export function entropyCost(codes: Tensor, centre: Tensor, h: Pick<ObjectiveOptions, 'entropy' | 'kernel' | 'centre'>): Tensor {
  const width = codes.shape[1];
  const each = { scale: 1 / width };
  if (h.entropy === 'isotropic') return affine(gaussianIsotropicBound(codes), each);
  if (h.entropy === 'gaussian') return affine(gaussianLogDetBound(codes, leastVariance), each);
  if (h.entropy === 'renyi2') return affine(renyi2Entropy(codes, h.kernel), each);
  if (h.entropy === 'norm') return mean(sqrt(affine(sum(square(codes), 1), { shift: 1e-12 })));
  if (h.centre === 'origin') return mean(square(codes));
  return mean(square(sub(codes, h.centre === 'mean' ? mean(codes, 0, { keepDims: true }) : centre)));
}

/** Named terms whose sum is minimised. `beta` is what the warm-up has reached. */
export function objective(seen: Seen, h: ObjectiveOptions, beta: number): Record<string, Tensor> {
  const terms: Record<string, Tensor> = {};
  if (seen.restored) terms.reconstruction = restorationCost(seen.restored, h.variance);
  if (seen.recognised) terms.transforms = crossEntropy(seen.recognised.logits, seen.recognised.labels);
  if (seen.views) terms.contrast = contrastCost({ ...seen, views: seen.views }, h);
  if (seen.again) terms.consistency = affine(l2(seen.again.second, seen.again.first), { scale: h.consistency });
  if (h.entropy !== 'none') terms.entropy = affine(entropyCost(seen.codes, seen.centre, h), { scale: beta });
  return terms;
}

/** Kozachenko and Leonenko's neighbour; small, since a batch is. */
const neighbour = 3;

/**
 * What is watched while L is made small: both of its sides in nats, I(x; z) and H(z), the bound I - beta H of the distance between normal and
 * abnormal pictures, and Kozachenko and Leonenko's estimate of H. Of a reconstruction I is a bound but for H(x), which no code changes: -(D / 2)
 * ln(2 pi e error) of D numbers a picture. Bounds of several estimators are summed, as they are where they are trained by.
 */
export function readout(seen: Seen, h: ObjectiveOptions, beta: number): Record<string, Tensor> {
  const informed: Tensor[] = [];
  if (seen.restored) {
    const { target } = seen.restored;
    const size = target.size / target.shape[0];
    informed.push(affine(restorationCost(seen.restored, 0), { scale: -size, shift: -0.5 * size * Math.log(2 * Math.PI * Math.E) }));
  }
  if (seen.recognised) {
    const { logits, labels, entropy } = seen.recognised;
    informed.push(affine(crossEntropy(logits, labels), { scale: -1, shift: entropy }));
  }
  if (seen.views) {
    const scores = cosineScores(seen.views.first, seen.views.second, h.temperature);
    const bounds = {
      infoNCE: () => infoNceBound(scores, { symmetric: true }),
      jsd: () => jensenShannonBound(scores),
      donskerVaradhan: () => donskerVaradhanBound(scores),
    };
    if (h.contrast) informed.push(bounds[h.contrast]());
  }
  const information = informed.length ? informed.reduce((a, b) => add(a, b)) : null;
  const entropy =
    h.entropy === 'renyi2'
      ? renyi2Entropy(seen.codes, h.kernel)
      : h.entropy === 'gaussian'
        ? gaussianLogDetBound(seen.codes, leastVariance)
        : gaussianIsotropicBound(seen.codes);
  const values: Record<string, Tensor> = { entropy, ...(information ? { information, bound: sub(information, affine(entropy, { scale: beta })) } : {}) };
  if (seen.codes.shape[0] > neighbour) {
    values.kozachenkoLeonenko = toFloat(kozachenkoLeonenko(seen.codes, { k: neighbour, duplicates: 'zero' }));
  }
  return values;
}
