// Average precision: vectors, golden numbers, counting.
import { expect, it } from 'vitest';
import { averagePrecision, ImageRecord } from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { averagePrecision as reference } from '../ops/metrics/references.ts';
import { classes, golden, goldenImages, goldenMaps, randomMaps } from './patterns.ts';

const of = (scores: number[], labels: number[]): Promise<number | null> => {
  const record = new ImageRecord();
  record.add(scores, labels);
  return averagePrecision.image(record).value();
};

it('is the mean of the precisions at which positives are found', async () => {
  expect(await of([4, 3, 2, 1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 15);
  expect(await of([4, 3, 2, 1], [0, 0, 1, 1])).toBeCloseTo((1 / 3 + 2 / 4) / 2, 15);
  expect(await of([9, 8, 1], [1, 1, 0])).toBe(1);
});

it('lets ties enter together, so constant scores give the share of positives', async () => {
  expect(await of([5, 5, 5, 5], [1, 0, 0, 0])).toBe(0.25);
  expect(await of([5, 5, 3, 3], [1, 0, 1, 0])).toBeCloseTo(0.5 * 0.5 + 0.5 * 0.5, 15);
});

it('has no answer where a class is missing', async () => {
  expect(await of([], [])).toBe(null);
  expect(await of([1, 2], [1, 1])).toBe(null);
  expect(await of([1, 2], [0, 0])).toBe(null);
});

it('agrees with scikit-learn', async () => {
  const image = averagePrecision.image();
  image.update(goldenImages);
  expect(await image.value()).toBeCloseTo(golden.image.ap, 14);
  using pixel = averagePrecision.pixel();
  pixel.update(goldenMaps);
  expect(await pixel.value()).toBeCloseTo(golden.pixel.ap, 13);
});

it('of pixels agrees with counting at every threshold', async () => {
  for (let seed = 0; seed < 4; seed++) {
    const samples = randomMaps(new Random(seed), 6);
    using pixel = averagePrecision.pixel();
    pixel.update(samples);
    const { positives, negatives } = classes(samples);
    expect(await pixel.value()).toBeCloseTo(reference(positives, negatives), 13);
  }
});
