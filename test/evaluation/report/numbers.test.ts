// Numbers as people read them.
import { describe, expect, it } from 'vitest';
import * as numbers from '../../../src/evaluation/report/numbers.ts';

describe('numbers', () => {
  it('of metrics have three places', () => {
    expect([1, 0.98249, 0, null, Number.NaN].map(numbers.metric)).toEqual(['1.000', '0.982', '0.000', '–', '–']);
    expect([numbers.interval(0.9, 1), numbers.interval(null, 1)]).toEqual(['0.900 – 1.000', '–']);
  });

  it('of scores have four digits, whatever their size', () => {
    const scores = [0.25, 12.34567, -3, 0, 0.00012345, 123456.7, 1.5e9, -2e-7, null];
    expect(scores.map(numbers.score)).toEqual(['0.2500', '12.35', '-3.000', '0.000', '1.23e-4', '123457', '1.50e9', '-2.00e-7', '–']);
    expect([0.25, 0.0008, 1e-5, 1.5e9, 0, 100].map(numbers.tick)).toEqual(['0.25', '0.0008', '0.00001', '1500000000', '0', '100']);
  });

  it('of shares say all and nothing only where it is so', () => {
    const shares = [0, 1, 0.5, 0.063, 0.991, 0.9999, 0.0001, 0.02, 0.9];
    expect(shares.map((x) => numbers.percent(x))).toEqual(['0 %', '100 %', '50 %', '6.3 %', '99.1 %', '> 99.9 %', '< 0.1 %', '2 %', '90 %']);
    expect([numbers.percent(2, 32), numbers.percent(0, 0)]).toEqual(['6.3 %', '–']);
  });

  it('of things, seconds and bytes', () => {
    expect([numbers.count(7), numbers.count(1234567), numbers.counted(1, 'picture'), numbers.counted(2000, 'picture')]).toEqual([
      '7',
      '1,234,567',
      '1 picture',
      '2,000 pictures',
    ]);
    const seconds = [0.0421, 9.96, 42.4, 60, 92, 3599.6, 7500, Number.NaN];
    expect(seconds.map(numbers.duration)).toEqual(['0.042 s', '10 s', '42 s', '1 min', '1 min 32 s', '1 h', '2 h 5 min', '–']);
    expect(['2026-11-24T13:02:33.817Z', 'last Tuesday'].map(numbers.moment)).toEqual(['2026-11-24, 13:02 UTC', 'last Tuesday']);
    expect([1e-5, 0.02439, 1].map(numbers.pValue)).toEqual(['< 0.0001', '0.024', '1']);
  });
});
