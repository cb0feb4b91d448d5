// Any source behind a common light, so that exposure is no feature.
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { inLight, type Light } from './light.ts';
import { type FeatureLevel, FeatureSource, type SourceLearning } from './source.ts';

/** What the inner source makes of pictures that were brought to one mean, or to one mean and contrast; see `inLight`. */
export class LitSource extends FeatureSource {
  readonly levels: readonly FeatureLevel[];
  readonly inner: FeatureSource;
  override readonly learning: SourceLearning | null;
  override readonly foreign: boolean;
  private readonly light: Light;

  constructor(inner: FeatureSource, light: Light) {
    super();
    this.inner = inner;
    this.light = light;
    this.levels = inner.levels;
    this.foreign = inner.foreign;
    const { learning } = inner;
    this.learning = learning && {
      get learnt() {
        return learning.learnt;
      },
      observe: (images, random) => scope(() => learning.observe(this.lit(images), random)),
      finish: () => learning.finish(),
    };
  }

  private lit(images: Tensor): Tensor {
    return inLight(this.light, images).pictures[0];
  }

  override forward(images: Tensor): Tensor[] {
    return scope(() => this.inner.forward(this.lit(images)));
  }

  override async compute(images: Tensor): Promise<Tensor[]> {
    if (!this.foreign) return this.forward(images);
    const lit = scope(() => this.lit(images));
    const maps = this.inner.compute(lit);
    if (lit !== images) lit.dispose(); // what it is needed for has been queued
    return maps;
  }
}
