// A block that predicts what its own middle hides: masked dilated convolution and channel attention.
import { must } from '../../errors.ts';
import { add, affine, conv2d, pad2d, relu, slice } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { auxiliaryLoss } from '../auxiliary.ts';
import { defaultBias, defaultWeight } from '../init.ts';
import { l2 } from '../losses/l2.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import { SqueezeExcitation } from './squeeze-excitation.ts';

/** What an SSPCAB is made of. */
export interface SspcabOptions {
  /** Where the first weights come from. */
  random: Random;
  /** Side of the four sub-kernels, k'. Default 1. */
  kernel?: number;
  /** Positions between a sub-kernel and the masked middle, d. Default 1. */
  dilation?: number;
  /** Channels over those in the middle of the attention. Default 8. */
  reduction?: number;
  /** Weight of the auxiliary loss. Default 0.1. */
  weight?: number;
}

/**
 * `[N C H W]` → the same: the self-supervised predictive convolutional attentive block (Ristea et al. 2022). Every position is predicted
 * from four sub-kernels of k' x k' at the corners of a field of 2k' + 2d + 1, whose middle is masked; then ReLU, and channel attention.
 * Zeros beyond the border. Its own loss, `weight` · mean (y − x)², goes to `withAuxiliaryLosses` as `sspcab`.
 */
export class Sspcab extends Module {
  /** `[C C 2k' 2k']`: the sub-kernels side by side as they lie in the field. */
  readonly weight: Parameter;
  /** `[C]` */
  readonly bias: Parameter;
  readonly attention: SqueezeExcitation;
  readonly kernel: number;
  readonly dilation: number;
  readonly lossWeight: number;

  constructor(channels: number, { random, kernel = 1, dilation = 1, reduction = 8, weight = 0.1 }: SspcabOptions) {
    super();
    for (const [name, value, least] of [
      ['channels', channels, 1],
      ['kernel', kernel, 1],
      ['dilation', dilation, 0],
    ] as const)
      must(Number.isSafeInteger(value) && value >= least, `Sspcab: ${name} is ${value}; expected a whole number of at least ${least}`);
    must(weight >= 0, `Sspcab: weight is ${weight}; expected at least 0`);
    const attention = new SqueezeExcitation(channels, { random: random.split('attention'), reduction });
    const shape = [channels, channels, 2 * kernel, 2 * kernel];
    this.weight = new Parameter(defaultWeight(shape, random.split('weight')));
    this.bias = new Parameter(defaultBias(shape)([channels], random.split('bias')));
    this.attention = attention;
    this.kernel = kernel;
    this.dilation = dilation;
    this.lossWeight = weight;
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const y = this.attention.forward(relu(this.predict(x)));
      auxiliaryLoss('sspcab', () => affine(l2(y, x), { scale: this.lossWeight }));
      return y;
    });
  }

  /** The masked convolution. */
  private predict(x: Tensor): Tensor {
    const { kernel, dilation, weight, bias } = this;
    const padding = kernel + dilation;
    const apart = kernel + 2 * dilation + 1;
    // Sub-kernels of one tap are the taps of one dilated kernel.
    if (kernel === 1) return conv2d(x, weight, bias, { padding, dilation: apart });
    const padded = pad2d(x, padding);
    const [pictures, channels, height, width] = padded.shape;
    const corners = [0, 1].flatMap((row) =>
      [0, 1].map((column) => {
        const seen = slice(padded, [0, 0, row * apart, column * apart], [pictures, channels, height - apart, width - apart]);
        const own = slice(weight, [0, 0, row * kernel, column * kernel], [channels, channels, kernel, kernel]);
        return conv2d(seen, own, row + column === 0 ? bias : null);
      }),
    );
    return corners.reduce((sum, corner) => add(sum, corner));
  }
}
