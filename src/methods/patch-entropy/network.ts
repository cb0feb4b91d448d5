// What patch-entropy keeps: a source of features and a bank of its vectors; how dense it is and how rich normal pictures are, as Gaussians.
import { Gaussians, LevelScale, MemoryBank, PatchFeatures, pixelGrid, regrid, type SourceValues, type VectorValues, within } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { add, concat, log, mean, nearest, patchEntropyMap, reshape, slice, toVectors } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';

export interface NetworkOptions extends SourceValues, VectorValues {
  readonly bank: number;
  readonly memory: number;
  readonly projected: number;
  readonly neighbours: number;
  readonly radius: number;
  readonly place: 'everywhere' | 'position';
}

/** A distance in the bank below this is none: identical patches must not have the density of a point. */
const least = 1e-4;

/** Pictures f32 [N C H W] and their vectors f32 [N D P Q] → what is judged at every position, f32 [N 2 P Q]. */
export class PatchStatistics extends Module<[images: Tensor, vectors: Tensor]> {
  readonly features: PatchFeatures;
  readonly scale: LevelScale;
  readonly bank: MemoryBank;
  readonly gaussians: Gaussians;
  private readonly options: NetworkOptions;

  constructor(h: NetworkOptions, { learnt = null, ...options }: BuildOptions) {
    super();
    this.options = h;
    this.features = new PatchFeatures(h, { ...options, learnt: within(learnt, 'features') });
    const { width, source } = this.features;
    this.scale = new LevelScale(source.levels, learnt !== null);
    this.bank = new MemoryBank({ width, size: h.bank, memory: h.memory, projected: h.projected, learnt: within(learnt, 'bank') });
    this.gaussians = new Gaussians(2, within(learnt, 'gaussians'), 1e-4);
  }

  /**
   * At every position the logarithm of the distance to the k-th nearest normal vector, which is less log density over D but for a constant
   * (Kozachenko and Leonenko 1987), and the entropy of the grey levels around it in bits.
   */
  override forward(images: Tensor, vectors: Tensor): Tensor {
    return scope(() => {
      const { neighbours, radius } = this.options;
      const [n, d, p, q] = vectors.shape;
      const scaled = this.scale.forward(vectors);
      const k = Math.min(neighbours, this.bank.vectors.shape[0]);
      const away = Array.from({ length: n }, (_, i) => {
        const { distances } = nearest(toVectors(slice(scaled, [i, 0, 0, 0], [1, d, p, q])), this.bank.vectors, { k });
        return reshape(slice(distances, [0, k - 1], [p * q, 1]), [1, 1, p, q]);
      });
      const entropy = mean(patchEntropyMap(images, { radius }), 1, { keepDims: true });
      return concat([log(add(concat(away), least)), regrid(entropy, pixelGrid, this.features.grid, p, q)], 1);
    });
  }

  /** f32 [N 2 P Q] as the Gaussians take them: one for each position, or all positions as pictures of one. */
  placed(statistics: Tensor): Tensor {
    if (this.options.place === 'position') return statistics;
    return scope(() => reshape(toVectors(statistics), [statistics.size / 2, 2, 1, 1]));
  }
}
