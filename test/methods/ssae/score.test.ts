// Maps of disagreement: what each kind of map is, and that averaging over views treats them alike.
import { describe, expect, it } from 'vitest';
import { FilteringAutoencoder } from '../../../src/methods/ssae/network.ts';
import { type ScoreOptions, score } from '../../../src/methods/ssae/score.ts';
import { slice, transpose, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';

const plain: ScoreOptions = { light: 'given', discrepancy: 'surprise', filter: 'none', filterSize: 3, filterRepeats: 1, passes: 1, views: 'one' };
const make = () =>
  new FilteringAutoencoder({ channels: 1, block: 2, width: 4, levels: 1, blocks: 1, reach: 1, kernel: 3, skips: 'convex', random: new Random(1) }).eval();

const mirrored = (x: Tensor) => slice(x, [0, 0, 0, x.shape[3] - 1], x.shape, [1, 1, 1, -1]);
const turned = (x: Tensor) => mirrored(transpose(x, [0, 1, 3, 2]));

/** The largest difference between the map of a changed picture and the changed map of the picture. */
function unlike(views: ScoreOptions['views'], change: (x: Tensor) => Tensor): number {
  using model = make();
  return scope(() => {
    const x = uniform([2, 1, 8, 12], new Random(3));
    const mapOf = (given: Tensor) => score(model, given, { ...plain, views }).map;
    const [a, b] = [mapOf(change(x)), change(mapOf(x))].map((map) => Array.from(map.readSync()));
    return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  });
}

describe('score', () => {
  it('treats the views alike that it averages over, and no others', () => {
    expect(unlike('turned', turned)).toBeLessThan(2e-6);
    expect(unlike('both', turned)).toBeLessThan(2e-6);
    expect(unlike('mirrored', mirrored)).toBeLessThan(2e-6);
    expect(unlike('both', mirrored)).toBeLessThan(2e-6);
    for (const [views, change] of [
      ['one', turned],
      ['one', mirrored],
      ['mirrored', turned],
      ['turned', mirrored],
    ] as const) {
      expect(unlike(views, change)).toBeGreaterThan(1e-4);
    }
  });

  it('is -ln of the share that is kept, the share that is not, or that times what changed', () => {
    using model = make();
    scope(() => {
      const x = uniform([1, 1, 8, 12], new Random(3));
      const { output, keep } = model.filter(x);
      const [logits, given, out] = [keep!, x, output].map((one) => one.readSync());
      const kept = Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
      const mapOf = (discrepancy: ScoreOptions['discrepancy']) => score(model, x, { ...plain, discrepancy }).map.readSync();
      const expected = {
        surprise: kept.map((share) => -Math.log(share)),
        replaced: kept.map((share) => 1 - share),
        weighted: kept.map((share, i) => (1 - share) * Math.abs(given[i] - out[i])),
        l2: kept.map((_, i) => (given[i] - out[i]) ** 2),
      };
      for (const [kind, values] of Object.entries(expected)) {
        mapOf(kind as keyof typeof expected).forEach((value, i) => void expect(value).toBeCloseTo(values[i], 5));
      }
    });
  });
});
