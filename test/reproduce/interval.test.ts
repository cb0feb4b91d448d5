// Student's t against printed tables and closed forms; intervals by hand.
import { describe, expect, it } from 'vitest';
import { meanInterval, tProbability, tQuantile } from '../../reproduce/interval.ts';

describe('Student’s t', () => {
  it('has the closed forms of one and two degrees of freedom', () => {
    for (const t of [-3, -0.5, 0, 1, 12.7]) {
      expect(tProbability(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
      expect(tProbability(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12);
    }
  });

  it.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.3027],
    [0.975, 3, 3.1824],
    [0.975, 4, 2.7764],
    [0.975, 9, 2.2622],
    [0.975, 30, 2.0423],
    [0.95, 5, 2.015],
    [0.995, 2, 9.9248],
  ])('is below its quantile of %f at %i degrees as printed tables have it', (probability, degrees, expected) => {
    expect(tQuantile(probability, degrees)).toBeCloseTo(expected, 4);
    expect(tProbability(tQuantile(probability, degrees), degrees)).toBeCloseTo(probability, 12);
  });
});

describe('an interval of a mean', () => {
  it('is the mean and t times its standard error', () => {
    // Deviation 0.01, standard error 0.01 / sqrt(3).
    const { mean, count, low, high } = meanInterval([0.97, 0.98, 0.99]);
    expect([mean, count]).toEqual([expect.closeTo(0.98, 12), 3]);
    expect(high! - mean).toBeCloseTo((4.302653 * 0.01) / Math.sqrt(3), 8);
    expect(mean - low!).toBeCloseTo(high! - mean, 12);
  });

  it('does not exist for a single value, and has no width where all are alike', () => {
    expect(meanInterval([0.5])).toEqual({ mean: 0.5, count: 1, low: null, high: null });
    expect(meanInterval([0.5, 0.5, 0.5])).toEqual({ mean: 0.5, count: 3, low: 0.5, high: 0.5 });
  });
});
