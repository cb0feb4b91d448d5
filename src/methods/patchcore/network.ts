// What patchcore keeps: a source of features, the scale of its levels, a memory bank.
import { LevelScale, MemoryBank, PatchFeatures, type SourceValues, UsualLevel, type VectorValues, within } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { concat, nearest, reshape, slice, toVectors } from '../../ops/index.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';

export interface NetworkOptions extends SourceValues, VectorValues {
  readonly bank: number;
  readonly memory: number;
  readonly projected: number;
  readonly place: 'everywhere' | 'position';
}

/** Pictures f32 [N C H W] → scaled vectors f32 [N D P Q]; beside it the vectors of normal pictures. */
export class PatchCore extends Module {
  readonly features: PatchFeatures;
  readonly scale: LevelScale;
  readonly bank: MemoryBank;
  /** What distances of unseen normal pictures come to at each position; null: it does not matter where a vector is. */
  readonly usual: UsualLevel | null;
  /** Pictures of this learning so far, in the pass that goes on. */
  seen = 0;

  constructor(h: NetworkOptions, { learnt = null, ...options }: BuildOptions) {
    super();
    this.features = new PatchFeatures(h, { ...options, learnt: within(learnt, 'features') });
    const { width, source } = this.features;
    this.scale = new LevelScale(source.levels, learnt !== null);
    this.bank = new MemoryBank({ width, size: h.bank, memory: h.memory, projected: h.projected, learnt: within(learnt, 'bank') });
    this.usual = h.place === 'position' ? new UsualLevel(within(learnt, 'usual')) : null;
  }

  override forward(images: Tensor): Tensor {
    return scope(() => this.scale.forward(this.features.forward(images)));
  }

  /** Scaled vectors f32 [N D P Q] → distances to the nearest of the bank f32 [N 1 P Q], and which it is, i32 [N 1 P Q]. */
  compare(vectors: Tensor): { readonly distances: Tensor; readonly indices: Tensor } {
    return scope(() => {
      const [n, d, p, q] = vectors.shape;
      // One picture at a time: what `nearest` needs beside its result stays small.
      const each = Array.from({ length: n }, (_, i) => nearest(toVectors(slice(vectors, [i, 0, 0, 0], [1, d, p, q])), this.bank.vectors));
      const map = (parts: Tensor[]) => reshape(concat(parts), [n, 1, p, q]);
      return { distances: map(each.map((one) => one.distances)), indices: map(each.map((one) => one.indices)) };
    });
  }
}
