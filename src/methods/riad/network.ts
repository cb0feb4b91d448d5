// Network of riad: a U-Net that inpaints what is hidden from it.
import { Sspcab } from '../../nn/layers/index.ts';
import { Module } from '../../nn/module.ts';
import { doublingWidths, UNet } from '../../nn/networks/index.ts';
import { mul, reshape, sub, sum } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface NetworkOptions {
  readonly channels: 1 | 3;
  /** Side of the blocks of pixels that the first layer makes one position of; a power of two. */
  readonly block: number;
  /** Channels at the first level; doubled at each halving, up to eight times. */
  readonly width: number;
  /** Halvings. */
  readonly levels: number;
  /** Weight of the own loss of a predictive block in the bottleneck; 0: no such block. */
  readonly sspcab: number;
  readonly random: Random;
}

/** `[N C H W]` → the same, painted anew from what is left of it; H and W multiples of block · 2^levels. */
export class Inpainter extends Module {
  readonly paint: UNet;

  constructor({ channels, block, width, levels, sspcab, random }: NetworkOptions) {
    super();
    const widths = doublingWidths(width, levels);
    const bottleneck = sspcab > 0 ? new Sspcab(widths[levels], { random: random.split('sspcab'), weight: sspcab }) : null;
    this.paint = new UNet({ inputs: channels, outputs: channels, widths, block, bottleneck, random: random.split('paint') });
  }

  override forward(x: Tensor): Tensor {
    return this.paint.forward(x);
  }

  /**
   * Every part of the pictures as it is painted while it is hidden.
   *
   * @param images f32 [N C H W]
   * @param hidden f32 [sets 1 H W], of which over all sets every pixel is 1 once
   * @returns f32 [N C H W]
   */
  inpaint(images: Tensor, hidden: Tensor): Tensor {
    return scope(() => {
      const [sets, , height, width] = hidden.shape;
      const masks = reshape(hidden, [sets, 1, 1, height, width]);
      const left = mul(reshape(images, [1, ...images.shape]), sub(1, masks));
      // All sets go through the network as one batch.
      const painted = this.forward(reshape(left, [-1, ...images.shape.slice(1)]));
      return sum(mul(reshape(painted, [sets, ...images.shape]), masks), 0);
    });
  }
}
