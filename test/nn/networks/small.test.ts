// The networks for small pictures: extents, sizes as published, the same numbers after fusing, the same weights from the same seed.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { fuse } from '../../../src/nn/index.ts';
import { ConvDecoder, ConvEncoder, ResNet, resNet18 } from '../../../src/nn/networks/index.ts';
import { mean, square, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';

const random = () => new Random(1);
const sizeOf = (parameters: readonly Tensor[]) => parameters.reduce((sum, { size }) => sum + size, 0);
const tiny = () => new ResNet({ channels: 3, width: 4, blocks: [1, 2, 1], random: random() });

describe('ResNet', () => {
  it('of 18 layers has the published number of weights, but for the first convolution and the classifier', () => {
    using network = resNet18({ channels: 3, random: random() });
    // torchvision's resnet18 has 11 689 512; 7x7x3x64 of its first convolution and 513 000 of its classifier are not here, 3x3x3x64 are.
    expect(sizeOf(network.parameters())).toBe(11_689_512 - 513_000 - 7 * 7 * 3 * 64 + 3 * 3 * 3 * 64);
    expect(network.widths).toEqual([64, 128, 256, 512]);
  });

  it('halves with every stage but the first, and rounds up', () => {
    using network = tiny();
    scope(() => {
      const shapes = network
        .eval()
        .levels(uniform([2, 3, 9, 16], new Random(2)))
        .map(({ shape }) => shape);
      expect(shapes).toEqual([
        [2, 4, 9, 16],
        [2, 8, 5, 8],
        [2, 16, 3, 4],
      ]);
    });
  });

  it('gives the same after fusing, but for rounding', () => {
    using network = tiny();
    scope(() => {
      const x = uniform([4, 3, 8, 8], new Random(2));
      // Statistics that are not those of an untouched layer.
      for (let i = 0; i < 5; i++) network.train().forward(x);
      const before = network.eval().forward(x).readSync();
      const after = fuse(network).forward(x).readSync();
      const largest = Math.max(...before.map(Math.abs));
      expect(largest).toBeGreaterThan(0.1);
      before.forEach((value, i) => expect(Math.abs(value - after[i])).toBeLessThan(1e-4 * largest));
    });
  });

  it('hands gradients to all of its weights', () => {
    using network = tiny();
    scope(() => {
      const x = uniform([4, 3, 8, 8], new Random(2));
      const gradients = record(() => mean(square(network.forward(x)))).backward();
      for (const [name, parameter] of network.namedParameters())
        expect(Math.max(...gradients.get(parameter)!.readSync().map(Math.abs)), name).toBeGreaterThan(0);
    });
  });
});

describe('ConvEncoder and ConvDecoder', () => {
  it('mirror each other', () => {
    using encoder = new ConvEncoder({ channels: 3, width: 4, levels: 3, random: random() });
    using decoder = new ConvDecoder({ channels: 3, width: 4, levels: 3, code: 7, extents: [16, 24], random: random() });
    scope(() => {
      const maps = encoder.levels(uniform([2, 3, 16, 24], new Random(2)));
      expect(maps.map(({ shape }) => shape)).toEqual([
        [2, 4, 8, 12],
        [2, 8, 4, 6],
        [2, 16, 2, 3],
      ]);
      const decoded = decoder.forward(uniform([2, 7], new Random(3)));
      expect(decoded.shape).toEqual([2, 3, 16, 24]);
      const numbers = decoded.readSync();
      expect(Math.min(...numbers)).toBeGreaterThan(0);
      expect(Math.max(...numbers)).toBeLessThan(1);
    });
  });

  it('have a code for every position if asked', () => {
    using decoder = new ConvDecoder({ channels: 3, width: 4, levels: 2, code: 7, extents: null, random: random() });
    scope(() => expect(decoder.forward(uniform([2, 7, 3, 5], new Random(3))).shape).toEqual([2, 3, 12, 20]));
  });
});
