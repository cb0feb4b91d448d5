// Tiles: weights that add up to one, the same map tiled and whole, bounded memory, and the regions that count.
import { describe, expect, it } from 'vitest';
import { toInput } from '../../src/data/input.ts';
import { BlemishError } from '../../src/errors.ts';
import { defineMethod } from '../../src/methods/method.ts';
import { abs, add, boxFilter, gaussianBlur, mean, mul, slice, sub } from '../../src/ops/index.ts';
import { Detector } from '../../src/scoring/detector.ts';
import { maxScore } from '../../src/scoring/image-score.ts';
import type { ScoreOptions } from '../../src/scoring/options.ts';
import type { Scoring, ScoringFailure } from '../../src/scoring/result.ts';
import { tileAxis } from '../../src/scoring/tiles.ts';
import { memory, sync } from '../../src/tensor/device.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { Random } from '../../src/tensor/random.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { ToyNetwork, toyPicture } from '../support/toy-method.ts';

/** Sees five pixels around, wherever they lie: the same for every place. */
const local = defineMethod({
  name: 'local',
  paper: 'none',
  family: 'statistics',
  needsWeights: false,
  multipleOf: () => 1,
  hyper: {},
  build: (_, { channels, height, width, random }) => new ToyNetwork(channels, height, width, 1, random),
  learn: { learns: 'onePass', observe: () => {}, finish: () => {} },
  score: (_: ToyNetwork, images) => {
    const grey = mean(images, 1, { keepDims: true });
    return { map: add(abs(sub(grey, boxFilter(grey, 5))), mul(gaussianBlur(grey, 0.5), 0.01)) };
  },
  imageScore: maxScore,
});

function detectorOf(height: number, width: number, method = local): Detector {
  const input = { height, width, channels: 3, fit: 'stretch' } as const;
  return Detector.from({ method, hyper: {}, input, model: new ToyNetwork(3, height, width, 1, new Random(1)), provenance: {} });
}

async function only(detector: Detector, picture: RawPicture, options: ScoreOptions = {}): Promise<Scoring> {
  for await (const result of detector.score(picture, options)) {
    if (result.error) throw new Error(`${result.error.code}: ${result.error.message}`);
    return result;
  }
  throw new Error('no result came');
}

describe('tiles along an axis', () => {
  it('cover it, overlap by as much as asked, and count for one in all, exactly', () => {
    for (const [extent, tile, overlap] of [
      [100, 32, 0.25],
      [33, 32, 0.25],
      [32, 32, 0.5],
      [7, 32, 0.25],
      [1000, 48, 0.5],
      [1001, 48, 0],
      [20_000, 256, 0.25],
      [95, 32, 0.5],
    ]) {
      const { starts, weights } = tileAxis(extent, tile, overlap);
      const sums = new Float64Array(Math.max(extent, tile));
      const counted = new Int32Array(sums.length);
      starts.forEach((start, i) => {
        weights[i].forEach((weight, at) => {
          sums[start + at] += weight;
          counted[start + at] += weight > 0 ? 1 : 0;
        });
        if (i > 0) expect(starts[i - 1] + tile - start).toBeGreaterThanOrEqual(Math.floor(overlap * tile));
      });
      expect(sums.every((sum) => sum === 1)).toBe(true);
      expect(Math.max(...counted)).toBeLessThanOrEqual(2);
      expect(starts.at(-1)! + tile).toBe(Math.max(extent, tile));
      // What lies at the border of a tile does not count inside of a picture.
      if (overlap >= 0.25 && starts.length > 1)
        for (let i = 1; i < starts.length; i++)
          expect([...weights[i].slice(0, Math.floor((overlap * tile) / 4))]).toEqual(Array(Math.floor((overlap * tile) / 4)).fill(0));
    }
  });
});

describe('a picture in tiles', () => {
  it.each([
    [90, 70],
    [200, 33],
    [32, 100],
    [40, 20],
  ])('of %i x %i has the map of the whole', async (width, height) => {
    const picture = toyPicture(3, { width, height, square: true });
    using whole = detectorOf(height, width);
    using tiled = detectorOf(32, 32);
    const [expected, found] = [await only(whole, picture), await only(tiled, picture, { tile: { overlap: 0.4 } })];
    expect([found.width, found.height, found.map!.length]).toEqual([width, height, width * height]);
    const away = found.map!.map((value, i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      // The border of the picture is repeated where it is smaller than a tile.
      const border = (height < 32 && Math.min(y, height - 1 - y) < 3) || (width < 32 && Math.min(x, width - 1 - x) < 3);
      return border ? 0 : Math.abs(value - expected.map![i]);
    });
    expect(Math.max(...away)).toBeLessThan(1e-6);
    if (height >= 32 && width >= 32) expect(found.score).toBeCloseTo(expected.score, 6);
  });

  it('is made smaller without being asked to, and whole where it fits', async () => {
    using tiled = detectorOf(32, 32);
    const small = toyPicture(4, { width: 32, height: 32 });
    expect(await only(tiled, small, { tile: true })).toEqual(await only(tiled, small));
    const large = toyPicture(4, { width: 64, height: 64 });
    expect((await only(tiled, large, { tile: true })).score).not.toBe((await only(tiled, large)).score);
  });

  it('gives the same bits whatever is scored beside it, and peaks for calibration', async () => {
    using tiled = detectorOf(32, 32);
    const pictures = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((seed) => toyPicture(seed, { width: 40 + 7 * seed, height: 50 }));
    const all: (Scoring | ScoringFailure)[] = [];
    for await (const result of tiled.score(pictures, { tile: true, batchSize: 4 })) all.push(result);
    for (const [i, picture] of pictures.entries()) {
      const { map, score } = await only(tiled, picture, { tile: true });
      expect([(all[i] as Scoring).score, (all[i] as Scoring).map]).toEqual([score, map]);
    }
    const { pixelThreshold } = await tiled.calibrate(pictures, { tile: true, falseAlarmRate: 0.1 });
    expect(pixelThreshold).toBe(Math.max(...all.map((result) => Math.max(...(result as Scoring).map!))));
  });

  it('of 20,000 pixels takes memory for itself and its map alone', async () => {
    using tiled = detectorOf(64, 64);
    const [width, height] = [20_000, 300];
    const picture: RawPicture = { data: new Uint8Array(width * height).map((_, i) => (i * 7919) >>> 3), width, height, channels: 1 };
    await only(tiled, toyPicture(1, { width: 100, height: 100 }), { tile: true });
    await sync();
    const before = memory().reservedBytes;
    const { map } = await only(tiled, picture, { tile: true });
    expect(map).toHaveLength(width * height);
    // A tile of the network is some hundred kilobytes; the picture as floats would be 24 MB for each channel.
    expect(memory().reservedBytes - before).toBeLessThan(8 << 20);
  });

  it('refuses an overlap of more than half', async () => {
    using tiled = detectorOf(32, 32);
    expect(await rejected(only(tiled, toyPicture(1), { tile: { overlap: 0.6 } }))).toMatch(
      'ARGUMENT_INVALID: score: the overlap of tiles is 0.6; expected 0 … 0.5',
    );
  });
});

describe('the area that counts', () => {
  const [width, height] = [48, 40];
  /** A dark square at 6 … 10, 5 … 8. */
  const picture = toyPicture(5, { width, height, square: true });
  const square = { x: 4, y: 3, width: 9, height: 8 };

  for (const [title, options] of [
    ['whole', {}],
    ['in tiles', { tile: true }],
  ] as const) {
    it(`${title}: scores, maps and regions come from it alone`, async () => {
      using detector = title === 'whole' ? detectorOf(height, width) : detectorOf(24, 24);
      const free = await only(detector, picture, options);
      detector.pixelThreshold = 0.6 * Math.max(...free.map!);
      const all = await only(detector, picture, options);
      expect(all.regions.length).toBeGreaterThan(0);
      const inside = await only(detector, picture, { ...options, roi: square });
      const outside = await only(detector, picture, { ...options, ignore: square });
      expect(inside.score).toBe(all.score);
      expect(outside.score).toBeLessThan(all.score);
      const within = (i: number) => i % width >= 4 && i % width < 13 && i >= 3 * width && i < 11 * width;
      for (const [result, counts] of [
        [inside, within],
        [outside, (i: number) => !within(i)],
      ] as const) {
        const own = [...all.map!].filter((_, i) => counts(i));
        expect(Math.max(...result.map!)).toBe(Math.max(...own));
        result.map!.forEach((value, i) => expect(value).toBe(counts(i) ? all.map![i] : Math.min(...own)));
      }
      expect(outside.regions.every(({ score }) => score <= Math.max(...outside.map!))).toBe(true);
      expect(inside.regions.every((region) => region.x >= 4 && region.x + region.width <= 13 && region.y >= 3)).toBe(true);
      const mask = Uint8Array.from({ length: width * height }, (_, i) => (within(i) ? 9 : 0));
      expect(await only(detector, picture, { ...options, roi: { mask: { data: mask, width, height, channels: 1 } } })).toEqual(inside);
      expect(await only(detector, picture, { ...options, roi: ({ index }) => (index === 0 ? square : null) })).toEqual(inside);
    });
  }

  it('may be those of some pictures alone, whatever is scored beside them: the thresholds are the same', async () => {
    using detector = detectorOf(32, 32);
    const pictures = Array.from({ length: 80 }, (_, i) => toyPicture(i, { width: 32, height: 32 }));
    const roi = ({ index }: { index: number }) => (index % 2 ? null : { x: 4, y: 4, width: 9, height: 9 });
    const calibrated = async (batchSize: number) => detector.calibrate(pictures, { roi, batchSize, falseAlarmRate: 0.05 });
    const alone = await calibrated(1);
    // Batches go together only after so many that went alone.
    for (const _ of [1, 2, 3]) expect(await calibrated(2)).toEqual(alone);
  });

  it('is asked for again where it could not be had', async () => {
    using detector = detectorOf(32, 32);
    let asked = 0;
    const mask = async () => {
      if (++asked === 1) throw new BlemishError('PICTURE_UNREADABLE', 'mask: too many files are open; expected room');
      return { data: new Uint8Array(32 * 32).fill(1), width: 32, height: 32, channels: 1 };
    };
    const codes: (string | null)[] = [];
    const pictures = async function* () {
      for (let i = 0; i < 3; i++) {
        while (codes.length < i) await new Promise((resolve) => setTimeout(resolve, 1));
        yield toyPicture(i, { width: 32, height: 32 });
      }
    };
    for await (const { error } of detector.score(pictures(), { roi: { mask } })) codes.push(error?.code ?? null);
    expect([codes, asked]).toEqual([['PICTURE_UNREADABLE', null, null], 2]);
  });

  it('where nothing is left is a code, as is a mask of other extents', async () => {
    using detector = detectorOf(24, 24);
    const failures: string[] = [];
    for (const options of [
      { roi: { x: 100, y: 0, width: 5, height: 5 } },
      { roi: square, ignore: square },
      { roi: { mask: toyPicture(1) } },
    ] as ScoreOptions[]) {
      for await (const { error } of detector.score(picture, options)) failures.push(`${error?.code}: ${error?.message}`);
    }
    expect(failures).toMatchInlineSnapshot(`
      [
        "AREA_EMPTY: score: #0: of its 48 x 40 pixels none is left to be looked at; expected at least one",
        "AREA_EMPTY: score: #0: of its 48 x 40 pixels none is left to be looked at; expected at least one",
        "DATA_INVALID: readMask: the mask of #0 has 24 x 20 pixels; expected 48 x 40, as its picture",
      ]
    `);
    expect(thrown(() => detector.score(picture, { roi: { x: 0.5, y: 0, width: 1, height: 1 } }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: score: roi is {"x":0.5,"y":0,"width":1,"height":1}; expected whole x, y and positive width, height, or a mask"`,
    );
  });

  it('smaller than a pixel of the network still counts', async () => {
    using detector = detectorOf(8, 8);
    const tiny = await only(detector, picture, { roi: { x: 7, y: 6, width: 1, height: 1 } });
    expect(tiny.score).toBeLessThanOrEqual((await only(detector, picture)).score);
    expect(Number.isFinite(tiny.score)).toBe(true);
    expect(new Set(tiny.map).size).toBe(1);
  });

  it('decides for calibration too', async () => {
    using detector = detectorOf(height, width);
    const pictures = Array.from({ length: 12 }, (_, i) => toyPicture(30 + i, { width, height, square: i === 0 }));
    const ignored = await detector.calibrate(pictures, { falseAlarmRate: 0.2, ignore: square });
    const all = await detector.calibrate(pictures, { falseAlarmRate: 0.2 });
    expect(ignored.scores.at(-1)).toBeLessThan(all.scores.at(-1) as number);
    expect(ignored.peaks.at(-1)).toBeLessThan(all.peaks.at(-1) as number);
  });
});

it('a toy picture is what the tests take it for', () => {
  const { x } = toInput(toyPicture(5, { width: 48, height: 40, square: true }), { height: 40, width: 48, channels: 3, fit: 'stretch' });
  const corner = slice(x, [0, 0, 6, 8], [1, 1, 1, 1]);
  expect(corner.readSync()[0]).toBeLessThan(0.2);
  x.dispose();
  corner.dispose();
});
