// Folding and fusing: the same numbers as the layers they replace, whatever the convolution and the activation.
import { describe, expect, it } from 'vitest';
import { fuse, fuseLayers } from '../../src/nn/fold.ts';
import * as layers from '../../src/nn/layers/index.ts';
import { Module } from '../../src/nn/module.ts';
import { loadModuleState, moduleState } from '../../src/nn/state.ts';
import { add, copyStep, relu } from '../../src/ops/index.ts';
import { memory } from '../../src/tensor/device.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { normalFrom, relativeError, uniformSource } from '../support/cases.ts';
import { thrown } from '../support/thrown.ts';

const random = new Random(3);

function normals(shape: readonly number[], seed: number): Tensor {
  const uniform = uniformSource(seed);
  return tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => normalFrom(uniform)),
    shape,
  );
}

/** A normalisation as after long training, one channel nearly dead. */
function norm(channels: number, activation: 'identity' | 'relu' = 'identity'): layers.BatchNorm2d {
  const layer = new layers.BatchNorm2d(channels, { activation, epsilon: 1e-3 });
  const uniform = uniformSource(channels);
  const fill = (target: Tensor, value: (i: number) => number) =>
    scope(() => copyStep(target, tensor(Float32Array.from({ length: channels }, (_, i) => value(i)))));
  fill(layer.scale, () => 0.5 + uniform());
  fill(layer.shift, () => uniform() - 0.5);
  fill(layer.runningMean, () => 2 * uniform() - 1);
  fill(layer.runningVariance, (i) => (i === 0 ? 1e-4 : 0.2 + uniform()));
  return layer;
}

const run = (layer: Module, seed = 9, shape: readonly number[] = [2, 4, 7, 5]) =>
  scope(() => ({ numbers: layer.forward(normals(shape, seed)).readSync() })).numbers;

const convolutions: Record<string, () => Module> = {
  conv2d: () => new layers.Conv2d(4, 6, 3, { random, padding: 1 }),
  'conv2d without bias, grouped, strided': () => new layers.Conv2d(4, 6, 3, { random, stride: 2, padding: [1, 0, 2, 1], groups: 2, bias: false }),
  'conv2d reflecting, dilated': () => new layers.Conv2d(4, 6, 3, { random, padding: 2, dilation: 2, mode: 'reflect' }),
  convTranspose2d: () => new layers.ConvTranspose2d(4, 6, 4, { random, stride: 2, padding: 1 }),
  'convTranspose2d with output padding, no bias': () => new layers.ConvTranspose2d(4, 6, 3, { random, stride: 2, padding: 1, outputPadding: 1, bias: false }),
  'convTranspose2d grouped, dilated': () => new layers.ConvTranspose2d(4, 6, 3, { random, stride: 2, padding: 1, dilation: 2, groups: 2 }),
  upsampleConv2d: () => new layers.UpsampleConv2d(4, 6, 3, { random }),
  'upsampleConv2d, even kernel': () => new layers.UpsampleConv2d(4, 6, [2, 4], { random, bias: false }),
};
const activations: Record<string, () => Module[]> = {
  nothing: () => [],
  relu: () => [new layers.Relu()],
  'leakyRelu 0.2': () => [new layers.LeakyRelu({ slope: 0.2 })],
  'elu 0.5': () => [new layers.Elu({ alpha: 0.5 })],
  sigmoid: () => [new layers.Sigmoid()],
  tanh: () => [new layers.Tanh()],
  silu: () => [new layers.Silu()],
  relu6: () => [new layers.Relu6()],
  gelu: () => [new layers.Gelu()],
  'what is not fused': () => [new layers.Gelu({ form: 'tanh' })],
};

describe.each(Object.entries(convolutions))('%s', (_, convolution) => {
  it.each(Object.entries(activations))('then normalisation, then %s', (name, activation) => {
    using network = new layers.Sequential(convolution(), norm(6), ...activation());
    const before = run(network.eval());
    fuse(network);
    expect(network.layers.length).toBe(name === 'what is not fused' ? 2 : 1);
    expect(relativeError(run(network), before)).toBeLessThan(1e-5);
  });

  it('alone, and with an activation inside the normalisation', () => {
    using network = new layers.Sequential(convolution(), norm(6, 'relu'), new layers.Tanh(), new layers.Conv2d(6, 3, 1, { random }));
    const before = run(network.eval());
    fuse(network);
    expect(network.layers.map((layer) => layer.constructor.name).slice(1)).toEqual(['Tanh', 'FusedConv2d']);
    expect(relativeError(run(network), before)).toBeLessThan(1e-5);
  });
});

class Body extends Module {
  readonly first = new layers.Sequential(new layers.Conv2d(4, 4, 3, { random, padding: 1 }), norm(4), new layers.Relu());
  readonly shared = new layers.Conv2d(4, 4, 1, { random });
  readonly arms = { left: new layers.Sequential(this.shared, norm(4)), right: new layers.Sequential(norm(4), this.shared) };
  override forward(x: Tensor): Tensor {
    const y = this.first.forward(x);
    return add(this.arms.left.forward(y), this.arms.right.forward(y));
  }
}

describe('a network', () => {
  it('is fused inside, keeps what is shared, and leaks nothing', async () => {
    const start = memory().liveTensors;
    using body = new Body();
    body.eval();
    const before = run(body);
    expect(fuse(body)).toBe(body);
    expect(body.first.layers.length).toBe(1);
    expect(body.arms.left.layers.length).toBe(2);
    expect(relativeError(run(body), before)).toBeLessThan(1e-5);
    expect(body.training).toBe(false);
    using again = fuse(new Body());
    loadModuleState(again, await moduleState(body));
    expect(run(again)).toEqual(run(body));
    again.dispose();
    body.dispose();
    expect(memory().liveTensors).toBe(start);
  });

  it('may add the other arm of a residual block in the same pass', () => {
    using convolution = new layers.Conv2d(4, 4, 3, { random, padding: 1 });
    using normalisation = norm(4).eval();
    using fused = fuseLayers(convolution, normalisation, { activation: 'relu' });
    scope(() => {
      const x = normals([2, 4, 7, 5], 1);
      const expected = relu(add(normalisation.forward(convolution.forward(x)), x));
      expect(relativeError(fused.forward(x, x).readSync(), expected.readSync())).toBeLessThan(1e-5);
    });
  });

  it('refuses what does not fit together', () => {
    using convolution = new layers.Conv2d(4, 6, 3, { random });
    using five = norm(5);
    using fitting = norm(6, 'relu');
    expect(thrown(() => fuseLayers(convolution, five))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fuseLayers: the convolution has 6 outputs but the normalisation 5 channels; expected equal counts"`,
    );
    expect(thrown(() => fuseLayers(convolution, fitting, { activation: 'relu' }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fuseLayers: the normalisation has an activation of its own; expected no other after it"`,
    );
  });
});
