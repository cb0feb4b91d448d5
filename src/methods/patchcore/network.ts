// What patchcore keeps: a source of features, the scale of its levels, a memory bank.
import { LevelScale, MemoryBank, PatchFeatures, type SourceValues, within } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';

export interface NetworkOptions extends SourceValues {
  readonly aggregate: number;
  readonly bank: number;
  readonly memory: number;
  readonly projected: number;
}

/** Pictures f32 [N C H W] → scaled vectors f32 [N D P Q]; beside it the vectors of normal pictures. */
export class PatchCore extends Module {
  readonly features: PatchFeatures;
  readonly scale: LevelScale;
  readonly bank: MemoryBank;

  constructor(h: NetworkOptions, { learnt = null, ...options }: BuildOptions) {
    super();
    this.features = new PatchFeatures(h, { ...options, aggregate: h.aggregate, learnt: within(learnt, 'features') });
    const { width, source } = this.features;
    this.scale = new LevelScale(
      source.levels.map(({ channels }) => channels),
      learnt !== null,
    );
    this.bank = new MemoryBank({ width, size: h.bank, memory: h.memory, projected: h.projected, learnt: within(learnt, 'bank') });
  }

  override forward(images: Tensor): Tensor {
    return scope(() => this.scale.forward(this.features.forward(images)));
  }
}
