// Levels on one scale: what a level contributes to a distance must depend neither on the size of its numbers nor on how many they are.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import { concat, copyStep, full, greater, mean, mul, reciprocal, reshape, slice, sqrt, square, sub, variance, where } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { FeatureLevel } from './source.ts';

/** Of the size of a level's numbers: a smaller deviation is rounding. */
const leastShare = 1e-6;

/**
 * Vectors less the mean of the first batch of normal pictures, each level over its own deviation (one number for all its channels, so
 * that those that vary much still count for much) and over the root of twice its channels and of the count of levels: normal vectors lie
 * about 1 apart whatever the source. A level that does not vary in that batch is measured by the size of its numbers, one that is 0
 * throughout by 1.
 */
export class LevelScale extends Module {
  /** [D] */
  readonly shift: Tensor;
  /** [D] */
  readonly factor: Tensor;
  private readonly channels: readonly number[];
  private readonly unit: 'distance' | 'variance';
  private ready: boolean;

  /**
   * @param levels whose vectors stand side by side
   * @param goesOn whether its tensors will be those of an earlier one
   * @param unit what is about 1: the distance of two normal vectors, or the variance of a channel
   */
  constructor(levels: readonly Pick<FeatureLevel, 'channels'>[], goesOn: boolean, unit: 'distance' | 'variance' = 'distance') {
    super();
    const channels = levels.map((level) => level.channels);
    const width = channels.reduce((a, b) => a + b, 0);
    this.shift = stateBuffer(full([width], 0));
    this.factor = stateBuffer(full([width], 1));
    this.channels = channels;
    this.ready = goesOn;
    this.unit = unit;
  }

  /** Takes the first batch f32 [N D P Q] that it is shown as its measure; later ones change nothing. */
  observe(maps: Tensor): void {
    if (this.ready) return;
    this.ready = true;
    scope(() => {
      copyStep(this.shift, mean(maps, [0, 2, 3]));
      const [variances, squares] = [variance(maps, [0, 2, 3]), mean(square(maps), [0, 2, 3])];
      let at = 0;
      const factors = this.channels.map((count) => {
        const [deviation, size] = [variances, squares].map((x) => sqrt(mean(slice(x, [at], [count]), 0, { keepDims: true })));
        const varies = greater(deviation, mul(size, leastShare));
        const unit = where(varies, deviation, where(greater(size, 0), size, 1));
        at += count;
        return mul(full([count], this.unit === 'variance' ? 1 : 1 / Math.sqrt(2 * count * this.channels.length)), reciprocal(unit));
      });
      copyStep(this.factor, concat(factors));
    });
  }

  override forward(maps: Tensor): Tensor {
    const extents = [1, this.shift.shape[0], 1, 1];
    return scope(() => mul(sub(maps, reshape(this.shift, extents)), reshape(this.factor, extents)));
  }
}
