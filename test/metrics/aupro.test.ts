// AUPRO: closed forms, golden numbers, the older ways of counting.
import { describe, expect, it } from 'vitest';
import { aupro, auproWith, PixelRecord, type PixelSample } from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { auproReference, drawn, golden, goldenMaps, plain, randomMaps } from './patterns.ts';

async function of(samples: readonly PixelSample[], options = {}): Promise<number | null> {
  using metric = auproWith(options).pixel();
  metric.update(samples);
  return metric.value();
}

const region = ['.......', '.##....', '.##....', '.......', '.......'];
const two = ['##....', '##....', '......', '....##', '....##'];

describe('closed forms', () => {
  it('constant scores give half the limit', async () => {
    expect(await of([drawn(region, () => 3), plain(5, 4, 3)])).toBeCloseTo(0.15, 15);
    expect(await of([drawn(region, () => 3)], { limit: 0.05 })).toBeCloseTo(0.025, 15);
    expect(await of([drawn(region, () => 3)], { limit: 1 })).toBeCloseTo(0.5, 15);
  });

  it('perfect scores give 1, inverted ones 0', async () => {
    expect(await of([drawn(region, (marked, k) => (marked ? 100 : 0) + k)])).toBe(1);
    expect(await of([drawn(region, (marked, k) => (marked ? -100 : 0) + k)])).toBe(0);
  });

  it('one of two regions above all else and the other below gives one half at any limit', async () => {
    for (const limit of [0.01, 0.05, 0.3, 1]) {
      expect(await of([drawn(two, (marked, k) => (marked ? (k < 12 ? 1 : -1) : 0))], { limit })).toBeCloseTo(0.5, 15);
    }
  });

  it('half a region among a tenth of the normal pixels', async () => {
    const data = Uint8Array.from({ length: 1024 }, (_, k) => (k % 32 < 4 && k < 128 ? 1 : 0));
    let normals = 0;
    const map = Float32Array.from(data, (m, k) => (m ? (k < 64 ? 1 : 0) : normals++ < 100 ? 1 : 0));
    const sample = { map, width: 32, height: 32, mask: { data, width: 32, height: 32 } };
    const [q, h] = [100 / 1008, 0.5];
    const y = h + ((1 - h) * (0.3 - q)) / (1 - q);
    expect(await of([sample])).toBeCloseTo(0.4546267160804606, 15);
    expect(await of([sample])).toBeCloseTo(((q * h) / 2 + ((0.3 - q) * (h + y)) / 2) / 0.3, 15);
  });

  it('counts regions and not pixels, and joins what touches at a corner', async () => {
    // A large region found, a small one not; then both as one, of which 9 of 10 pixels are found.
    const apart = ['###...', '###...', '###...', '......', '....#.'];
    const joined = ['###...', '###...', '###...', '...#..', '......'];
    const score = (marked: boolean, k: number) => (marked ? (k < 18 ? 2 : 0) : 1);
    expect(await of([drawn(apart, score)])).toBeCloseTo(0.5, 15);
    expect(await of([drawn(joined, score)])).toBeCloseTo(0.9, 15);
  });
});

it('has no answer without a region or without a normal pixel', async () => {
  expect(await of([])).toBe(null);
  expect(await of([plain(3, 3, 1)])).toBe(null);
  expect(await of([drawn(['##', '##'], () => 1)])).toBe(null);
  expect(await of([drawn(['..', '..'], () => 1)])).toBe(null);
});

it('agrees with scikit-learn and scikit-image', async () => {
  for (const [limit, value] of Object.entries(golden.aupro)) expect(await of(goldenMaps, { limit: Number(limit) })).toBeCloseTo(value, 13);
});

it('agrees with counting at every threshold, on maps of odd extents with many ties', async () => {
  for (let seed = 0; seed < 4; seed++) {
    const samples = randomMaps(new Random(seed));
    for (const limit of [0.03, 0.3, 1]) expect(await of(samples, { limit })).toBeCloseTo(auproReference(samples, limit), 13);
  }
});

describe('older ways of counting', () => {
  it('agree with their own code', async () => {
    expect(await of(goldenMaps, { mode: 'dinomaly' })).toBeCloseTo(golden.auproDinomaly, 12);
    expect(await of(goldenMaps, { mode: 'simplenet' })).toBeCloseTo(golden.auproSimplenet, 12);
  });

  it('depend on the scale of the scores, which the exact one does not', async () => {
    const stretched = goldenMaps.map((sample) => ({ ...sample, map: sample.map.map((x) => Math.exp(x)) }));
    expect(await of(stretched)).toBeCloseTo((await of(goldenMaps))!, 13);
    expect(Math.abs((await of(stretched, { mode: 'dinomaly' }))! - golden.auproDinomaly)).toBeGreaterThan(1e-4);
  });

  it('are never the default, have no interval, and want records of their own', async () => {
    expect(await of(goldenMaps)).toBe(await of(goldenMaps, { mode: 'exact', limit: 0.3 }));
    using metric = auproWith({ mode: 'dinomaly' }).pixel();
    metric.update(goldenMaps);
    expect(await rejected(metric.interval({ random: new Random(1) }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: aupro: there is no interval in mode dinomaly; expected mode exact"`,
    );
    using shared = new PixelRecord();
    shared.update(goldenMaps);
    expect(await rejected(auproWith({ mode: 'simplenet' }).pixel(shared).value())).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: pixel metrics: the record has spread 1; expected 5 for this metric"`,
    );
  });

  it('have no answer for constant or infinite scores', async () => {
    expect(await of([drawn(region, () => 3)], { mode: 'dinomaly' })).toBe(null);
    expect(await of([drawn(region, (marked) => (marked ? Number.POSITIVE_INFINITY : 0))], { mode: 'dinomaly' })).toBe(null);
  });
});

it('refuses settings that mean nothing', () => {
  expect(thrown(() => auproWith({ limit: 0 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: aupro: limit is 0; expected a false positive rate above 0 and at most 1"`,
  );
  expect(thrown(() => auproWith({ limit: 1.01 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: aupro: limit is 1.01; expected a false positive rate above 0 and at most 1"`,
  );
  expect(thrown(() => auproWith({ mode: 'fast' as never }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: aupro: mode is fast; expected exact, dinomaly or simplenet"`,
  );
  expect(aupro.image).toBe(null);
});
