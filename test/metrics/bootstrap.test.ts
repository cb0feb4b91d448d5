// Bootstrap intervals: against resampling by hand, their coverage, the same numbers from the same stream.
import { describe, expect, it } from 'vitest';
import {
  aupimoWith,
  aupro,
  auroc,
  averagePrecision,
  f1Max,
  ImageRecord,
  imageIntervals,
  PixelRecord,
  percentileInterval,
  quantile,
} from '../../src/metrics/index.ts';
import * as ops from '../../src/ops/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { auroc as aurocOf, f1Max as f1Of, averagePrecision as precisionOf } from '../ops/metrics/references.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { goldenMaps, plain, randomMaps } from './patterns.ts';

it('quantiles interpolate between the nearest', () => {
  expect([0, 0.25, 0.5, 1].map((q) => quantile([1, 2, 4], q))).toEqual([1, 1.5, 2, 4]);
  expect(quantile([3], 0.7)).toBe(3);
  expect(percentileInterval([5, 1, Number.NaN, 3], 0.5)).toEqual({ low: 2, high: 4 });
  expect(percentileInterval([Number.NaN], 0.5)).toBe(null);
  expect(percentileInterval([])).toBe(null);
  expect(thrown(() => percentileInterval([1], 1))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: interval: level is 1; expected above 0 and below 1"`);
});

/** The draws of a stream, as the intervals use it: how often each item of each class comes up, for each resample. */
const draws = (random: Random, classes: readonly number[], resamples: number): Int32Array[] =>
  classes.map((items) => scope(() => ops.resampleCounts({ items, resamples, key: random.nextKey() }).readSync()) as Int32Array);

it('draws each item as often as any other, and as many as there are', () => {
  const [counts] = draws(new Random(1), [7], 20000);
  const sums = new Float64Array(7);
  counts.forEach((count, i) => (sums[i % 7] += count));
  for (let row = 0; row < 20000; row++) expect(counts.subarray(7 * row, 7 * row + 7).reduce((a, b) => a + b)).toBe(7);
  // Binomial: 20000 draws expected of each, deviation 131.
  for (const sum of sums) expect(Math.abs(sum - 20000)).toBeLessThan(5 * 131);
});

describe('of images', () => {
  const random = new Random(2);
  const positives = Array.from({ length: 23 }, () => random.integer(12) + 3);
  const negatives = Array.from({ length: 41 }, () => random.integer(12));
  const record = new ImageRecord();
  record.add([...positives, ...negatives], [...positives.map(() => 1), ...negatives.map(() => 0)]);

  it('agree with resampling by hand', async () => {
    const resamples = 60;
    const own = (await imageIntervals(record, { random: new Random(3), resamples, level: 0.9 }))!;
    const [p, n] = draws(new Random(3), [23, 41], resamples);
    const rows = Array.from({ length: resamples }, (_, row) => [p.subarray(23 * row, 23 * row + 23), n.subarray(41 * row, 41 * row + 41)] as const);
    const byHand = {
      auroc: rows.map(([a, b]) => aurocOf(positives, negatives, a, b)),
      averagePrecision: rows.map(([a, b]) => precisionOf(positives, negatives, a, b)),
      f1Max: rows.map(([a, b]) => f1Of(positives, negatives, a, b)[0]),
    };
    for (const name of ['auroc', 'averagePrecision', 'f1Max'] as const) {
      const { low, high } = percentileInterval(byHand[name], 0.9)!;
      expect(own[name]).toEqual({ low: expect.closeTo(low, 13), high: expect.closeTo(high, 13), level: 0.9, resamples });
      expect(low).toBeLessThan(high);
    }
  });

  it('are the same from the same stream, and others from another', async () => {
    const [a, b, c] = await Promise.all([4, 4, 5].map((seed) => auroc.image(record).interval({ random: new Random(seed) })));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a!.resamples).toBe(1000);
    expect(Math.abs(a!.low - c!.low)).toBeLessThan(0.02);
  });

  it('hold the value of each metric, and are absent where it is', async () => {
    for (const kind of [auroc, averagePrecision, f1Max]) {
      const metric = kind.image(record);
      const [value, interval] = [await metric.value(), await metric.interval({ random: new Random(6) })];
      expect(interval!.low).toBeLessThan(value!);
      expect(interval!.high).toBeGreaterThan(value!);
      const empty = kind.image();
      empty.update({ score: 1, label: 0 });
      expect(await empty.interval({ random: new Random(6) })).toBe(null);
    }
  });

  it('cover the truth about as often as they say', async () => {
    // Normal scores of unit variance, one apart: the true AUROC is Φ(1 / √2) = 0.76025.
    const stream = new Random(7);
    let covered = 0;
    const sets = 300;
    for (let i = 0; i < sets; i++) {
      const set = new ImageRecord();
      for (let k = 0; k < 120; k++) set.update({ score: stream.normal() + (k % 2), label: (k % 2) as 0 | 1 });
      const { low, high } = (await auroc.image(set).interval({ random: stream.split(i), resamples: 400 }))!;
      if (low <= 0.7602499389 && 0.7602499389 <= high) covered++;
    }
    expect(covered / sets).toBeGreaterThan(0.9);
    expect(covered / sets).toBeLessThan(0.985);
  });

  it('refuse settings that mean nothing', async () => {
    const metric = auroc.image(record);
    expect(await rejected(metric.interval({ random: new Random(1), resamples: 0 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: interval: resamples is 0; expected 1 … 1000000"`,
    );
    expect(await rejected(metric.interval({ random: new Random(1), level: 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: interval: level is 1; expected above 0 and below 1"`,
    );
  });

  it('do not hold all draws at once', async () => {
    const large = new ImageRecord();
    for (let i = 0; i < 3000; i++) large.add([(i * 7919) % 1009], [i % 2]);
    const interval = await auroc.image(large).interval({ random: new Random(1), resamples: 3000 });
    expect(interval!.low).toBeGreaterThan(0.45);
    expect(interval!.high).toBeLessThan(0.55);
  });
});

describe('of pixels', () => {
  const kinds = { auroc, averagePrecision, f1Max, aupro, aupimo: aupimoWith({ lower: 0.02, upper: 0.4 }) };

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('agree with resampling pictures by hand: %s', async (name) => {
    const samples = randomMaps(new Random(9), 14);
    const [abnormal, normal] = [true, false].map((marked) => samples.filter(({ mask }) => marked === (mask !== null)));
    using record = new PixelRecord();
    record.update(samples);
    const resamples = 40;
    const own = (await kinds[name].pixel(record).interval({ random: new Random(10), resamples, level: 0.8 }))!;
    const [a, n] = draws(new Random(10), [abnormal.length, normal.length], resamples);
    const values: number[] = [];
    for (let row = 0; row < resamples; row++) {
      using resample = new PixelRecord();
      const take = (set: typeof samples, counts: Int32Array) =>
        set.forEach((sample, i) => {
          for (let k = 0; k < counts[row * set.length + i]; k++) resample.update(sample);
        });
      take(abnormal, a);
      take(normal, n);
      values.push((await kinds[name].pixel(resample).value())!);
    }
    const { low, high } = percentileInterval(values, 0.8)!;
    // Few distinct scores, so that every threshold is counted and nothing is left out; only AUPIMO may miss what lies between two of them.
    const digits = name === 'aupimo' ? 2 : 12;
    expect(own).toEqual({ low: expect.closeTo(low, digits), high: expect.closeTo(high, digits), level: 0.8, resamples });
    expect(low).toBeLessThan(high);
  });

  it('of many distinct scores lose little by counting at a thousand thresholds', async () => {
    const random = new Random(11);
    const side = 64;
    const samples = Array.from({ length: 12 }, (_, p) => {
      const data = Uint8Array.from({ length: side * side }, (_, k) => (p % 2 && Math.hypot((k % side) - 30, Math.floor(k / side) - 20 - p) < 9 ? 1 : 0));
      const map = Float32Array.from(data, (m) => random.normal() + m * (0.5 + p / 8));
      return { map, width: side, height: side, mask: p % 2 ? { data, width: side, height: side } : null };
    });
    const [abnormal, normal] = [1, 0].map((odd) => samples.filter((_, p) => p % 2 === odd));
    using record = new PixelRecord();
    record.update(samples);
    const resamples = 12;
    for (const name of ['auroc', 'averagePrecision', 'f1Max', 'aupro'] as const) {
      const own = (await kinds[name].pixel(record).interval({ random: new Random(12), resamples, level: 0.999 }))!;
      const [a, n] = draws(new Random(12), [6, 6], resamples);
      const values: number[] = [];
      for (let row = 0; row < resamples; row++) {
        using resample = new PixelRecord();
        for (const [set, counts] of [
          [abnormal, a],
          [normal, n],
        ] as const) {
          set.forEach((sample, i) => {
            for (let k = 0; k < counts[row * 6 + i]; k++) resample.update(sample);
          });
        }
        values.push((await kinds[name].pixel(resample).value())!);
      }
      const { low, high } = percentileInterval(values, 0.999)!;
      expect(Math.abs(own.low - low), `${name}, low`).toBeLessThan(1e-3);
      expect(Math.abs(own.high - high), `${name}, high`).toBeLessThan(1e-3);
    }
  });

  it('are the same from the same stream, and absent where the value is', async () => {
    using record = new PixelRecord();
    record.update(goldenMaps);
    using empty = new PixelRecord();
    empty.update(plain(3, 3, 1));
    for (const kind of Object.values(kinds)) {
      const [first, second] = await Promise.all([1, 1].map((seed) => kind.pixel(record).interval({ random: new Random(seed), resamples: 50 })));
      expect(first).toEqual(second);
      expect(await kind.pixel(empty).interval({ random: new Random(1) })).toBe(null);
    }
  });
});
