// How methods on features learn: the source first, where it is still to be learnt, then passes of their own over its maps.
import type { PatchFeatures } from '../../features/index.ts';
import type { Hypers, ValuesOf } from '../../hyper.ts';
import type { AnyModule } from '../../nn/module.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { OnePassLearning } from '../method.ts';

/** A network on features. */
export type OnFeatures = AnyModule & { readonly features: PatchFeatures };

/** One look at every picture. */
export interface FeaturePass<M extends OnFeatures, H extends Hypers> {
  /** Takes in vectors f32 [N D P Q] of pictures f32 [N C H W]; both are disposed afterwards. */
  readonly observe: (model: M, maps: Tensor, h: ValuesOf<H>, random: Random, images: Tensor) => void | Promise<void>;
  readonly finish?: (model: M, h: ValuesOf<H>, signal: AbortSignal | undefined) => void | Promise<void>;
}

/** @param passes by name, in their order */
export function learnOnFeatures<M extends OnFeatures, H extends Hypers>(passes: Readonly<Record<string, FeaturePass<M, H>>>): OnePassLearning<M, H> {
  return {
    learns: 'onePass',
    passes: ({ features: { source } }) => [...(source.learning && !source.learning.learnt ? ['source'] : []), ...Object.keys(passes)],
    async observe(model, images, h, random, pass) {
      const { features } = model;
      if (pass === 'source') {
        features.source.learning?.observe(images, random);
        return;
      }
      const maps = await features.compute(images);
      try {
        await passes[pass].observe(model, maps, h, random, images);
      } finally {
        maps.dispose();
      }
    },
    async finish(model, h, _random, pass, signal) {
      if (pass === 'source') await model.features.source.learning?.finish();
      else await passes[pass].finish?.(model, h, signal);
    },
  };
}

/** Vectors f32 [N D P Q] of pictures that are to be scored. */
export const vectorsFor = ({ features }: OnFeatures, images: Tensor, before: readonly Tensor[] | undefined): Tensor =>
  before ? before[0] : features.forward(images);
