// What padim keeps: a source of features, some of their dimensions, and a Gaussian for every position.
import { Gaussians, LevelScale, PatchFeatures, type SourceValues, type VectorValues, within } from '../../features/index.ts';
import * as init from '../../nn/init.ts';
import { Module } from '../../nn/module.ts';
import { stateBuffer } from '../../nn/parameter.ts';
import { conv2d, gather, reshape } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';

export interface NetworkOptions extends SourceValues, VectorValues {
  readonly dimensions: number;
  readonly reduction: 'random' | 'projection';
  readonly epsilon: number;
}

/** `count` of `all` positions, without repetition, in rising order. */
function some(all: number, count: number, random: Random): Int32Array {
  const left = Array.from({ length: all }, (_, i) => i);
  return Int32Array.from({ length: count }, () => left.splice(Math.floor(random.uniform() * left.length), 1)[0]).sort();
}

/** Vectors f32 [N D P Q] in few dimensions, f32 [N d P Q]; beside it the Gaussians of all positions. */
export class PositionalGaussians extends Module<[vectors: Tensor]> {
  readonly features: PatchFeatures;
  readonly scale: LevelScale;
  /** i32 [d]: dimensions that are looked at; or f32 [d D]: a projection, rows orthonormal. */
  readonly reduction: Tensor;
  readonly gaussians: Gaussians;

  constructor(h: NetworkOptions, { learnt = null, random, ...options }: BuildOptions) {
    super();
    this.features = new PatchFeatures(h, { ...options, random, learnt: within(learnt, 'features') });
    const { width, source } = this.features;
    this.scale = new LevelScale(source.levels, learnt !== null, 'variance');
    const dimensions = Math.min(h.dimensions, width);
    const chance = random.split('dimensions');
    this.reduction = stateBuffer(
      h.reduction === 'random' ? tensor(some(width, dimensions, chance), [dimensions], { dtype: 'i32' }) : init.orthogonal()([dimensions, width], chance),
    );
    this.gaussians = new Gaussians(dimensions, within(learnt, 'gaussians'), h.epsilon);
  }

  override forward(vectors: Tensor): Tensor {
    return scope(() => {
      const scaled = this.scale.forward(vectors);
      const { dtype, shape } = this.reduction;
      return dtype === 'i32' ? gather(scaled, this.reduction, 1) : conv2d(scaled, reshape(this.reduction, [...shape, 1, 1]));
    });
  }
}
