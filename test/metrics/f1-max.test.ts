// The largest F1: vectors, its threshold, golden numbers.
import { expect, it } from 'vitest';
import { f1Max, ImageRecord, PixelRecord } from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { f1Max as reference } from '../ops/metrics/references.ts';
import { classes, golden, goldenImages, goldenMaps, randomMaps } from './patterns.ts';

const of = async (scores: number[], labels: number[]): Promise<[number | null, number | null]> => {
  const record = new ImageRecord();
  record.add(scores, labels);
  return [await f1Max.image(record).value(), (await record.ranking()).threshold];
};

it('is reached at a score, which counts as abnormal itself', async () => {
  expect(await of([4, 3, 2, 1], [1, 1, 0, 0])).toEqual([1, 3]);
  expect(await of([4, 3, 2, 1], [0, 1, 0, 1])).toEqual([4 / 6, 1]);
  expect(await of([5, 5, 5, 5], [1, 0, 0, 0])).toEqual([2 / 5, 5]);
});

it('takes the largest of several thresholds', async () => {
  // One of one found, F1 2 / 3; and at 1 two of two with two false: 4 / 6.
  expect(await of([4, 3, 2, 1], [1, 0, 0, 1])).toEqual([2 / 3, 4]);
});

it('has no answer where a class is missing', async () => {
  expect(await of([], [])).toEqual([null, null]);
  expect(await of([1, 2], [1, 1])).toEqual([null, null]);
  expect(await of([1, 2], [0, 0])).toEqual([null, null]);
});

it('agrees with scikit-learn, threshold and all', async () => {
  const image = new ImageRecord();
  image.update(goldenImages);
  const own = await image.ranking();
  expect(own.f1Max).toBeCloseTo(golden.image.f1Max, 14);
  expect(own.threshold).toBe(golden.image.threshold);
  using pixel = new PixelRecord();
  pixel.update(goldenMaps);
  const pixels = await pixel.ranking();
  expect(pixels.f1Max).toBeCloseTo(golden.pixel.f1Max, 13);
  expect(pixels.threshold).toBe(golden.pixel.threshold);
});

it('of pixels agrees with counting at every threshold', async () => {
  for (let seed = 0; seed < 4; seed++) {
    const samples = randomMaps(new Random(seed), 6);
    using pixel = f1Max.pixel();
    pixel.update(samples);
    const { positives, negatives } = classes(samples);
    expect(await pixel.value()).toBeCloseTo(reference(positives, negatives)[0], 13);
  }
});
