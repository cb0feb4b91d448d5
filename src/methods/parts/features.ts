// How methods on features learn: the source first, where it is still to be learnt, then passes of their own over its maps.
import type { FeatureSource } from '../../features/index.ts';
import type { Hypers, ValuesOf } from '../../hyper.ts';
import type { AnyModule } from '../../nn/module.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { OnePassLearning } from '../method.ts';

/** A network on features: vectors of one grid, or one map for each level. */
export type OnFeatures<T extends Tensor | readonly Tensor[] = Tensor> = AnyModule & {
  readonly features: {
    readonly source: FeatureSource;
    readonly forward: (images: Tensor) => T;
    /** Also of sources that have to be waited for; the result is the caller's. */
    readonly compute: (images: Tensor) => Promise<T>;
  };
};

/** One look at every picture. */
export interface FeaturePass<M, H extends Hypers, T = Tensor> {
  /** Whether the network as it was built needs it. Default: yes. */
  readonly wanted?: (model: M) => boolean;
  /** Takes in vectors f32 [N D P Q], or those of each level, of pictures f32 [N C H W]; all are disposed afterwards. */
  readonly observe: (model: M, maps: T, h: ValuesOf<H>, random: Random, images: Tensor, signal: AbortSignal | undefined) => void | Promise<void>;
  readonly finish?: (model: M, h: ValuesOf<H>, signal: AbortSignal | undefined) => void | Promise<void>;
}

/** @param passes by name, in their order */
export function learnOnFeatures<M extends OnFeatures<T>, H extends Hypers, T extends Tensor | readonly Tensor[] = Tensor>(
  passes: Readonly<Record<string, FeaturePass<M, H, T>>>,
): OnePassLearning<M, H> {
  return {
    learns: 'onePass',
    passes(model) {
      const { learning } = model.features.source;
      const own = Object.keys(passes).filter((name) => passes[name].wanted?.(model) ?? true);
      return learning && !learning.learnt ? ['source', ...own] : own;
    },
    async observe(model, images, h, random, pass, signal) {
      const { features } = model;
      if (pass === 'source') {
        features.source.learning?.observe(images, random);
        return;
      }
      const maps = await features.compute(images);
      try {
        await passes[pass].observe(model, maps, h, random, images, signal);
      } finally {
        for (const map of listed(maps)) map.dispose();
      }
    },
    async finish(model, h, _random, pass, signal) {
      if (pass === 'source') await model.features.source.learning?.finish();
      else await passes[pass].finish?.(model, h, signal);
    },
  };
}

const listed = (maps: Tensor | readonly Tensor[]): readonly Tensor[] => (Array.isArray(maps) ? maps : [maps as Tensor]);

/** For a method's `before`: what has to be waited for, of a source that computes elsewhere. */
export const aheadOf = ({ features }: OnFeatures | OnFeatures<readonly Tensor[]>, images: Tensor): Promise<readonly Tensor[]> | null =>
  features.source.foreign ? (features.compute(images) as Promise<Tensor | readonly Tensor[]>).then(listed) : null;

/** Vectors f32 [N D P Q] of pictures that are to be scored. */
export const vectorsFor = ({ features }: OnFeatures, images: Tensor, before: readonly Tensor[] | undefined): Tensor =>
  before ? before[0] : features.forward(images);
