// Normalisations as layers: by batch, by image, by groups of channels, by trailing axes.
import { noGrad } from '../../autograd/tape.ts';
import { BlemishError, must } from '../../errors.ts';
import { batchNorm, batchNormInference, groupNorm, instanceNorm, layerNorm, lerpStep } from '../../ops/index.ts';
import { full } from '../../ops/nn/broadcast.ts';
import { sizeOf, type Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';
import { Parameter, stateBuffer } from '../parameter.ts';

const mustCount = (where: string, name: string, n: number) =>
  must(Number.isSafeInteger(n) && n >= 1, `${where}: ${name} is ${n}; expected a whole number of at least 1`);
const mustEpsilon = (where: string, epsilon: number) => must(epsilon > 0, `${where}: epsilon is ${epsilon}; expected a positive number`);

/** As of a normalisation, with running statistics. */
export interface BatchNorm2dOptions {
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Share of a batch's statistics that the running ones take in. Default 0.1. */
  momentum?: number;
  /** Applied to the result in the same pass. Default 'identity'. */
  activation?: 'identity' | 'relu';
}

/**
 * `[N C H W]` → the same (Ioffe & Szegedy 2015). In training mode by the batch's mean and population variance, whose moving
 * averages (the variance times n / (n − 1)) are gathered; otherwise by those averages.
 */
export class BatchNorm2d extends Module {
  /** `[C]`, ones at first. */
  readonly scale: Parameter;
  /** `[C]`, zeros at first. */
  readonly shift: Parameter;
  /** `[C]`, zeros at first. */
  readonly runningMean: Tensor;
  /** `[C]`, ones at first. */
  readonly runningVariance: Tensor;
  readonly epsilon: number;
  readonly momentum: number;
  readonly activation: 'identity' | 'relu';

  constructor(channels: number, { epsilon = 1e-5, momentum = 0.1, activation = 'identity' }: BatchNorm2dOptions = {}) {
    super();
    mustCount('BatchNorm2d', 'channels', channels);
    mustEpsilon('BatchNorm2d', epsilon);
    must(momentum >= 0 && momentum <= 1, `BatchNorm2d: momentum is ${momentum}; expected a number from 0 to 1`);
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.activation = activation;
    this.scale = new Parameter(full([channels], 1));
    this.shift = new Parameter(full([channels], 0));
    this.runningMean = stateBuffer(full([channels], 0));
    this.runningVariance = stateBuffer(full([channels], 1));
  }

  override forward(x: Tensor): Tensor {
    const { epsilon, activation } = this;
    if (!this.training) return batchNormInference(x, this.scale, this.shift, this.runningMean, this.runningVariance, { epsilon, activation });
    const count = x.size / this.scale.size;
    if (count < 2) throw new BlemishError('SHAPE_MISMATCH', `BatchNorm2d: x is [${x.shape.join(' ')}], one number per channel; expected more in training mode`);
    const [y, mean, variance] = batchNorm(x, this.scale, this.shift, { epsilon, activation });
    noGrad(() => {
      lerpStep(this.runningMean, mean, { amount: this.momentum });
      lerpStep(this.runningVariance, variance, { amount: this.momentum, factor: count / (count - 1) });
    });
    return y;
  }
}

/** What every normalisation may be told. */
export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Whether scale and shift are learnt. */
  affine?: boolean;
}

/** Ones and zeros to learn, or neither. */
function affinePair(shape: readonly number[], affine: boolean): [Parameter | null, Parameter | null] {
  return affine ? [new Parameter(full(shape, 1)), new Parameter(full(shape, 0))] : [null, null];
}

/** `[N C H W]` → the same, each channel of each image by its own statistics (Ulyanov et al. 2016). No scale and shift unless `affine`. */
export class InstanceNorm2d extends Module {
  /** `[C]` */
  readonly scale: Parameter | null;
  /** `[C]` */
  readonly shift: Parameter | null;
  readonly epsilon: number;

  constructor(channels: number, { epsilon = 1e-5, affine = false }: NormOptions = {}) {
    super();
    mustCount('InstanceNorm2d', 'channels', channels);
    mustEpsilon('InstanceNorm2d', epsilon);
    this.epsilon = epsilon;
    [this.scale, this.shift] = affinePair([channels], affine);
  }

  override forward(x: Tensor): Tensor {
    return instanceNorm(x, this.scale, this.shift, { epsilon: this.epsilon });
  }
}

/** `[N C H W]` → the same, each group of channels of each image by its own statistics (Wu & He 2018); scale and shift by channel. */
export class GroupNorm extends Module {
  /** `[C]` */
  readonly scale: Parameter | null;
  /** `[C]` */
  readonly shift: Parameter | null;
  readonly groups: number;
  readonly epsilon: number;

  constructor(groups: number, channels: number, { epsilon = 1e-5, affine = true }: NormOptions = {}) {
    super();
    mustCount('GroupNorm', 'groups', groups);
    mustCount('GroupNorm', 'channels', channels);
    must(channels % groups === 0, `GroupNorm: channels is ${channels} with ${groups} groups; expected a multiple of the groups`);
    mustEpsilon('GroupNorm', epsilon);
    this.groups = groups;
    this.epsilon = epsilon;
    [this.scale, this.shift] = affinePair([channels], affine);
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.scale, this.shift, this.groups, { epsilon: this.epsilon });
  }
}

/** `[… S]` → the same, over the trailing axes S (Ba et al. 2016); scale and shift by position. */
export class LayerNorm extends Module {
  /** `[S]` */
  readonly scale: Parameter | null;
  /** `[S]` */
  readonly shift: Parameter | null;
  readonly extents: readonly number[];
  readonly epsilon: number;

  constructor(extents: number | readonly number[], { epsilon = 1e-5, affine = true }: NormOptions = {}) {
    super();
    this.extents = typeof extents === 'number' ? [extents] : [...extents];
    mustCount('LayerNorm', 'extents', sizeOf(this.extents));
    mustEpsilon('LayerNorm', epsilon);
    this.epsilon = epsilon;
    [this.scale, this.shift] = affinePair(this.extents, affine);
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.scale, this.shift, { axes: this.extents.length, epsilon: this.epsilon });
  }
}
