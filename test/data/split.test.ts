// Splits by seed: sizes, order, and that nothing is lost or comes twice.
import { describe, expect, it } from 'vitest';
import { split } from '../../src/data/split.ts';
import { Random } from '../../src/tensor/random.ts';
import { thrown } from '../support/thrown.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('split', () => {
  it.each([
    [100, 0.1, 10],
    [100, 0, 0],
    [7, 0.5, 4],
    [7, 0.01, 1],
    [2, 0.99, 1],
    [1, 0.5, 0],
    [0, 0.5, 0],
  ])('%i samples by %f: %i set aside', (count, share, aside) => {
    const { train, validation } = split(numbers(count), share, new Random(1));
    expect(validation.length).toBe(aside);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(numbers(count));
    for (const part of [train, validation]) expect(part).toEqual([...part].sort((a, b) => a - b));
  });

  it('follows from the seed, and another seed chooses others', () => {
    const by = (seed: number) => split(numbers(50), 0.2, new Random(seed)).validation;
    expect(by(3)).toEqual(by(3));
    expect(by(3)).not.toEqual(by(4));
    // Every sample is chosen about as often: 200 seeds choose each of 50 forty times on average.
    const times = new Array(50).fill(0);
    for (const seed of numbers(200)) for (const i of by(seed)) times[i]++;
    expect(Math.min(...times)).toBeGreaterThan(20);
    expect(Math.max(...times)).toBeLessThan(60);
  });

  it('refuses shares that are none', () => {
    expect(thrown(() => split([1], 1, new Random(1)))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: split: share is 1; expected 0 or more, and less than 1"`);
    expect(thrown(() => split([1], Number.NaN, new Random(1)))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: split: share is NaN; expected 0 or more, and less than 1"`,
    );
  });
});
