// Scores that need no learning on labelled pictures: in their better direction, with intervals and verdicts, on what can be read.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import { type BaselineOptions, baselineRows } from '../../src/evaluation/baseline-rows.ts';
import { type SmallPicture, smallPictures } from '../../src/evaluation/small-pictures.ts';
import { Random } from '../../src/tensor/random.ts';
import { rejected } from '../support/thrown.ts';

const options: BaselineOptions = { resamples: 100, level: 0.9, channels: 1 };
/** A picture of noise around a level. */
const noise = (seed: number, level: number, spread = 20): Sample['source'] => {
  const random = new Random(seed);
  return { data: Uint8Array.from({ length: 40 * 36 }, () => level + spread * (random.uniform() - 0.5)), width: 40, height: 36, channels: 1 };
};
const sample = (name: string, label: 0 | 1, source: Sample['source']): Sample => ({ name, source, label, kind: label ? 'dark' : 'good', mask: null });
const learnt = async (samples: readonly Sample[]) => {
  const list: SmallPicture[] = [];
  for await (const small of smallPictures(samples, 1)) list.push(small);
  return list;
};
const train = Array.from({ length: 8 }, (_, i) => sample(`train ${i}`, 0, noise(i, 120 + i)));
const good = Array.from({ length: 6 }, (_, i) => sample(`good ${i}`, 0, noise(20 + i, 121 + i)));
const dark = Array.from({ length: 6 }, (_, i) => sample(`dark ${i}`, 1, noise(40 + i, 90 + i)));

describe('small pictures', () => {
  it('are 32 x 32, know how bright the whole was, and leave out what cannot be read', async () => {
    const set = [train[0], sample('lost', 0, 'no/such/file.png'), { ...train[1], problem: { code: 'A', message: 'b' } }, train[2]];
    const small = await learnt(set);
    expect(small.map((one) => one.sample.name)).toEqual(['train 0', 'train 2']);
    expect(small[0].pixels).toHaveLength(32 * 32);
    expect(small[0].brightness).toBeCloseTo(120 / 255, 2);
  });

  it('end when they are told to', async () => {
    const stop = AbortSignal.abort();
    const ended = smallPictures(train, 1, stop).next();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('do not hide faults', async () => {
    const broken = sample('fault', 0, async () => {
      throw new TypeError('a fault');
    });
    expect(await rejected(smallPictures([broken], 1).next())).toBe('TypeError: a fault');
  });
});

describe('baselines', () => {
  it('are in the direction in which they are better, and say whether they separate the set', async () => {
    const rows = await baselineRows(await learnt(train), [...good, ...dark], { value: 0.99, low: 0.9, high: 1 }, options, new Random(1));
    expect(rows.map((row) => row.key)).toEqual(['mean', 'deviation', 'meanDistance', 'pictureDistance', 'nearest']);
    // Dark ones have the smaller mean.
    expect(rows[0]).toMatchObject({ auroc: { value: 1, low: 1, high: 1 }, inverted: true, verdict: 'separates' });
    expect(rows[4]).toMatchObject({ auroc: { value: 1 }, inverted: false, verdict: 'separates' });
    for (const { auroc, key } of rows) {
      expect(auroc.value, key).toBeGreaterThanOrEqual(0.5);
      expect(auroc.low!, key).toBeLessThanOrEqual(auroc.value);
    }
  });

  it('come near a detector that is no better, and not near one that is', async () => {
    const alike = Array.from({ length: 12 }, (_, i) => sample(`${i}`, i % 2 ? 1 : 0, noise(60 + i, 120 + 3 * (i % 4))));
    const verdicts = async (value: number) =>
      (await baselineRows(await learnt(train), alike, { value, low: null, high: null }, options, new Random(1))).map((row) => row.verdict);
    expect(await verdicts(0.5)).toEqual(Array(5).fill('near'));
    expect(new Set(await verdicts(1.5))).toEqual(new Set(['below']));
  });

  it('are those that need no training pictures where there are none, and none where a class is missing', async () => {
    expect((await baselineRows([], [...good, ...dark], null, options, new Random(1))).map((row) => row.key)).toEqual(['mean', 'deviation']);
    expect(await baselineRows(await learnt(train), good, null, options, new Random(1))).toEqual([]);
  });

  it('keep labels and scores together where a picture cannot be read', async () => {
    const spoilt = [good[0], sample('lost', 1, 'no/such/file.png'), ...good.slice(1), ...dark];
    const [mean] = await baselineRows(await learnt(train), spoilt, null, options, new Random(1));
    expect(mean).toMatchObject({ auroc: { value: 1 }, inverted: true });
  });
});
