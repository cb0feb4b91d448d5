// AUPIMO: the decades of the closed form, golden numbers, what lies below the smallest rate.
import { describe, expect, it } from 'vitest';
import { aupimo, aupimoByPicture, aupimoWith, PixelRecord, type PixelSample } from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { thrown } from '../support/thrown.ts';
import { drawn, golden, goldenMaps, pimoReference, plain, randomMaps } from './patterns.ts';

async function of(samples: readonly PixelSample[], options = {}): Promise<number | null> {
  using metric = aupimoWith(options).pixel();
  metric.update(samples);
  return metric.value();
}

describe('decades: the top 10^(7 - k) pixels of a million have score k', () => {
  const side = 1000;
  const pixels = side * side;
  const score = (position: number) => 7 - Math.max(0, Math.ceil(Math.log10(position + 1) - 1e-12));
  const normal = plain(side, side, score);
  const masked = (marked: number): PixelSample => ({
    ...normal,
    mask: { data: new Uint8Array(pixels).fill(1, 0, marked), width: side, height: side },
  });

  it('is what was meant', () => {
    for (let k = 1; k <= 7; k++) expect(normal.map.filter((x) => x >= k).length).toBe(10 ** (7 - k));
  });

  it.each([
    [pixels, 0.1, 1, 0.55],
    [pixels, 1e-3, 0.1, 0.03025],
    [pixels, 1e-5, 1e-4, 5.5e-5],
    [100_000, 0.1, 1, 1],
    [100_000, 1e-3, 0.1, 0.3025],
    [100_000, 1e-5, 1e-4, 5.5e-4],
  ])('%i marked pixels, rates %f to %f: %f', async (marked, lower, upper, expected) => {
    const value = await of([normal, masked(marked)], { lower, upper });
    expect(Math.abs(value! - expected) / expected).toBeLessThan(1e-13);
  });
});

it('is exactly p where p of the mask is found at every threshold', async () => {
  const found = drawn(['####......', '####......'], (marked, k) => (marked && k % 4 === 0 ? 10 : -1));
  for (const bounds of [{}, { lower: 0.01, upper: 0.5 }, { lower: 0.2, upper: 0.9 }]) {
    expect(await of([found, plain(20, 5, (k) => k / 100)], bounds)).toBeCloseTo(2 / 8, 15);
  }
});

it('takes the overlap above all normal scores below the smallest rate there is', async () => {
  // 100 normal pixels: rates of 0.01, 0.02, …; the bounds lie below. Of the 4 marked pixels one is above all normal ones.
  const normal = plain(10, 10, (k) => k);
  const marked = drawn(['##..', '##..'], (isMarked, k) => (isMarked ? [200, 99, 50, 0][(k % 4) + 2 * Math.floor(k / 4)] : 0));
  expect(await of([normal, marked])).toBe(0.25);
  // Half of the logarithm below the first rate, 0.01, at which two of four are found; then it stays so until rate 0.5.
  expect(await of([normal, marked], { lower: 0.001, upper: 0.1 })).toBeCloseTo((0.25 + 0.5) / 2, 15);
});

it('weighs normal pictures alike, whatever their extents', async () => {
  const small = plain(2, 2, (k) => k);
  const large = plain(50, 40, -1);
  // At threshold 0 all of the small one: a mean rate of one half.
  const marked = drawn(['##', '..'], (isMarked) => (isMarked ? 0 : -5));
  expect(await of([small, large, marked], { lower: 0.5, upper: 1 })).toBe(1);
  expect(await of([small, large, marked], { lower: 0.124, upper: 0.126 })).toBe(0);
});

it('leaves alone pictures that are abnormal with nothing marked: neither normal, nor judged', async () => {
  const empty: PixelSample = { ...plain(9, 9, 1000), mask: { data: new Uint8Array(81), width: 9, height: 9 }, label: 1 };
  const samples = goldenMaps.slice(0, 6);
  expect(await of([...samples, empty], { lower: 0.01, upper: 0.1 })).toBe(await of(samples, { lower: 0.01, upper: 0.1 }));
  using record = new PixelRecord();
  record.update([...samples, empty]);
  const areas = (await aupimoByPicture(record))!;
  expect(areas.length).toBe(5);
  expect(areas[4]).toBeNaN();
  expect(areas.slice(0, 4).every((area) => area >= 0)).toBe(true);
});

it('has no answer without a normal picture, or without a marked pixel', async () => {
  expect(await of([])).toBe(null);
  expect(await of([plain(3, 3, 1)])).toBe(null);
  expect(await of([drawn(['#.', '..'], () => 1)])).toBe(null);
});

it('agrees with numbers made by numpy, picture by picture', async () => {
  using record = new PixelRecord();
  record.update(goldenMaps);
  for (const { lower, upper, areas } of golden.pimo) {
    const own = (await aupimoByPicture(record, { lower, upper }))!;
    expect(own.length).toBe(areas.length);
    areas.forEach((area, i) => expect(own[i]).toBeCloseTo(area, 13));
    expect(await aupimoWith({ lower, upper }).pixel(record).value()).toBeCloseTo(areas.reduce((a, b) => a + b) / areas.length, 13);
  }
});

it('agrees with counting at every threshold, on maps of odd extents with many ties', async () => {
  for (let seed = 0; seed < 4; seed++) {
    const samples = randomMaps(new Random(seed));
    for (const [lower, upper] of [
      [1e-5, 1e-4],
      [0.01, 0.2],
      [0.1, 1],
    ]) {
      using record = new PixelRecord();
      record.update(samples);
      const own = (await aupimoByPicture(record, { lower, upper }))!;
      pimoReference(samples, lower, upper).forEach((area, i) => expect(own[i]).toBeCloseTo(area, 12));
    }
  }
});

it('refuses bounds that mean nothing', () => {
  expect(thrown(() => aupimoWith({ lower: 0 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: aupimo: bounds are 0 and 0.0001; expected 0 < lower < upper <= 1"`);
  expect(thrown(() => aupimoWith({ lower: 1e-4, upper: 1e-5 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: aupimo: bounds are 0.0001 and 0.00001; expected 0 < lower < upper <= 1"`,
  );
  expect(thrown(() => aupimoWith({ upper: 2 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: aupimo: bounds are 0.00001 and 2; expected 0 < lower < upper <= 1"`);
  expect(aupimo.image).toBe(null);
});
