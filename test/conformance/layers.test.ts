// Every layer of the registry: extents, state there and back, modes, gradients, nothing left after dispose.
import { describe, expect, it } from 'vitest';
import { record } from '../../src/autograd/tape.ts';
import * as layers from '../../src/nn/layers/index.ts';
import type { Module } from '../../src/nn/module.ts';
import { loadModuleState, moduleState } from '../../src/nn/state.ts';
import { mul, sumTo } from '../../src/ops/index.ts';
import { memory } from '../../src/tensor/device.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { normalFrom, uniformSource } from '../support/cases.ts';

interface Example {
  make: (random: Random) => Module;
  input: readonly number[];
  output: readonly number[];
  /** Names of the state, in order. */
  state?: readonly string[];
  /** Training and inference give different numbers. */
  modesDiffer?: boolean;
}

const image = [2, 4, 7, 5] as const;
const same = (make: () => Module): Example => ({ make, input: image, output: image });

const sspcabState = ['weight', 'bias', 'attention.squeeze.weight', 'attention.squeeze.bias', 'attention.excite.weight', 'attention.excite.bias'];

const examples: Record<keyof typeof layers.layers, Example[]> = {
  adaptiveAveragePool2d: [{ make: () => new layers.AdaptiveAveragePool2d([3, 2]), input: image, output: [2, 4, 3, 2] }],
  adaptiveMaxPool2d: [{ make: () => new layers.AdaptiveMaxPool2d(1), input: image, output: [2, 4, 1, 1] }],
  averagePool2d: [
    { make: () => new layers.AveragePool2d(2), input: image, output: [2, 4, 3, 2] },
    { make: () => new layers.AveragePool2d(3, { stride: 2, padding: 1, countIncludePad: false }), input: image, output: [2, 4, 4, 3] },
  ],
  batchNorm2d: [
    { make: () => new layers.BatchNorm2d(4), input: image, output: image, state: ['scale', 'shift', 'runningMean', 'runningVariance'], modesDiffer: true },
    {
      make: () => new layers.BatchNorm2d(4, { activation: 'relu', momentum: 1 }),
      input: image,
      output: image,
      state: ['scale', 'shift', 'runningMean', 'runningVariance'],
      modesDiffer: true,
    },
  ],
  conv2d: [
    { make: (random) => new layers.Conv2d(4, 6, 3, { random, padding: 'same' }), input: image, output: [2, 6, 7, 5], state: ['weight', 'bias'] },
    {
      make: (random) => new layers.Conv2d(4, 6, [3, 2], { random, stride: 2, padding: [1, 0, 1, 1], groups: 2, bias: false }),
      input: image,
      output: [2, 6, 3, 3],
      state: ['weight'],
    },
    {
      make: (random) => new layers.Conv2d(4, 4, 3, { random, padding: 2, dilation: 2, groups: 4, mode: 'reflect' }),
      input: image,
      output: image,
      state: ['weight', 'bias'],
    },
  ],
  convTranspose2d: [
    {
      make: (random) => new layers.ConvTranspose2d(4, 6, 4, { random, stride: 2, padding: 1 }),
      input: image,
      output: [2, 6, 14, 10],
      state: ['weight', 'bias'],
    },
    {
      make: (random) => new layers.ConvTranspose2d(4, 6, 3, { random, stride: 2, padding: 1, outputPadding: 1, groups: 2, bias: false }),
      input: image,
      output: [2, 6, 14, 10],
      state: ['weight'],
    },
  ],
  dropout: [{ make: (random) => new layers.Dropout({ random, probability: 0.4 }), input: image, output: image, modesDiffer: true }],
  elu: [same(() => new layers.Elu())],
  flatten: [{ make: () => new layers.Flatten(), input: image, output: [2, 140] }],
  gelu: [same(() => new layers.Gelu()), same(() => new layers.Gelu({ form: 'tanh' }))],
  groupNorm: [{ make: () => new layers.GroupNorm(2, 4), input: image, output: image, state: ['scale', 'shift'] }],
  hardSwish: [same(() => new layers.HardSwish())],
  instanceNorm2d: [
    same(() => new layers.InstanceNorm2d(4)),
    { make: () => new layers.InstanceNorm2d(4, { affine: true }), input: image, output: image, state: ['scale', 'shift'] },
  ],
  layerNorm: [
    { make: () => new layers.LayerNorm(5), input: image, output: image, state: ['scale', 'shift'] },
    { make: () => new layers.LayerNorm([7, 5], { affine: false }), input: image, output: image },
  ],
  leakyRelu: [same(() => new layers.LeakyRelu({ slope: 0.2 }))],
  linear: [
    { make: (random) => new layers.Linear(5, 3, { random }), input: [2, 5], output: [2, 3], state: ['weight', 'bias'] },
    { make: (random) => new layers.Linear(5, 3, { random, bias: false }), input: [2, 4, 5], output: [2, 4, 3], state: ['weight'] },
  ],
  maxPool2d: [
    { make: () => new layers.MaxPool2d(2), input: image, output: [2, 4, 3, 2] },
    { make: () => new layers.MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }), input: image, output: [2, 4, 4, 3] },
  ],
  mish: [same(() => new layers.Mish())],
  relu: [same(() => new layers.Relu())],
  relu6: [same(() => new layers.Relu6())],
  resize: [{ make: () => new layers.Resize([5, 9], { mode: 'bilinear' }), input: image, output: [2, 4, 5, 9] }],
  selu: [same(() => new layers.Selu())],
  sequential: [
    {
      make: (random) =>
        new layers.Sequential(
          new layers.Conv2d(4, 6, 3, { random }),
          new layers.BatchNorm2d(6),
          new layers.Relu(),
          new layers.Sequential(new layers.Flatten(), new layers.Linear(90, 3, { random })),
        ),
      input: image,
      output: [2, 3],
      state: ['0.weight', '0.bias', '1.scale', '1.shift', '3.1.weight', '3.1.bias', '1.runningMean', '1.runningVariance'],
      modesDiffer: true,
    },
    { make: () => new layers.Sequential(), input: image, output: image },
  ],
  sigmoid: [same(() => new layers.Sigmoid())],
  silu: [same(() => new layers.Silu())],
  softplus: [same(() => new layers.Softplus({ beta: 2 }))],
  spectralNorm: [
    {
      make: (random) => new layers.SpectralNorm(new layers.Conv2d(4, 6, 3, { random }), { random }),
      input: image,
      output: [2, 6, 5, 3],
      state: ['layer.weight', 'layer.bias', 'left', 'right'],
      modesDiffer: true,
    },
    {
      make: (random) => new layers.SpectralNorm(new layers.ConvTranspose2d(4, 6, 2, { random, stride: 2, bias: false }), { random }),
      input: image,
      output: [2, 6, 14, 10],
      state: ['layer.weight', 'left', 'right'],
      modesDiffer: true,
    },
    {
      make: (random) => new layers.SpectralNorm(new layers.Linear(5, 3, { random }), { random, iterations: 2 }),
      input: [2, 5],
      output: [2, 3],
      state: ['layer.weight', 'layer.bias', 'left', 'right'],
      modesDiffer: true,
    },
  ],
  squeezeExcitation: [
    {
      make: (random) => new layers.SqueezeExcitation(4, { random, reduction: 2 }),
      input: image,
      output: image,
      state: ['squeeze.weight', 'squeeze.bias', 'excite.weight', 'excite.bias'],
    },
  ],
  sspcab: [
    { make: (random) => new layers.Sspcab(4, { random, reduction: 2 }), input: image, output: image, state: sspcabState },
    { make: (random) => new layers.Sspcab(4, { random, kernel: 2, dilation: 0, reduction: 1 }), input: image, output: image, state: sspcabState },
  ],
  tanh: [same(() => new layers.Tanh())],
  upsample: [
    { make: () => new layers.Upsample(), input: image, output: [2, 4, 14, 10] },
    { make: () => new layers.Upsample({ factor: [2, 1.5], mode: 'bilinear', alignCorners: true }), input: image, output: [2, 4, 14, 7] },
  ],
  upsampleConv2d: [{ make: (random) => new layers.UpsampleConv2d(4, 3, 3, { random }), input: image, output: [2, 3, 14, 10], state: ['weight', 'bias'] }],
};

function normals(shape: readonly number[], seed: number): Tensor {
  const uniform = uniformSource(seed);
  return tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => normalFrom(uniform)),
    shape,
  );
}

const run = (layer: Module, input: readonly number[], seed = 1) => scope(() => ({ numbers: layer.forward(normals(input, seed)).readSync() })).numbers;

/** Moves running statistics and weights away from where they began. */
function disturb(layer: Module): void {
  layer.train();
  run(layer, input(layer), 7);
  layer.eval();
}
const inputs = new WeakMap<Module, readonly number[]>();
const input = (layer: Module) => inputs.get(layer)!;
function build({ make, input }: Example, seed: number): Module {
  const layer = make(new Random(seed));
  inputs.set(layer, input);
  return layer;
}

describe.each(Object.entries(layers.layers))('%s', (name, Layer) => {
  const own = examples[name as keyof typeof examples];

  it('has an example of its own class', () => {
    expect(own.length).toBeGreaterThan(0);
    for (const example of own) {
      using layer = build(example, 1);
      expect(layer).toBeInstanceOf(Layer);
    }
  });

  own.forEach((example, i) => {
    describe(`example ${i}`, () => {
      it('gives the extents it promises, and finite numbers, in both modes', () => {
        using layer = build(example, 1);
        for (const on of [true, false]) {
          layer.train(on);
          scope(() => {
            const y = layer.forward(normals(example.input, 3));
            expect(y.shape).toEqual(example.output);
            expect(y.readSync().every(Number.isFinite)).toBe(true);
          });
        }
      });

      it('holds the state it promises, and it comes back bit for bit', async () => {
        using from = build(example, 1);
        using to = build(example, 2);
        disturb(from);
        const state = await moduleState(from);
        expect([...state.keys()]).toEqual(example.state ?? []);
        loadModuleState(to, state);
        expect(await moduleState(to)).toEqual(state);
        expect(run(to.eval(), example.input)).toEqual(run(from, example.input));
      });

      it('is the same for the same seed', () => {
        using one = build(example, 5);
        using two = build(example, 5);
        expect(run(one, example.input)).toEqual(run(two, example.input));
      });

      it(example.modesDiffer ? 'differs between training and inference' : 'does not know training from inference', () => {
        using layer = build(example, 1);
        disturb(layer);
        const after = run(layer, example.input);
        expect(run(layer, example.input), 'inference changes nothing').toEqual(after);
        const training = run(layer.train(), example.input);
        if (example.modesDiffer) expect(training).not.toEqual(after);
        else expect(training).toEqual(after);
      });

      it('lets gradients reach every parameter and the input, in both modes', () => {
        using layer = build(example, 1);
        for (const on of [true, false]) {
          layer.train(on);
          scope(() => {
            const x = normals(example.input, 4);
            const gradients = record(() => sumTo(mul(layer.forward(x), normals(example.output, 5)), []), { watch: [x] }).backward();
            for (const [key, one] of [...layer.namedParameters(), ['the input', x] as const]) {
              const gradient = gradients.get(one);
              expect(gradient?.shape, key).toEqual(one.shape);
              expect(
                gradient?.readSync().some((g) => g !== 0 && Number.isFinite(g)),
                key,
              ).toBe(true);
            }
          });
        }
      });

      it('leaves nothing after dispose', () => {
        const before = memory().liveTensors;
        const layer = build(example, 1);
        run(layer, example.input);
        expect(memory().liveTensors - before).toBe((example.state ?? []).length);
        layer.dispose();
        expect(memory().liveTensors).toBe(before);
      });
    });
  });
});
