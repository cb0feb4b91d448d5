// The terms that ssae minimises: which there are, what they weigh, what they are where an area is empty.
import { describe, expect, it } from 'vitest';
import type { Filtered } from '../../../src/methods/ssae/network.ts';
import { objective } from '../../../src/methods/ssae/objective.ts';
import { add, full, mul, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';

const shape = [2, 3, 5, 7] as const;
const plain = { weighting: 'areas', lambda: 0.3, structure: 0, segment: 0, balance: 1 } as const;

/** Terms as numbers, for pictures that differ by 0.1 under a mask of the first `masked` pixels of every picture. */
function termsOf(options: Partial<Parameters<typeof objective>[2]>, { masked = 4, keep = null as number | null, by = 0.1 } = {}): Record<string, number> {
  return scope(() => {
    const clean = uniform(shape, new Random(1), { low: 0.2, high: 0.8 });
    const flags = Float32Array.from({ length: 2 * 35 }, (_, i) => (i % 35 < masked ? 1 : 0));
    const opacity = tensor(flags, [2, 1, 5, 7]);
    const corrupted = add(clean, mul(opacity, by));
    const filtered: Filtered = { output: add(clean, 0.1), keep: keep === null ? null : full([2, 1, 5, 7], keep) };
    const terms = objective(filtered, { corrupted, clean, target: clean, opacity }, { ...plain, ...options });
    return Object.fromEntries(Object.entries(terms).map(([name, term]: [string, Tensor]) => [name, term.readSync()[0]]));
  });
}

describe('objective', () => {
  it('weighs a small corruption as much as a large one', () => {
    for (const masked of [1, 4, 34]) expect(termsOf({}, { masked }).error).toBeCloseTo(0.01, 6);
  });

  it('loses the weight of an area that is empty', () => {
    expect(termsOf({}, { masked: 0 }).error).toBeCloseTo(0.7 * 0.01, 6);
    expect(termsOf({}, { masked: 35 }).error).toBeCloseTo(0.3 * 0.01, 6);
  });

  it('has the terms that are asked for', () => {
    expect(Object.keys(termsOf({ weighting: 'plain' }))).toEqual(['error']);
    expect(Object.keys(termsOf({ structure: 0.5, segment: 0.5 }, { keep: 0 }))).toEqual(['error', 'structure', 'segment']);
    expect(Object.keys(termsOf({ segment: 0.5 }))).toEqual(['error']);
  });

  it('averages the cross-entropy over both areas apart', () => {
    // Everything kept with logit 2: the corrupted area is wrong, the clean one right.
    const [wrong, right] = [Math.log1p(Math.exp(2)), Math.log1p(Math.exp(-2))];
    for (const masked of [1, 20]) expect(termsOf({ segment: 0.5 }, { masked, keep: 2 }).segment).toBeCloseTo(0.25 * (wrong + right), 5);
  });

  it('weighs every pixel alike where no balance is asked for', () => {
    const [wrong, right] = [Math.log1p(Math.exp(2)), Math.log1p(Math.exp(-2))];
    const [balanced, plain] = [(wrong + right) / 2, (4 * wrong + 31 * right) / 35];
    for (const balance of [0, 0.25]) {
      expect(termsOf({ segment: 0.5, balance }, { keep: 2 }).segment).toBeCloseTo(0.5 * (balance * balanced + (1 - balance) * plain), 5);
    }
  });

  it('does not ask for what cannot be seen', () => {
    expect(termsOf({ segment: 1 }, { keep: 2, by: 0.01 }).segment).toBeCloseTo(0.5 * Math.log1p(Math.exp(-2)), 5);
  });
});
