// The fully connected layer.
import { must } from '../../errors.ts';
import { linear } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { defaultBias, defaultWeight } from '../init.ts';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import type { WeightOptions } from './conv.ts';

/** `[… inputs]` → `[… outputs]`: x · weightᵀ + bias. */
export class Linear extends Module {
  /** `[outputs inputs]` */
  readonly weight: Parameter;
  /** `[outputs]` */
  readonly bias: Parameter | null;

  constructor(inputs: number, outputs: number, { random, bias = true, weightInit = defaultWeight, biasInit }: WeightOptions) {
    super();
    for (const [name, n] of Object.entries({ inputs, outputs }))
      must(Number.isSafeInteger(n) && n >= 1, `Linear: ${name} is ${n}; expected a whole number of at least 1`);
    const shape = [outputs, inputs];
    this.weight = new Parameter(weightInit(shape, random));
    this.bias = bias ? new Parameter((biasInit ?? defaultBias(shape))([outputs], random)) : null;
  }

  override forward(x: Tensor): Tensor {
    return this.forwardWith(x, this.weight);
  }

  /** As `forward`, with another weight of the same extents. */
  forwardWith(x: Tensor, weight: Tensor): Tensor {
    return linear(x, weight, this.bias);
  }
}
