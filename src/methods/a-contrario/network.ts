// What a-contrario keeps: a source of features, and for each of its levels what makes normal vectors standard normal ones.
import { must } from '../../errors.ts';
import { buildSource, type FeatureLevel, type FeatureSource, type SourceValues, toPixels, Whitening, within } from '../../features/index.ts';
import { Module } from '../../nn/module.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BuildOptions } from '../method.ts';

export interface NetworkOptions extends SourceValues {
  readonly window: number;
  readonly reference: 'normals' | 'self';
}

/** A source's levels, one by one. */
class Levels extends Module<[images: Tensor], readonly Tensor[]> {
  readonly source: FeatureSource;

  constructor(source: FeatureSource) {
    super();
    this.source = source;
  }

  override forward(images: Tensor): readonly Tensor[] {
    return this.source.forward(images);
  }

  compute(images: Tensor): Promise<readonly Tensor[]> {
    return this.source.compute(images);
  }
}

/** Maps of levels → the same, standard normal where the picture is as its reference. */
export class WhiteLevels extends Module<[maps: readonly Tensor[]], readonly Tensor[]> {
  readonly features: Levels;
  readonly whitenings: readonly Whitening[];
  private readonly reference: NetworkOptions['reference'];
  private readonly extents: readonly [number, number];

  constructor(h: NetworkOptions, { channels, random, weights = null, learnt = null, height, width }: BuildOptions) {
    super();
    must(h.window % 2 === 1, `a-contrario: window is ${h.window}; expected an odd whole number`);
    this.features = new Levels(buildSource(h, { channels, random, weights, learnt: within(learnt, 'features.source') }));
    this.reference = h.reference;
    this.whitenings = this.levels.map((level, i) => new Whitening(level.channels, within(learnt, `whitenings.${i}`)));
    this.extents = [height, width];
  }

  get levels(): readonly FeatureLevel[] {
    return this.features.source.levels;
  }

  override forward(maps: readonly Tensor[]): readonly Tensor[] {
    return scope(() => maps.map((map, i) => (this.reference === 'self' ? this.whitenings[i].byItself(map) : this.whitenings[i].forward(map))));
  }

  /** A map f32 [N 1 P Q] of one level at every pixel of the input. */
  toPixels(map: Tensor, level: number): Tensor {
    return toPixels(map, this.levels[level], this.extents[0], this.extents[1]);
  }
}
