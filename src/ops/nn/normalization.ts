// Batch, instance, group and layer normalisation.
import { defineOp, full, type OpFunction, reshape, sumTo } from '../../autograd/define-op.ts';
import { activeTapes } from '../../autograd/tape.ts';
import { BlemishError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { add, mul, neg, sub } from './elementwise.ts';
import { rsqrt } from './powers.ts';

/** All gradients of a normalisation come from one walk over memory: the first thunk that asks makes them for the others. */
function once<R>(make: () => R): () => R {
  let made: R | undefined;
  return () => (made ??= make());
}

const followed = (...tensors: (Tensor | undefined)[]): boolean => tensors.some((x) => x && activeTapes().some((tape) => tape.follows(x)));

const perChannel = (vector: Tensor): Tensor => reshape(vector, [1, vector.size, 1, 1]);
const overPixels = (x: Tensor): Tensor => reshape(sumTo(x, [1, x.shape[1], 1, 1]), [x.shape[1]]);

const batchNormGrad = defineOp('batchNormGrad');
const batchNormInferenceGrad = defineOp('batchNormInferenceGrad');

const batchNormImages: OpFunction<'batchNorm'> = defineOp('batchNorm', {
  save: ['x', 'scale', 'shift', 'mean', 'variance'],
  backward: ({ x, scale, shift, mean, variance }, dy, { epsilon, activation }) => {
    const all = once(() => batchNormGrad(x, dy, scale, shift, mean, variance, { epsilon, activation }));
    return { x: () => all()[0], scale: () => all()[1], shift: () => all()[2] };
  },
});

const batchNormInferenceImages: OpFunction<'batchNormInference'> = defineOp('batchNormInference', {
  save: ['x', 'scale', 'shift', 'mean', 'variance'],
  backward: ({ x, scale, shift, mean, variance }, dy, { epsilon, activation }) => {
    const all = once(() => batchNormInferenceGrad(x, dy, scale, shift, mean, variance, { epsilon, activation }));
    return { x: () => all()[0], scale: () => all()[1], shift: () => all()[2], mean: () => all()[3], variance: () => all()[4] };
  },
});

/** [N C …] as [N C H W]: a vector per item becomes a picture of one pixel, a sequence one of one row. */
function asImages(where: string, x: Tensor): Tensor {
  const rank = x.shape.length;
  if (rank < 2 || rank > 4) throw new BlemishError('SHAPE_MISMATCH', `${where}: x is [${x.shape.join(' ')}]; expected [N C], [N C L] or [N C H W]`);
  return rank === 4 ? x : reshape(x, [x.shape[0], x.shape[1], 1, rank === 3 ? x.shape[2] : 1]);
}
const shapedLike = (y: Tensor, x: Tensor): Tensor => (x.shape.length === 4 ? y : reshape(y, x.shape));

/** What a batch normalisation may be told. */
export interface BatchNormOptions {
  /** Added to the variance; default 1e-5. */
  epsilon?: number;
  /** Applied to the result in the same pass; default 'identity'. */
  activation?: 'identity' | 'relu';
}

/**
 * Batch normalisation with the statistics of this batch (Ioffe and Szegedy 2015).
 *
 * @param x `[N C H W]`, `[N C L]` or `[N C]`
 * @param scale `[C]`
 * @param shift `[C]`
 * @returns y like x, and the mean and population variance of each channel `[C]`; only y is differentiable, and only once
 */
export function batchNorm(x: Tensor, scale: Tensor, shift: Tensor, options: BatchNormOptions = {}): [y: Tensor, mean: Tensor, variance: Tensor] {
  const [y, mean, variance] = batchNormImages(asImages('batchNorm', x), scale, shift, options);
  return [shapedLike(y, x), mean, variance];
}

/**
 * Batch normalisation with given statistics.
 *
 * @param x `[N C H W]`, `[N C L]` or `[N C]`
 * @param scale `[C]`, as are shift, mean and variance
 */
export function batchNormInference(x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, options: BatchNormOptions = {}): Tensor {
  return shapedLike(batchNormInferenceImages(asImages('batchNormInference', x), scale, shift, mean, variance, options), x);
}

/**
 * What the gradients of gradients of a normalisation are made of. With x̂ the normalised numbers, r the inverse deviation and
 * J = r (1 − mean − x̂ mean x̂·), the symmetric Jacobian of x̂, dx = J g. All are sets × members: `[S M]`, r `[S 1]`.
 *
 * @returns ∂⟨u, J g⟩/∂x
 */
function secondOrder(p: { normalized: Tensor; inverse: Tensor; u: Tensor; g: Tensor; ju: Tensor; jg: Tensor }): Tensor {
  const [sets, members] = p.u.shape;
  const part = full([], 1 / members);
  const mean = (x: Tensor): Tensor => mul(sumTo(x, [sets, 1]), part);
  const { normalized, inverse, u, g, ju, jg } = p;
  const meanU = mean(mul(u, normalized));
  const meanG = mean(mul(g, normalized));
  const inner = sub(sub(mean(mul(u, g)), mul(mean(u), mean(g))), mul(meanU, meanG));
  const throughDeviation = mul(mul(mul(inverse, inverse), inner), normalized);
  const throughNormalized = mul(inverse, add(mul(meanG, ju), mul(meanU, jg)));
  return neg(add(throughDeviation, throughNormalized));
}

/** 1 / √(variance + ε) of each set, of `[S M]` numbers, as operations that a tape can follow. */
function inverseDeviation(x: Tensor, epsilon: number): Tensor {
  const [sets, members] = x.shape;
  const part = full([], 1 / members);
  const deviation = sub(x, mul(sumTo(x, [sets, 1]), part));
  return rsqrt(add(mul(sumTo(mul(deviation, deviation), [sets, 1]), part), full([], epsilon)));
}

const groupNormGrad: OpFunction<'groupNormGrad'> = defineOp('groupNormGrad', {
  save: ['x', 'dy', 'scale', 'mean', 'variance', 'dx'],
  backward: ({ x, dy, scale, mean, variance, dx }, u, { groups, epsilon }) => {
    // J u: the same operation without a scale.
    const along = once(() => groupNormGrad(x, u, null, mean, variance, { groups, epsilon })[0]);
    return {
      x: () => {
        const sets = (t: Tensor): Tensor => reshape(t, [x.shape[0] * groups, x.size / (x.shape[0] * groups)]);
        return reshape(
          secondOrder({
            normalized: sets(groupNormImages(x, null, null, { groups, epsilon })[0]),
            inverse: inverseDeviation(sets(x), epsilon),
            u: sets(u),
            g: sets(scale ? mul(dy, perChannel(scale)) : dy),
            ju: sets(along()),
            jg: sets(dx),
          }),
          x.shape,
        );
      },
      dy: () => (scale ? mul(along(), perChannel(scale)) : along()),
      scale: () => overPixels(mul(dy, along())),
    };
  },
});

const groupNormImages: OpFunction<'groupNorm'> = defineOp('groupNorm', {
  save: ['x', 'scale', 'mean', 'variance'],
  backward: ({ x, scale, mean, variance }, dy, { groups, epsilon }) => {
    const all = once(() => groupNormGrad(x, dy, scale, mean, variance, { groups, epsilon }));
    return {
      x: () => all()[0],
      // Only the first result can be followed further: under a second tape these two are made of what it can follow.
      scale: () => (followed(x, dy) ? overPixels(mul(dy, groupNormImages(x, null, null, { groups, epsilon })[0])) : all()[1]),
      shift: () => (followed(dy) ? overPixels(dy) : all()[2]),
    };
  },
});

/** What a group normalisation may be told. */
export interface GroupNormOptions {
  /** Added to the variance; default 1e-5. */
  epsilon?: number;
}

/**
 * Group normalisation (Wu and He 2018); gradients of gradients are defined.
 *
 * @param x `[N C H W]`, `[N C L]` or `[N C]`
 * @param scale `[C]` or null for 1
 * @param shift `[C]` or null for 0
 * @param groups a divisor of C
 */
export function groupNorm(x: Tensor, scale: Tensor | null, shift: Tensor | null, groups: number, options: GroupNormOptions = {}): Tensor {
  return shapedLike(groupNormImages(asImages('groupNorm', x), scale, shift, { groups, ...options })[0], x);
}

/** Instance normalisation (Ulyanov et al. 2016): group normalisation with a channel per group. */
export function instanceNorm(x: Tensor, scale: Tensor | null = null, shift: Tensor | null = null, options: GroupNormOptions = {}): Tensor {
  const images = asImages('instanceNorm', x);
  return shapedLike(groupNormImages(images, scale, shift, { groups: images.shape[1], ...options })[0], x);
}

const layerNormGrad: OpFunction<'layerNormGrad'> = defineOp('layerNormGrad', {
  save: ['x', 'dy', 'scale', 'mean', 'variance', 'dx'],
  backward: ({ x, dy, scale, mean, variance, dx }, u, { axes, epsilon }) => {
    const along = once(() => layerNormGrad(x, u, null, mean, variance, { axes, epsilon })[0]);
    const trailing = x.shape.slice(x.shape.length - axes);
    return {
      x: () => {
        const members = trailing.reduce((a, b) => a * b, 1);
        const sets = (t: Tensor): Tensor => reshape(t, [x.size / members, members]);
        return reshape(
          secondOrder({
            normalized: sets(layerNormRows(x, null, null, { axes, epsilon })[0]),
            inverse: inverseDeviation(sets(x), epsilon),
            u: sets(u),
            g: sets(scale ? mul(dy, scale) : dy),
            ju: sets(along()),
            jg: sets(dx),
          }),
          x.shape,
        );
      },
      dy: () => (scale ? mul(along(), scale) : along()),
      scale: () => sumTo(mul(dy, along()), trailing),
    };
  },
});

const layerNormRows: OpFunction<'layerNorm'> = defineOp('layerNorm', {
  save: ['x', 'scale', 'mean', 'variance'],
  backward: ({ x, scale, mean, variance }, dy, { axes, epsilon }) => {
    const all = once(() => layerNormGrad(x, dy, scale, mean, variance, { axes, epsilon }));
    const trailing = x.shape.slice(x.shape.length - axes);
    return {
      x: () => all()[0],
      scale: () => (followed(x, dy) ? sumTo(mul(dy, layerNormRows(x, null, null, { axes, epsilon })[0]), trailing) : all()[1]),
      shift: () => (followed(dy) ? sumTo(dy, trailing) : all()[2]),
    };
  },
});

/** What a layer normalisation may be told. */
export interface LayerNormOptions {
  /** How many trailing axes are normalised together; default the rank of scale, else of shift, else 1. */
  axes?: number;
  /** Added to the variance; default 1e-5. */
  epsilon?: number;
}

/**
 * Layer normalisation over trailing axes (Ba, Kiros and Hinton 2016); gradients of gradients are defined.
 *
 * @param x any extents
 * @param scale the trailing extents of x, or null for 1
 * @param shift the same, or null for 0
 */
export function layerNorm(x: Tensor, scale: Tensor | null = null, shift: Tensor | null = null, options: LayerNormOptions = {}): Tensor {
  const axes = options.axes ?? scale?.shape.length ?? shift?.shape.length ?? 1;
  return layerNormRows(x, scale, shift, { ...options, axes })[0];
}
