// AUROC: vectors, golden numbers, and what it must not depend on.
import { expect, it } from 'vitest';
import { auroc } from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { auroc as reference } from '../ops/metrics/references.ts';
import { classes, golden, goldenImages, goldenMaps, plain, randomMaps } from './patterns.ts';

const ofImages = async (positives: readonly number[], negatives: readonly number[]): Promise<number | null> => {
  const metric = auroc.image();
  metric.update([...positives.map((score) => ({ score, label: 1 as const })), ...negatives.map((score) => ({ score, label: 0 as const }))]);
  return metric.value();
};

it('is 1 for scores in order, whatever their scale, and one half for equal ones', async () => {
  expect(await ofImages([30, 31, 32], [20, 21, 22])).toBe(1);
  expect(await ofImages([20, 21, 22], [30, 31, 32])).toBe(0);
  expect(await ofImages([7, 7], [7, 7, 7])).toBe(0.5);
  expect(await ofImages([1, 2], [1, 0])).toBe(0.875);
});

it('keeps apart scores that a squashing map or float32 would tie', async () => {
  expect(await ofImages([31, 32], [30, 29])).toBe(1); // 1 / (1 + exp(-30)) is 1 - 1e-13, in float32 1
  expect(await ofImages([1 + 2 ** -52], [1])).toBe(1);
  expect(await ofImages([-1e300], [-1.1e300])).toBe(1);
});

it('does not change under a strictly increasing map', async () => {
  const random = new Random(1);
  const [positives, negatives] = [40, 70].map((n, shift) => Array.from({ length: n }, () => random.integer(25) / 8 - shift));
  const value = await ofImages(positives, negatives);
  for (const map of [Math.exp, Math.atan, (x: number) => x ** 3, (x: number) => 1e-9 * x - 4]) {
    expect(await ofImages(positives.map(map), negatives.map(map))).toBe(value);
  }
  expect(value).toBeCloseTo(reference(positives, negatives), 14);
});

it('takes infinities and zeros of both signs as scores', async () => {
  const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  expect(await ofImages([most, most], [least, 1])).toBe(1);
  expect(await ofImages([most], [most])).toBe(0.5);
  expect(await ofImages([0], [-0])).toBe(0.5);
});

it('has no answer where a class is missing', async () => {
  expect(await ofImages([], [])).toBe(null);
  expect(await ofImages([1], [])).toBe(null);
  expect(await ofImages([], [1])).toBe(null);
  using pixel = auroc.pixel();
  expect(await pixel.value()).toBe(null);
  pixel.update(plain(4, 3, 1));
  expect(await pixel.value()).toBe(null);
});

it('agrees with scikit-learn', async () => {
  const image = auroc.image();
  image.update(goldenImages);
  expect(await image.value()).toBeCloseTo(golden.image.auroc, 14);
  using pixel = auroc.pixel();
  pixel.update(goldenMaps);
  expect(await pixel.value()).toBeCloseTo(golden.pixel.auroc, 14);
});

it('of pixels agrees with counting pairs, on maps of odd extents with many ties', async () => {
  for (let seed = 0; seed < 4; seed++) {
    const samples = randomMaps(new Random(seed), 6);
    using pixel = auroc.pixel();
    pixel.update(samples);
    const { positives, negatives } = classes(samples);
    expect(await pixel.value()).toBeCloseTo(reference(positives, negatives), 13);
  }
});
