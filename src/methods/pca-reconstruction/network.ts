// What pca-reconstruction keeps: a source of features, and the principal components of its vectors on normal pictures.
import { Gaussians, LevelScale, PatchFeatures, type SourceValues, type VectorValues, within } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { stateBuffer } from '../../nn/parameter.ts';
import { conv2d, full, reshape, sub, transpose } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';

export type NetworkOptions = SourceValues & VectorValues;

/** What the components make of vectors. */
export interface Parts {
  /** f32 [N K P Q]: along the components, less the mean's. */
  readonly inside: Tensor;
  /** f32 [N D P Q]: what they leave. */
  readonly residual: Tensor;
}

/** Vectors f32 [N D P Q] taken apart into what the largest principal components explain and what they leave. */
export class FeatureComponents extends Module<[vectors: Tensor], Parts> {
  readonly features: PatchFeatures;
  readonly scale: LevelScale;
  /** Moments of all vectors of normal pictures so far, from which the components are made. */
  readonly moments: Gaussians;
  /** f32 [K D], unit vectors. */
  components: Tensor;
  /** f32 [K], their variances. */
  variances: Tensor;
  /** f32 [D] */
  readonly mean: Tensor;
  /** f32 [1]: mean variance of the directions left out. */
  readonly noise: Tensor;

  constructor(h: NetworkOptions, { learnt = null, ...options }: BuildOptions) {
    super();
    this.features = new PatchFeatures(h, { ...options, learnt: within(learnt, 'features') });
    const { width, source } = this.features;
    this.scale = new LevelScale(source.levels, learnt !== null);
    this.moments = new Gaussians(width, within(learnt, 'moments'));
    const count = learnt?.get('components')?.shape[0] ?? 0;
    this.components = stateBuffer(full([count, width], 0));
    this.variances = stateBuffer(full([count], 0));
    this.mean = stateBuffer(full([width], 0));
    this.noise = stateBuffer(full([1], 1));
  }

  override forward(vectors: Tensor): Parts {
    return scope(() => {
      const [count, width] = this.components.shape;
      const away = sub(vectors, reshape(this.mean, [1, width, 1, 1]));
      const inside = conv2d(away, reshape(this.components, [count, width, 1, 1]));
      const explained = conv2d(inside, reshape(transpose(this.components, [1, 0]), [width, count, 1, 1]));
      return { inside, residual: sub(away, explained) };
    });
  }
}
