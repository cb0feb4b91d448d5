// The generator against its published vectors, streams, saved states, and the laws of host numbers.
import { describe, expect, it } from 'vitest';
import { normalFrom, philox, Random } from '../../src/tensor/random.ts';
import { normalQuantile } from '../support/special.ts';

/** Chi-square of counts against one expectation. */
const chiSquare = (counts: ArrayLike<number>, expected: number): number => Array.from(counts).reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);

/** How many standard deviations a chi-square of so many degrees of freedom lies from its mean (Wilson and Hilferty). */
const surprise = (chi: number, degrees: number): number => (Math.cbrt(chi / degrees) - (1 - 2 / (9 * degrees))) / Math.sqrt(2 / (9 * degrees));

const hex = (words: readonly number[]) => words.map((x) => x.toString(16).padStart(8, '0')).join(' ');

it('Philox4x32-10 gives the known answers of Random123', () => {
  const ones = 0xffffffff;
  expect(hex(philox([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
  expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
  expect(hex(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
});

it('the normal quantile of a word is right to 5e-7, odd and never infinite', () => {
  for (const word of [0, 1, 2, 1000, 0x02000000, 0x13333333, 0x13333334, 0x20000000, 0x40000000, 0x7ffffffe, 0x7fffffff]) {
    const expected = normalQuantile((word + 0.5) / 4294967296);
    expect(Math.abs(normalFrom(word) / expected - 1), `word ${word}`).toBeLessThan(5e-7);
    expect(normalFrom(0xffffffff - word)).toBe(-normalFrom(word));
  }
  expect(normalFrom(0)).toBeGreaterThan(-6.34);
});

describe('streams', () => {
  const draw = (random: Random) => Array.from({ length: 20 }, () => random.uniform());

  it('the same seed gives the same numbers, another seed others', () => {
    expect(draw(new Random(3))).toEqual(draw(new Random(3)));
    const first = [0, 1, -1, 2 ** 32, 2 ** 33, -(2 ** 32), 2 ** 53 - 1].map((seed) => new Random(seed).uniform());
    expect(new Set(first).size).toBe(first.length);
  });

  it('a split depends on the label only', () => {
    const random = new Random(3);
    const early = draw(random.split('epoch'));
    draw(random);
    random.split('other');
    expect(draw(random.split('epoch'))).toEqual(early);
    const labels = ['epoch', 'hcope', '', 'a', 'b', 'ab', 'ba', '0', 0, 1, -1, 2 ** 40, 'aa', 'aaa'];
    const first = labels.map((label) => random.split(label).uniform());
    expect(new Set(first).size).toBe(labels.length);
    expect(random.split('a').split('b').uniform()).not.toBe(random.split('b').split('a').uniform());
  });

  it('no key comes twice, host numbers included', () => {
    const random = new Random(3);
    const keys = Array.from({ length: 50 }, () => {
      random.normal();
      return random.nextKey().join(' ');
    });
    expect(new Set(keys).size).toBe(50);
  });

  it('goes on from a saved state, within a block too', () => {
    for (const drawn of [0, 1, 2, 3, 4, 5, 9]) {
      const random = new Random(8);
      random.nextKey();
      for (let i = 0; i < drawn; i++) random.normal();
      const resumed = Random.from(JSON.parse(JSON.stringify(random.state)));
      const rest = (r: Random) => [r.normal(), r.uniform(), r.nextKey(), r.integer(10), r.split('x').uniform(), r.permutation(5), r.state];
      expect(rest(resumed)).toEqual(rest(random));
    }
  });

  it('counts beyond 32 bits', () => {
    const random = Random.from({ ...new Random(1).state, calls: 2 ** 32 + 5 });
    expect(random.nextKey().slice(2)).toEqual([5, 1]);
  });
});

describe('laws', () => {
  it('uniform: 256 equal cells', () => {
    const random = new Random(11);
    const counts = new Float64Array(256);
    for (let i = 0; i < 256000; i++) counts[Math.floor(random.uniform() * 256)]++;
    expect(Math.abs(surprise(chiSquare(counts, 1000), 255))).toBeLessThan(3);
  });

  it('normal: 64 cells of equal probability, moments', () => {
    const random = new Random(12);
    const edges = Array.from({ length: 63 }, (_, i) => normalQuantile((i + 1) / 64));
    const counts = new Float64Array(64);
    const moments = [0, 0, 0, 0];
    const n = 128000;
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      counts[edges.filter((edge) => x > edge).length]++;
      for (let k = 0; k < 4; k++) moments[k] += x ** (k + 1) / n;
    }
    expect(Math.abs(surprise(chiSquare(counts, n / 64), 63))).toBeLessThan(3);
    // Mean, variance, skewness and kurtosis, each within three of its standard errors.
    [1, 2, 15, 96].forEach((variance, k) => {
      expect(Math.abs(moments[k] - [0, 1, 0, 3][k])).toBeLessThan(3 * Math.sqrt(variance / n));
    });
  });

  it.each([3, 7, 1000])('integer: %i equal cells', (n) => {
    const random = new Random(13);
    const counts = new Float64Array(n);
    for (let i = 0; i < 200 * n; i++) counts[random.integer(n)]++;
    expect(Math.abs(surprise(chiSquare(counts, 200), n - 1))).toBeLessThan(3);
  });

  it('integer: ranges that 32 bits do not divide, and beyond them', () => {
    const random = new Random(14);
    // With 3/4 of the range a remainder alone would hit the lower third twice as often.
    const n = 3 * 2 ** 30;
    let low = 0;
    for (let i = 0; i < 30000; i++) if (random.integer(n) < 2 ** 30) low++;
    expect(Math.abs(low - 10000) / Math.sqrt((30000 * 2) / 9)).toBeLessThan(3);
    const large = 2 ** 53 - 1;
    let sum = 0;
    for (let i = 0; i < 30000; i++) {
      const x = random.integer(large);
      expect(Number.isSafeInteger(x) && x < large).toBe(true);
      sum += x / large;
    }
    expect(Math.abs(sum / 30000 - 0.5) * Math.sqrt(12 * 30000)).toBeLessThan(3);
    expect(random.integer(1)).toBe(0);
  });

  it('permutation: all orders of four equally often', () => {
    const random = new Random(15);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24000; i++) {
      const order = random.permutation(4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(surprise(chiSquare([...counts.values()], 1000), 23))).toBeLessThan(3);
    expect(random.permutation(0)).toEqual([]);
  });

  it('splits and neighbouring seeds are not correlated', () => {
    const n = 50000;
    const parent = new Random(16);
    const correlation = (a: Random, b: Random) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += a.normal() * b.normal();
      return Math.abs(sum / Math.sqrt(n));
    };
    expect(correlation(parent.split(0), parent.split(1))).toBeLessThan(3);
    expect(correlation(parent.split('a'), parent.split('b'))).toBeLessThan(3);
    expect(correlation(new Random(16), parent.split('a'))).toBeLessThan(3);
    expect(correlation(new Random(0), new Random(1))).toBeLessThan(3);
  });
});

it('messages', () => {
  const random = new Random(1);
  expect(() => new Random(0.5)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: Random: seed is 0.5; expected a safe integer]`);
  expect(() => random.split(0.5)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: split: label is 0.5; expected a string or a safe integer]`);
  expect(() => random.integer(0)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: integer: n is 0; expected an integer from 1 on]`);
  expect(() => random.permutation(-1)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: permutation: n is -1; expected a non-negative integer]`);
  expect(() => Random.from({ stream: [1, 2], calls: 0, used: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[BlemishError: Random: {"stream":[1,2],"calls":0,"used":2} is no state; expected what the getter state gave]`,
  );
  expect(() => Random.from({} as never)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: Random: {} is no state; expected what the getter state gave]`);
});
