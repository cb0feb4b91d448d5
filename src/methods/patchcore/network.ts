// What patchcore keeps: a source of features, their scale, a memory bank.
import { Coreset, ChannelScale, PatchFeatures, type SourceValues, within } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { stateBuffer } from '../../nn/parameter.ts';
import { full } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
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
export class MemoryBank extends Module {
  readonly features: PatchFeatures;
  readonly scale: ChannelScale;
  /** f32 [M D]; empty before it has learnt. */
  bank: Tensor;
  /** While it learns. */
  gathering: Coreset | null = null;
  private readonly options: NetworkOptions;

  constructor(h: NetworkOptions, { learnt = null, ...options }: BuildOptions) {
    super();
    this.options = h;
    this.features = new PatchFeatures(h, { ...options, aggregate: h.aggregate, learnt: within(learnt, 'features') });
    const { width } = this.features;
    this.scale = new ChannelScale(width, learnt !== null);
    this.bank = stateBuffer(full([learnt?.get('bank')?.shape[0] ?? 0, width], 0));
  }

  /** Vectors as the bank holds them. */
  look(maps: Tensor): Tensor {
    return this.scale.forward(maps);
  }

  override forward(images: Tensor): Tensor {
    return scope(() => this.look(this.features.forward(images)));
  }

  /** Takes in the vectors of normal pictures, f32 [R D]; what the bank held before is among them. */
  async gather(vectors: Tensor, random: Random): Promise<void> {
    if (!this.gathering) {
      this.gathering = new Coreset({ size: this.options.bank, bytes: this.options.memory * 2 ** 20, projected: this.options.projected, random });
      if (this.bank.shape[0]) await this.gathering.add(this.bank);
    }
    await this.gathering.add(vectors);
  }

  /** Thins what was gathered to the bank. */
  async settle(signal?: AbortSignal): Promise<void> {
    const bank = await this.gathering?.finish(signal);
    this.gathering = null;
    if (!bank) return;
    this.bank.dispose();
    this.bank = stateBuffer(bank);
  }

  override dispose(): void {
    this.gathering?.dispose();
    super.dispose();
  }
}
