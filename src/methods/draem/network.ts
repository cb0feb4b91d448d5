// Networks of draem: an autoencoder that restores, and a U-Net that sees picture and restoration beside each other.
import { Sspcab } from '../../nn/layers/index.ts';
import { Module } from '../../nn/module.ts';
import { doublingWidths, UNet } from '../../nn/networks/index.ts';
import { concat } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface NetworkOptions {
  readonly channels: 1 | 3;
  /** Side of the blocks of pixels that the first layers make one position of; a power of two. */
  readonly block: number;
  /** Channels at the autoencoder's first level; doubled at each halving, up to eight times. */
  readonly width: number;
  /** Halvings of the autoencoder. */
  readonly levels: number;
  /** Channels at the U-Net's first level. */
  readonly segmentWidth: number;
  /** Halvings of the U-Net. */
  readonly segmentLevels: number;
  /** Weight of the own loss of a predictive block in the autoencoder's bottleneck; 0: no such block. */
  readonly sspcab: number;
  readonly random: Random;
}

/** What the network makes of pictures. */
export interface Detected {
  /** f32 [N C H W]: the pictures without what is abnormal. */
  readonly restored: Tensor;
  /** f32 [N 1 H W]: logits of being abnormal, the difference of the two logits of the paper's softmax. */
  readonly logits: Tensor;
}

/** `[N C H W]` → the restoration and the logits; H and W are multiples of `multiple`. */
export class RestoreAndSegment extends Module<[x: Tensor], Detected> {
  readonly restore: UNet;
  readonly segment: UNet;

  constructor({ channels, block, width, levels, segmentWidth, segmentLevels, sspcab, random }: NetworkOptions) {
    super();
    const widths = doublingWidths(width, levels);
    const bottleneck = sspcab > 0 ? new Sspcab(widths[levels], { random: random.split('sspcab'), weight: sspcab }) : null;
    this.restore = new UNet({ inputs: channels, outputs: channels, widths, block, skips: 'none', bottleneck, random: random.split('restore') });
    this.segment = new UNet({ inputs: 2 * channels, outputs: 1, widths: doublingWidths(segmentWidth, segmentLevels), block, random: random.split('segment') });
  }

  override forward(x: Tensor): Detected {
    return scope(() => {
      const restored = this.restore.forward(x);
      return { restored, logits: this.segment.forward(concat([x, restored], 1)) };
    });
  }
}
