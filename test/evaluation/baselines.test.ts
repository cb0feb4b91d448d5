// Trivial baselines: each on pictures made for it, against plain loops, on real sets; the warning.
import { describe, expect, it } from 'vitest';
import { openData, PictureStore } from '../../src/data/index.ts';
import type { Sample } from '../../src/data/sample.ts';
import { type Baseline, baselineSide, baselineWarning, type LabelledPixels, strengthOf, trivialBaselines, verdictOf } from '../../src/evaluation/baselines.ts';
import { Random } from '../../src/tensor/random.ts';
import { auroc } from '../ops/metrics/references.ts';
import { uniformSource } from '../support/cases.ts';
import { sharedData } from '../support/shared-data.ts';
import { rejected } from '../support/thrown.ts';

const plane = baselineSide * baselineSide;
const picture = (value: (i: number) => number, channels = 1): Float32Array => Float32Array.from({ length: channels * plane }, (_, i) => value(i));

async function byKey(train: Iterable<Float32Array>, test: Iterable<LabelledPixels>): Promise<Record<string, Baseline>> {
  return Object.fromEntries((await trivialBaselines(train, test)).map((one) => [one.key, one]));
}

describe('tells by', () => {
  const random = new Random(1);
  const noise = (mean: number, deviation: number) => picture(() => mean + deviation * random.normal());
  const train = Array.from({ length: 20 }, () => noise(0.5, 0.1));
  const set = (abnormal: () => Float32Array) =>
    Array.from({ length: 40 }, (_, i): LabelledPixels => (i % 2 ? { pixels: abnormal(), label: 1 } : { pixels: noise(0.5, 0.1), label: 0 }));

  it('brightness', async () => {
    const dark = await byKey(
      train,
      set(() => noise(0.4, 0.1)),
    );
    expect([dark.mean.auroc, dark.mean.inverted, dark.meanDistance.auroc]).toEqual([0, 1, 1]);
    expect(strengthOf(dark.mean)).toBe(1);
    expect(dark.pictureDistance.auroc).toBe(1);
    // Brighter and darker: the signed mean says nothing, its distance everything.
    let count = 0;
    const both = await byKey(
      train,
      set(() => noise(count++ % 2 ? 0.6 : 0.4, 0.1)),
    );
    expect([both.mean.auroc, both.meanDistance.auroc]).toEqual([0.5, 1]);
  });

  it('contrast', async () => {
    const flat = await byKey(
      train,
      set(() => noise(0.5, 0.05)),
    );
    expect([flat.deviation.auroc, flat.deviation.inverted]).toEqual([0, 1]);
    expect(Math.abs(flat.mean.auroc! - 0.5)).toBeLessThan(0.25);
  });

  it('what stands where', async () => {
    // Two patterns of equal mean and contrast in training; the abnormal ones are a third, as far from the mean picture as they.
    const kinds = [0, 1, 2].map((kind) => (i: number) => (i % 3 === kind ? 0.8 : 0.2));
    const like = (kind: number) => picture((i) => kinds[kind](i) + 0.02 * random.normal());
    const rows = await byKey(
      Array.from({ length: 30 }, (_, n) => like(n % 2)),
      Array.from({ length: 30 }, (_, n): LabelledPixels => (n % 3 === 2 ? { pixels: like(2), label: 1 } : { pixels: like(n % 3), label: 0 })),
    );
    expect(rows.nearest.auroc).toBe(1);
    expect(rows.pictureDistance.auroc).toBe(1);
    expect(Math.abs(rows.deviation.auroc! - 0.5)).toBeLessThan(0.35);
  });
});

it('agrees with plain loops in float64, in grey and in colour, beyond one block of test pictures', async () => {
  for (const channels of [1, 3]) {
    const made = () => picture(uniformSource(channels + made.count++), channels);
    made.count = 0;
    const train = Array.from({ length: 9 }, made);
    const test = Array.from({ length: 530 }, (_, i): LabelledPixels => ({ pixels: made(), label: i % 5 ? 0 : 1 }));
    const rows = await byKey(train, test);
    const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.sqrt(Array.from(a).reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));
    const center = Float64Array.from(train[0], (_, i) => mean(train.map((x) => x[i])));
    const expected: Record<string, (x: Float32Array) => number> = {
      mean,
      deviation: (x) => {
        const middle = mean(x);
        return Math.sqrt(mean(Array.from(x, (v) => (v - middle) ** 2)));
      },
      meanDistance: (x) => Math.abs(mean(x) - mean(center)),
      pictureDistance: (x) => distance(x, center),
      nearest: (x) => Math.min(...train.map((t) => distance(x, t))),
    };
    for (const [key, score] of Object.entries(expected)) {
      const scores = test.slice(500).map(({ pixels }) => score(pixels));
      scores.forEach((value, i) => expect(rows[key].scores[500 + i], key).toBeCloseTo(value, 5));
    }
    const scores = test.map(({ pixels }) => mean(pixels));
    const of = (label: number) => scores.filter((_, i) => test[i].label === label);
    expect(rows.mean.auroc).toBeCloseTo(auroc(of(1), of(0)), 13);
    expect(rows.mean.inverted).toBeCloseTo(auroc(of(0), of(1)), 13);
  }
});

it('finds a training picture again, exactly', async () => {
  const train = Array.from({ length: 2500 }, (_, n) => picture((i) => (((n + 7) * (i + 3) * 7919) % 1009) / 1009));
  const test = [0, 1234, 2400].map((i): LabelledPixels => ({ pixels: train[i], label: 0 }));
  expect(Array.from((await byKey(train, test)).nearest.scores)).toEqual([0, 0, 0]);
});

it('goes through streams, changes no picture, and does without training pictures', async () => {
  async function* stream<T>(items: readonly T[]) {
    for (const item of items) yield item;
  }
  const train = [picture((i) => i / plane), picture((i) => 1 - i / plane)];
  const before = train.map((x) => x.slice());
  const test: LabelledPixels[] = [
    { pixels: picture(() => 0.2), label: 0 },
    { pixels: picture(() => 0.7), label: 1 },
  ];
  const rows = await trivialBaselines(stream(train), stream(test));
  expect(rows.map(({ key, auroc }) => [key, auroc])).toEqual([
    ['mean', 1],
    ['deviation', 0.5],
    ['meanDistance', 0],
    ['pictureDistance', 0],
    ['nearest', 0],
  ]);
  expect(train).toEqual(before);
  expect(test[1].pixels).toEqual(picture(() => 0.7));
  expect((await trivialBaselines([], test)).map(({ key }) => key)).toEqual(['mean', 'deviation']);
  const unanswered = await trivialBaselines(train, test.slice(0, 1));
  expect(unanswered.map(({ auroc, inverted }) => [auroc, inverted])).toEqual(new Array(5).fill([null, null]));
  expect(baselineWarning(unanswered, 0.9)).toBe(null);
  expect((await trivialBaselines(train, []))[4].scores.length).toBe(0);
});

it('tells what is wrong with a picture, and ends when asked to', async () => {
  const fine = picture(() => 0.5);
  expect(await rejected(trivialBaselines([new Float32Array(100)], []))).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: baselines: training picture 0 has 100 numbers; expected 1024 or 3072: 32 x 32 with 1 or 3 channels"`,
  );
  expect(await rejected(trivialBaselines([fine, new Float32Array(100)], []))).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: baselines: training picture 1 has 100 numbers; expected 1024, as many as the first"`,
  );
  expect(await rejected(trivialBaselines([fine], [{ pixels: picture(() => 0, 3), label: 0 }]))).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: baselines: test picture 0 has 3072 numbers; expected 1024, as many as the first"`,
  );
  expect(await rejected(trivialBaselines([picture((i) => (i === 7 ? Number.NaN : 0))], []))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: baselines: training picture 0 is NaN at position 7; expected finite numbers"`,
  );
  expect(await rejected(trivialBaselines([[1, 2] as never], []))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: baselines: training picture 0 is [object Array]; expected a Float32Array"`,
  );
  expect(await rejected(trivialBaselines([fine], [{ pixels: fine, label: null as never }]))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: baselines: test picture 0 has label null; expected 0 for normal or 1 for abnormal"`,
  );
  const signal = AbortSignal.abort(new Error('enough'));
  expect(await rejected(trivialBaselines([fine], [], { signal }))).toBe('Error: enough');
});

describe('the warning', () => {
  const row = (auroc: number, name = 'mean'): Baseline => ({
    key: 'mean',
    name,
    meaning: '',
    signed: true,
    scores: new Float64Array(),
    auroc,
    inverted: 1 - auroc,
  });

  it('names the strongest that separates the set by itself, whichever way', () => {
    expect(baselineWarning([row(0.6), row(0.03, 'standard deviation'), row(0.96)], 0.99)).toMatchInlineSnapshot(
      `"Image scores say little here: the standard deviation of pictures shrunk to 32x32, small values called abnormal, alone reaches an image AUROC of 0.970 (the detector: 0.990). Judge by pixel scores, or make the pictures alike in it first."`,
    );
    expect(baselineWarning([row(0.951)], null)).toMatchInlineSnapshot(
      `"Image scores say little here: the mean of pictures shrunk to 32x32 alone reaches an image AUROC of 0.951. Judge by pixel scores, or make the pictures alike in it first."`,
    );
  });

  it('names one that comes near the detector, or beats it', () => {
    expect(baselineWarning([row(0.6), row(0.871, 'distance to the nearest neighbour')], 0.89)).toMatchInlineSnapshot(
      `"The detector's image scores show little that it learnt: the distance to the nearest neighbour of pictures shrunk to 32x32 reaches an image AUROC of 0.871, nearly as much as the detector's 0.890."`,
    );
    expect(baselineWarning([row(0.2)], 0.7)).toMatchInlineSnapshot(
      `"The detector's image scores show little that it learnt: the mean of pictures shrunk to 32x32, small values called abnormal, reaches an image AUROC of 0.800, more than the detector's 0.700."`,
    );
    expect(baselineWarning([row(0.75)], 0.75)).toMatchInlineSnapshot(
      `"The detector's image scores show little that it learnt: the mean of pictures shrunk to 32x32 reaches an image AUROC of 0.750, as much as the detector's 0.750."`,
    );
  });

  it('is silent otherwise', () => {
    expect(baselineWarning([row(0.6), row(0.3)], 0.75)).toBe(null);
    expect(baselineWarning([row(0.9)], null)).toBe(null);
    expect(baselineWarning([], 0.9)).toBe(null);
    expect([0.94, 0.8801, 0.8799, 0.06, 0.04].map((auroc) => verdictOf(row(auroc), 0.9))).toEqual(['near', 'near', 'below', 'near', 'separates']);
  });
});

/** AUROC on evaluation sets, made independently by another resampler: within 0.02. */
const published: Readonly<Record<string, readonly [mean: number, meanDistance: number, deviation: number, picture: number, nearest: number]>> = {
  'mvtec/screw': [1, 0.001, 0.943, 0.333, 0.141],
  'mvtec/leather': [0.438, 0.438, 0.475, 0.475, 0.487],
  ball_screw: [0.201, 0.8, 0.313, 0.882, 0.932],
  magnetic_tile: [0.49, 0.493, 0.358, 0.489, 0.572],
};
const colourOf: Readonly<Record<string, 1 | 3>> = { 'mvtec/screw': 1, 'mvtec/leather': 3, ball_screw: 3, magnetic_tile: 1 };

describe('on real sets', () => {
  for (const [name, numbers] of Object.entries(published)) {
    const root = sharedData(name);
    it.skipIf(!root)(`${name}${root ? '' : ': skipped, the shared data is absent'}`, async () => {
      const [category] = (await openData(root!)).categories;
      async function* pixels(samples: readonly Sample[]) {
        const store = await PictureStore.open(samples, { height: baselineSide, width: baselineSide, channels: colourOf[name], fit: 'stretch' });
        for (let i = 0; i < store.size; i++) {
          const batch = await store.batch([i]);
          yield { pixels: (await batch.read()) as Float32Array, label: store.samples[i].label as 0 | 1 };
          batch.dispose();
        }
        store.dispose();
      }
      async function* normals() {
        for await (const { pixels: x } of pixels(category.train)) yield x;
      }
      const rows = await trivialBaselines(normals(), pixels(category.test));
      const own = Object.fromEntries(rows.map(({ key, auroc }) => [key, auroc!]));
      const keys = ['mean', 'meanDistance', 'deviation', 'pictureDistance', 'nearest'];
      keys.forEach((key, i) => expect(Math.abs(own[key] - numbers[i]), `${key}: ${own[key]}`).toBeLessThan(0.02));
      if (name === 'mvtec/screw') expect(baselineWarning(rows, 0.98)).toMatch(/^Image scores say little here: the mean of pictures/);
      if (name === 'ball_screw')
        expect(baselineWarning(rows, 0.94)).toMatch(/the distance to the nearest neighbour of pictures .* nearly as much as the detector's 0.940/);
    });
  }
});
