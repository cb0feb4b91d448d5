// Layers one after the other.
import type { Tensor } from '../../tensor/tensor.ts';
import { Module } from '../module.ts';

/** Feeds each layer's result to the next; their names are their positions: `0.weight`, `1.scale`. */
export class Sequential extends Module {
  readonly layers: Module[];

  constructor(...layers: Module[]) {
    super();
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  override members(): object {
    return this.layers;
  }
}
