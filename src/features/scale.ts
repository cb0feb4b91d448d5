// Vectors of several levels on one scale: what a level contributes to a distance must not depend on the size of its numbers.
import { Module } from '../nn/module.ts';
import { stateBuffer } from '../nn/parameter.ts';
import { affine, copyStep, full, max, maximum, mean, mul, reciprocal, reshape, sqrt, sub, variance } from '../ops/index.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Standard scores of channels: less the mean, over the deviation, of the first batch of normal pictures, divided by √D, so that distances
 * are about 1 whatever the source. Channels that hardly vary are not blown up: no deviation counts as less than a thousandth of the largest.
 */
export class ChannelScale extends Module {
  /** [D] */
  readonly shift: Tensor;
  /** [D] */
  readonly factor: Tensor;
  private ready: boolean;

  /** @param goesOn whether its tensors will be those of an earlier one */
  constructor(width: number, goesOn: boolean) {
    super();
    this.shift = stateBuffer(full([width], 0));
    this.factor = stateBuffer(full([width], 1));
    this.ready = goesOn;
  }

  /** Takes the first batch f32 [N D P Q] that it is shown as its measure; later ones change nothing. */
  observe(maps: Tensor): void {
    if (this.ready) return;
    this.ready = true;
    scope(() => {
      const deviation = sqrt(variance(maps, [0, 2, 3]));
      const least = maximum(affine(max(deviation), { scale: 1e-3 }), 1e-12);
      copyStep(this.shift, mean(maps, [0, 2, 3]));
      copyStep(this.factor, reciprocal(maximum(deviation, least), { numerator: 1 / Math.sqrt(maps.shape[1]) }));
    });
  }

  override forward(maps: Tensor): Tensor {
    const extents = [1, this.shift.shape[0], 1, 1];
    return scope(() => mul(sub(maps, reshape(this.shift, extents)), reshape(this.factor, extents)));
  }
}
