// Every metric of the registry: perfect, inverted, random and tied scores, raw ones, batches in any order, golden numbers.
import { describe, expect, it } from 'vitest';
import {
  type ImageMetric,
  ImageRecord,
  type ImageSample,
  type MetricKind,
  metrics,
  type PixelMetric,
  PixelRecord,
  type PixelSample,
} from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { golden, goldenImages, goldenMaps } from '../metrics/patterns.ts';
import { rejected } from '../support/thrown.ts';

/** Scores in 0 … 1 to be found abnormal, by whether they are. */
type Scorer = (abnormal: boolean, random: Random) => number;
const perfect: Scorer = (abnormal, random) => random.uniform() * 0.4 + (abnormal ? 0.6 : 0);
const inverted: Scorer = (abnormal, random) => random.uniform() * 0.4 + (abnormal ? 0 : 0.6);
const chance: Scorer = (_, random) => random.uniform();
const tied: Scorer = () => 0.25;
const good: Scorer = (abnormal, random) => random.integer(8) / 8 + (abnormal ? 0.5 : 0);

const side = 24;

/** Sixteen pictures of each class; abnormal ones have two regions. */
function maps(scorer: Scorer): PixelSample[] {
  const random = new Random(1);
  return Array.from({ length: 32 }, (_, p) => {
    const abnormal = p % 2 === 1;
    const data = Uint8Array.from({ length: side * side }, (_, k) => {
      const [i, j] = [Math.floor(k / side), k % side];
      return abnormal && (Math.abs(i - 5) + Math.abs(j - 6) < 4 || (i > 14 && j > 17 - (p % 5))) ? 1 : 0;
    });
    const map = Float32Array.from(data, (m) => scorer(m === 1, random));
    return { map, width: side, height: side, mask: abnormal ? { data, width: side, height: side } : null };
  });
}

function images(scorer: Scorer): ImageSample[] {
  const random = new Random(2);
  return Array.from({ length: 400 }, (_, i) => ({ score: scorer(i % 4 === 0, random), label: i % 4 === 0 ? 1 : 0 }));
}

/** What a metric says where scores say nothing, if that is known: of constant ones, and, within a tolerance, of random ones. */
const blind: Readonly<Record<string, { share: (positives: number) => number; within: number }>> = {
  auroc: { share: () => 0.5, within: 0.06 },
  ap: { share: (positives) => positives, within: 0.06 },
  f1Max: { share: (positives) => (2 * positives) / (1 + positives), within: 0.06 },
  aupro: { share: () => 0.15, within: 0.02 },
};

type AnyMetric = ImageMetric | PixelMetric;
interface Level {
  make: (kind: MetricKind) => AnyMetric | null;
  samples: (scorer: Scorer) => (ImageSample | PixelSample)[];
  /** The same samples after a strictly increasing map. */
  stretched: (samples: (ImageSample | PixelSample)[]) => (ImageSample | PixelSample)[];
}
const levels: Readonly<Record<string, Level>> = {
  image: {
    make: (kind) => kind.image?.() ?? null,
    samples: images,
    stretched: (samples) => (samples as ImageSample[]).map(({ score, label }) => ({ score: Math.exp(40 * score), label })),
  },
  pixel: {
    make: (kind) => kind.pixel?.() ?? null,
    samples: maps,
    stretched: (samples) => (samples as PixelSample[]).map((sample) => ({ ...sample, map: sample.map.map((x) => 8 * x - 1000) })),
  },
};

const members = Object.entries(metrics as Readonly<Record<string, MetricKind>>).flatMap(([name, kind]) =>
  Object.entries(levels)
    .filter(([level]) => kind[level as 'image' | 'pixel'])
    .map(([level, rest]) => ({ title: `${name} of ${level}s`, name, level, kind, ...rest })),
);

it('has each name that the contracts of the command line use, at their levels', () => {
  expect(members.map(({ title }) => title)).toEqual([
    'auroc of images',
    'auroc of pixels',
    'ap of images',
    'ap of pixels',
    'f1Max of images',
    'f1Max of pixels',
    'aupro of pixels',
    'aupimo of pixels',
  ]);
});

describe.each(members)('$title', ({ name, kind, make, samples, stretched }) => {
  const of = async (list: (ImageSample | PixelSample)[]): Promise<number | null> => {
    using metric = make(kind)!;
    metric.update(list as never);
    return metric.value();
  };
  const positives = (list: (ImageSample | PixelSample)[]): number => {
    const labels = list.flatMap((sample) => ('map' in sample ? Array.from(sample.mask?.data ?? new Uint8Array(side * side)) : [sample.label]));
    return labels.reduce((a, b) => a + b, 0) / labels.length;
  };

  it('says its name and what it means', () => {
    expect(kind.name).toBe(name);
    expect(kind.meaning).toMatch(/^\S.{30,}[^.]$/);
    using metric = make(kind)!;
    expect(metric.name).toBe(name);
  });

  it('gives perfect scores 1', async () => {
    expect(await of(samples(perfect))).toBe(1);
  });

  it('gives inverted scores less than any others', async () => {
    const value = (await of(samples(inverted)))!;
    for (const scorer of [chance, tied, good, perfect]) expect(value).toBeLessThanOrEqual((await of(samples(scorer)))!);
    if (['auroc', 'aupro', 'aupimo'].includes(name)) expect(value).toBe(0);
  });

  it('gives scores that say nothing what chance gives', async () => {
    const list = samples(tied);
    const known = blind[name];
    if (known) expect(await of(list)).toBeCloseTo(known.share(positives(list)), 12);
    const random = (await of(samples(chance)))!;
    if (known) expect(Math.abs(random - known.share(positives(list)))).toBeLessThan(known.within);
    else expect(random).toBeLessThan(0.01);
  });

  it('lies between 0 and 1 and rewards better scores', async () => {
    const [low, middle, high] = await Promise.all([chance, good, perfect].map((scorer) => of(samples(scorer))));
    expect(low!).toBeGreaterThanOrEqual(0);
    expect(middle!).toBeGreaterThan(low!);
    expect(high!).toBeGreaterThan(middle!);
  });

  it('looks at the order of raw scores alone', async () => {
    const list = samples(good);
    expect(await of(stretched(list))).toBe(await of(list));
  });

  it('does not depend on the order of samples, nor on how they are batched or merged', async () => {
    const list = samples(good);
    const value = (await of(list))!;
    const shuffled = new Random(5).permutation(list.length).map((i) => list[i]);
    expect(await of(shuffled)).toBeCloseTo(value, 14);
    using one = make(kind)!;
    for (const sample of shuffled.slice(0, 11)) one.update(sample as never);
    await one.value();
    one.update(shuffled.slice(11, 20) as never);
    using two = make(kind)!;
    two.update(shuffled.slice(20) as never);
    one.merge(two as never);
    expect(await one.value()).toBeCloseTo(value, 14);
  });

  it('asks again after an update', async () => {
    using metric = make(kind)!;
    metric.update(samples(perfect).slice(0, 20) as never);
    expect(await metric.value()).toBe(1);
    metric.update(samples(inverted) as never);
    expect(await metric.value()).toBeLessThan(1);
  });

  it('has no answer without samples or with one class, and says so with null', async () => {
    expect(await of([])).toBe(null);
    const list = samples(good);
    for (const wanted of [0, 1]) {
      const one = list.filter((sample) => ('map' in sample ? (sample.mask ? 1 : 0) : sample.label) === wanted);
      // Pixels of a marked picture are of both classes, but for AUPIMO no picture is normal then.
      const both = wanted === 1 && 'map' in list[0] && name !== 'aupimo';
      if (both) expect(await of(one)).toBeGreaterThan(0);
      else expect(await of(one)).toBe(null);
    }
  });

  it('refuses NaN at once', () => {
    using metric = make(kind)!;
    const list = samples(() => Number.NaN);
    expect(() => metric.update(list[0] as never)).toThrow(/NaN.*; expected/);
  });

  it('has an interval around its value, the same from the same stream', async () => {
    using metric = make(kind)!;
    metric.update(samples(good) as never);
    const value = (await metric.value())!;
    const [a, b] = await Promise.all([1, 1].map((seed) => metric.interval({ random: new Random(seed), resamples: 200 })));
    expect(a).toEqual(b);
    expect(a!.low).toBeLessThanOrEqual(value);
    expect(a!.high).toBeGreaterThanOrEqual(value);
    expect(a!.high - a!.low).toBeLessThan(0.5);
    expect(await rejected(metric.interval({} as never))).toMatch(/random is missing/);
  });

  it('shares a record with others and leaves it to its owner', async () => {
    const list = samples(good);
    const record = 'map' in list[0] ? new PixelRecord() : new ImageRecord();
    record.update(list as never);
    const metric = kind['map' in list[0] ? 'pixel' : 'image']!(record as never);
    const value = await metric.value();
    metric.dispose();
    expect(await kind['map' in list[0] ? 'pixel' : 'image']!(record as never).value()).toBe(value);
    record.dispose();
  });
});

describe('golden numbers', () => {
  it.each(['auroc', 'ap', 'f1Max'] as const)('%s', async (name) => {
    const image = metrics[name].image();
    image.update(goldenImages);
    expect(await image.value()).toBeCloseTo(golden.image[name], 13);
    using pixel = metrics[name].pixel();
    pixel.update(goldenMaps);
    expect(await pixel.value()).toBeCloseTo(golden.pixel[name], 13);
  });

  it('aupro', async () => {
    using metric = metrics.aupro.pixel();
    metric.update(goldenMaps);
    expect(await metric.value()).toBeCloseTo(golden.aupro['0.3'], 13);
  });
});
