// Spectral normalisation: a layer whose weight is divided by its largest singular value.

import { noGrad } from '../../autograd/tape.ts';
import { must } from '../../errors.ts';
import { copyStep, div, l2Normalize, matmul, normal, reshape, transpose } from '../../ops/index.ts';
import type { Random } from '../../tensor/random.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';
import { type Parameter, stateBuffer } from '../parameter.ts';
import { ConvTranspose2d } from './conv.ts';

/** A layer that can work with a weight other than its own. */
export interface WeightedLayer extends Module {
  readonly weight: Parameter;
  /** The inner layer with the weight that is given. */
  forwardWith(x: Tensor, weight: Tensor): Tensor;
}

/** How the largest singular value is followed. */
export interface SpectralNormOptions {
  /** Where the first estimate comes from. */
  random: Random;
  /** Power iterations at each forward in training mode. Default 1. */
  iterations?: number;
  /** Least length that is divided by. Default 1e-12. */
  epsilon?: number;
}

/**
 * Miyato et al. 2018: the weight, seen as a matrix `[out, the rest]`, over its largest singular value, which power iteration
 * follows from step to step in training mode. The gradient sees the singular vectors as constants.
 */
export class SpectralNorm extends Module {
  readonly layer: WeightedLayer;
  /** `[1 out]`: estimate of the left singular vector. */
  readonly left: Tensor;
  /** `[1 rest]`: estimate of the right one. */
  readonly right: Tensor;
  private readonly iterations: number;
  private readonly epsilon: number;

  constructor(layer: WeightedLayer, { random, iterations = 1, epsilon = 1e-12 }: SpectralNormOptions) {
    super();
    must(Number.isSafeInteger(iterations) && iterations >= 1, `SpectralNorm: iterations is ${iterations}; expected a whole number of at least 1`);
    this.layer = layer;
    this.iterations = iterations;
    this.epsilon = epsilon;
    const [left, right] = scope(() => {
      const matrix = this.matrix();
      const start = l2Normalize(normal([1, matrix.shape[0]], random), 1, epsilon);
      // Many iterations at first, so that the first steps of training see a good estimate.
      return noGrad(() => this.iterate(matrix, start, 15));
    });
    this.left = stateBuffer(left);
    this.right = stateBuffer(right);
  }

  override forward(x: Tensor): Tensor {
    const matrix = this.matrix();
    let [left, right] = [this.left, this.right];
    if (!this.training) {
      // Averages of unit vectors, as averaged weights come with, are shorter.
      [left, right] = [this.unit(left), this.unit(right)];
    } else {
      // Fresh tensors, not the buffers, go into the product: a tape may hold them beyond the next forward.
      [left, right] = noGrad(() => this.iterate(matrix, this.left, this.iterations));
      copyStep(this.left, left);
      copyStep(this.right, right);
    }
    const largest = reshape(matmul(matmul(left, matrix), right, { transposeB: true }), []);
    return this.layer.forwardWith(x, div(this.layer.weight, largest));
  }

  /** The weight as `[out, the rest]`; a transposed convolution has its outputs in the second axis. */
  private matrix(): Tensor {
    const { weight } = this.layer;
    const first = this.layer instanceof ConvTranspose2d ? transpose(weight, [1, 0, 2, 3]) : weight;
    return reshape(first, [first.shape[0], -1]);
  }

  private iterate(matrix: Tensor, start: Tensor, count: number): [left: Tensor, right: Tensor] {
    let left = start;
    let right = start;
    for (let n = 0; n < count; n++) {
      right = this.unit(matmul(left, matrix));
      left = this.unit(matmul(right, matrix, { transposeB: true }));
    }
    return [left, right];
  }

  private unit(x: Tensor): Tensor {
    return l2Normalize(x, 1, this.epsilon);
  }
}
