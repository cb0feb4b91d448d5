// U-Net: its wiring layer by layer against plain operations, every setting's extents and gradients, the same numbers once fused.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { fuse } from '../../../src/nn/fold.ts';
import { Module } from '../../../src/nn/module.ts';
import { doublingWidths, UNet, type UNetOptions } from '../../../src/nn/networks/index.ts';
import { loadModuleState, moduleState } from '../../../src/nn/state.ts';
import * as ops from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { relativeError } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const common = { inputs: 3, outputs: 2, widths: [4, 6, 8], random: new Random(3) };
const pictures = (shape: readonly number[], seed = 1) => ops.normal(shape, new Random(seed));

class Doubled extends Module {
  override forward(x: Tensor): Tensor {
    return ops.affine(x, { scale: 2 });
  }
}

const variants: Record<string, Partial<UNetOptions>> = {
  'as it is': {},
  'an autoencoder': { skips: 'none' },
  'skips that add': { skips: 'add', convolutions: 1 },
  'blocks of pixels': { block: 2, last: 'sigmoid' },
  'strided, as in DCGAN': { down: 'stride', up: 'transposed', activation: 'leakyRelu', convolutions: 1, last: 'tanh' },
  'strided with more convolutions': { down: 'stride', convolutions: 2 },
  'instance norm': { norm: 'instance' },
  'group norm': { norm: 'group', widths: [16, 32, 12] },
  'no norm': { norm: 'none' },
  'one level': { widths: [5] },
};

/** Moves running statistics away from where they began, and gives nothing. */
const disturb = (network: UNet, x: Tensor) => scope(() => void network.train().forward(x));

describe.each(Object.entries(variants))('%s', (_, variant) => {
  const shape = [2, 3, 16, 24];

  it('keeps the extents, stays in range, and lets gradients reach every parameter', () => {
    using network = new UNet({ ...common, ...variant });
    scope(() => {
      const x = pictures(shape);
      const weights = pictures([2, 2, 16, 24], 5);
      const tape = record(() => network.forward(x), { watch: [x] });
      expect(tape.value.shape).toEqual([2, 2, 16, 24]);
      const numbers = [...tape.value.readSync()];
      if (variant.last === 'sigmoid') expect(numbers.every((y) => y > 0 && y < 1)).toBe(true);
      if (variant.last === 'tanh') expect(numbers.every((y) => y > -1 && y < 1)).toBe(true);
      const gradients = tape.backward(tape.value, weights);
      for (const [name, one] of [...network.namedParameters(), ['the input', x] as const])
        expect(
          gradients
            .get(one)
            ?.readSync()
            .some((g) => g !== 0 && Number.isFinite(g)),
          name,
        ).toBe(true);
    });
  });

  it('gives the same numbers once fused, and from its state', async () => {
    using network = new UNet({ ...common, ...variant });
    using again = new UNet({ ...common, ...variant, random: new Random(4) });
    const x = ops.normal(shape, new Random(9));
    disturb(network, x);
    loadModuleState(again, await moduleState(network));
    const run = (one: UNet) => scope(() => ({ numbers: one.forward(x).readSync() })).numbers;
    const before = run(network.eval());
    expect(run(again.eval())).toEqual(before);
    expect(relativeError(run(fuse(network)), before)).toBeLessThan(1e-5);
    x.dispose();
  });
});

it('is wired as the paper draws it', async () => {
  using network = new UNet({ ...common, widths: [4, 6], norm: 'none', convolutions: 2, bottleneck: new Doubled(), penultimate: new Doubled() });
  scope(() => {
    const p = network.namedParameters();
    const conv = (x: Tensor, name: string) => ops.conv2d(x, p.get(`${name}.weight`)!, p.get(`${name}.bias`)!, { padding: 1 });
    const pair = (x: Tensor, name: string) => ops.relu(conv(ops.relu(conv(x, `${name}.0`)), `${name}.2`));
    const x = pictures([1, 3, 8, 8]);
    const first = pair(x, 'down.0');
    const second = ops.affine(pair(ops.maxPool2d(first, 2), 'down.1'), { scale: 2 });
    const up = ops.relu(conv(ops.resize2d(second, { height: 8, width: 8, mode: 'nearest' }), 'up.0.0'));
    const y = conv(ops.affine(pair(ops.concat([first, up], 1), 'refine.0'), { scale: 2 }), 'last.0');
    expect(relativeError(network.forward(x).readSync(), y.readSync())).toBeLessThan(1e-5);
    const features = network.encode(x);
    expect(features.map(({ shape }) => shape)).toEqual([
      [1, 4, 8, 8],
      [1, 6, 4, 4],
    ]);
    expect(network.decode(features).readSync()).toEqual(network.forward(x).readSync());
  });
});

it('doubles widths up to a bound', () => {
  expect(doublingWidths(16, 4)).toEqual([16, 32, 64, 128, 128]);
  expect(doublingWidths(16, 3, 32)).toEqual([16, 32, 32, 32]);
  // Whole numbers, whatever the most is.
  expect(doublingWidths(7, 3, 29)).toEqual([7, 14, 28, 29]);
  expect(doublingWidths(16, 1, 8)).toEqual([16, 16]);
  expect(doublingWidths(8, 0)).toEqual([8]);
});

it('refuses what does not fit', () => {
  expect(thrown(() => new UNet({ ...common, widths: [] }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: UNet: there are no widths; expected those of one level or more"`,
  );
  expect(thrown(() => new UNet({ ...common, convolutions: 0 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: UNet: convolutions is 0; expected a whole number of at least 1"`,
  );
  using network = new UNet({ ...common, block: 2 });
  scope(() =>
    expect(thrown(() => network.forward(pictures([1, 3, 12, 16])))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: UNet: x is [1 3 12 16]; expected [N C H W] with extents that are multiples of 8"`,
    ),
  );
});
