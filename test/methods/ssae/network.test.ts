// Extents, receptive field, skips and modes of the filtering autoencoder.
import { describe, expect, it } from 'vitest';
import { ConvexCombination, DilatedStack, FilteringAutoencoder, type NetworkOptions } from '../../../src/methods/ssae/network.ts';
import { withAuxiliaryLosses } from '../../../src/nn/auxiliary.ts';
import { uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const small: Omit<NetworkOptions, 'random'> = { channels: 3, block: 1, width: 4, levels: 2, blocks: 1, reach: 2, kernel: 3, skips: 'convex' };
const make = (options: Partial<NetworkOptions> = {}) => new FilteringAutoencoder({ ...small, random: new Random(1), ...options });

describe('FilteringAutoencoder', () => {
  it.each(['convex', 'plain', 'none'] as const)('keeps extents with skips %s, in both modes', (skips) => {
    using network = make({ skips });
    for (const training of [true, false]) {
      network.train(training);
      scope(() => expect(network.forward(uniform([2, 3, 12, 20], new Random(2))).shape).toEqual([2, 3, 12, 20]));
    }
  });

  it('makes positions of blocks of pixels, and pixels of them again', () => {
    for (const block of [2, 4]) {
      using network = make({ block });
      scope(() => {
        const { output, keep } = network.filter(uniform([2, 3, 16, 32], new Random(2)));
        expect([output.shape, keep?.shape]).toEqual([
          [2, 3, 16, 32],
          [2, 1, 16, 32],
        ]);
      });
    }
  });

  it('has no skip where none is asked for, and one for each level else', () => {
    using without = make({ skips: 'none' });
    using withThem = make();
    expect([without.skips.length, withThem.skips.length]).toEqual([0, 2]);
  });

  it('has a predictive block behind the bottleneck where one is asked for, whose loss can be gathered', () => {
    using without = make({ sspcab: 0 });
    using network = make({ sspcab: 0.1 });
    expect([without.middle.length, network.middle.length]).toEqual([1, 2]);
    scope(() => {
      const x = uniform([2, 3, 12, 20], new Random(2));
      const { value, losses } = withAuxiliaryLosses(() => network.filter(x));
      expect(value.output.shape).toEqual([2, 3, 12, 20]);
      expect(losses.sspcab.readSync()[0]).toBeGreaterThan(0);
      expect(Object.keys(withAuxiliaryLosses(() => without.filter(x)).losses)).toEqual([]);
    });
  });

  it('draws the same weights from the same seed', () => {
    using a = make();
    using b = make();
    for (const [name, parameter] of a.namedParameters()) expect(parameter.readSync()).toEqual(b.namedParameters().get(name)?.readSync());
  });
});

describe('DilatedStack', () => {
  /** How far from the middle a change of the middle pixel is felt. */
  function reachOf(reach: number): number {
    using block = new DilatedStack(8, { reach, kernel: 3, random: new Random(3) }).eval();
    const side = 71;
    return scope(() => {
      const zeros = new Float32Array(8 * side * side);
      const before = block.forward(tensor(zeros, [1, 8, side, side])).readSync();
      const touched = zeros.slice();
      for (let c = 0; c < 8; c++) touched[(c * side + 35) * side + 35] = 1;
      const after = block.forward(tensor(touched, [1, 8, side, side])).readSync();
      let far = 0;
      for (let x = 0; x < side; x++)
        for (let c = 0; c < 8; c++) if (after[(c * side + 35) * side + x] !== before[(c * side + 35) * side + x]) far = Math.max(far, Math.abs(x - 35));
      return far;
    });
  }

  it('sees as far as its largest dilation', () => {
    expect([0, 2, 4, 5].map(reachOf)).toEqual([1, 4, 16, 32]);
  });
});

describe('ConvexCombination', () => {
  it('stays between encoder and decoder, at every position and channel', () => {
    using module = new ConvexCombination(6, new Random(5));
    scope(() => {
      const [e, d] = [uniform([2, 6, 5, 4], new Random(6)), uniform([2, 6, 5, 4], new Random(7))];
      const [out, encoder, decoder] = [module.forward(e, d), e, d].map((x) => x.readSync());
      out.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(Math.min(encoder[i], decoder[i]) - 1e-6);
        expect(value).toBeLessThanOrEqual(Math.max(encoder[i], decoder[i]) + 1e-6);
      });
    });
  });
});
