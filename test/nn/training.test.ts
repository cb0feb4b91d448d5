// A small network of many layers, trained five steps, against PyTorch: losses, every weight, and inference afterwards.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { record } from '../../src/autograd/tape.ts';
import { fuse } from '../../src/nn/fold.ts';
import * as layers from '../../src/nn/layers/index.ts';
import { bceWithLogits } from '../../src/nn/losses/index.ts';
import { AdamW, clipByNorm } from '../../src/nn/optim/index.ts';
import { type ArrayEntry, loadModuleState, moduleState } from '../../src/nn/state.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { sizeOf, tensor } from '../../src/tensor/tensor.ts';
import { relativeError } from '../support/cases.ts';

const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/training.json'), 'utf8')) as {
  losses: number[];
  output: number[];
  state: Record<string, number[]>;
};

const pattern = (shape: readonly number[], step: number, scale: number) =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => (((i * step) % 101) - 50) / scale);

/** PyTorch calls a normalisation's scale weight and its shift bias. */
const theirs = (name: string, isNorm: boolean) =>
  isNorm ? name.replace('scale', 'weight').replace('shift', 'bias').replace('runningMean', 'running_mean').replace('runningVariance', 'running_var') : name;

it('trains as PyTorch does', async () => {
  const random = new Random(1);
  using network = new layers.Sequential(
    new layers.Conv2d(2, 4, 3, { random, padding: 1, mode: 'reflect', bias: false }),
    new layers.BatchNorm2d(4),
    new layers.Relu(),
    new layers.Conv2d(4, 8, 3, { random, stride: 2, padding: 1, groups: 2, bias: false }),
    new layers.InstanceNorm2d(8, { affine: true }),
    new layers.LeakyRelu({ slope: 0.2 }),
    new layers.MaxPool2d(2),
    new layers.ConvTranspose2d(8, 3, 4, { random, stride: 2, padding: 1 }),
    new layers.GroupNorm(1, 3),
    new layers.Silu(),
    new layers.Flatten(),
    new layers.Linear(48, 5, { random }),
  );
  const first = [...network.namedParameters()].map(([name, { shape }], i): [string, ArrayEntry] => {
    const data = pattern(shape, 37 + 2 * i, 150);
    return [name, { dtype: 'f32', shape, data: name.endsWith('scale') ? data.map((v) => v + 1) : data }];
  });
  loadModuleState(network, new Map(first), { strict: false });

  using x = tensor(pattern([3, 2, 8, 8], 29, 40), [3, 2, 8, 8]);
  using target = tensor(
    pattern([3, 5], 13, 100).map((v) => (v > 0 ? 1 : 0)),
    [3, 5],
  );
  using optimizer = new AdamW(network.namedParameters(), { rate: 0.02, weightDecay: 0.05 });
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    using loss = scope(() => {
      const tape = record(() => bceWithLogits(network.forward(x), target));
      const gradients = tape.backward();
      optimizer.step(gradients, clipByNorm(gradients, 1));
      return tape.value;
    });
    losses.push(await loss.item());
  }
  expect(relativeError(losses, golden.losses)).toBeLessThan(2e-6);

  const state = await moduleState(network);
  const names = [...state.keys()].map((name) => [name, theirs(name, ['1', '4', '8'].includes(name.split('.')[0]))]);
  expect(names.map(([, name]) => name).sort()).toEqual(Object.keys(golden.state).sort());
  for (const [own, their] of names) expect(relativeError(state.get(own)!.data, golden.state[their]), own).toBeLessThan(2e-5);

  network.eval();
  const infer = () => scope(() => ({ numbers: network.forward(x).readSync() })).numbers;
  const before = infer();
  expect(relativeError(before, golden.output)).toBeLessThan(2e-5);
  fuse(network);
  expect(relativeError(infer(), before)).toBeLessThan(1e-5);
});
