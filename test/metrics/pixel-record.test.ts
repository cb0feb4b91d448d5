// Records of pixel scores: what they refuse, what they hold, how they join.
import { expect, it } from 'vitest';
import { aupimo, aupro, auroc, PixelRecord, type PixelSample } from '../../src/metrics/index.ts';
import { memory, sync } from '../../src/tensor/device.ts';
import { Random } from '../../src/tensor/random.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { drawn, goldenMaps, plain, randomMaps } from './patterns.ts';

it('tells what is wrong with a picture, with the numbers, and keeps nothing of it', () => {
  using record = new PixelRecord();
  record.update(plain(3, 2, 1));
  const refusal = (change: Record<string, unknown>) => thrown(() => record.update({ ...plain(3, 2, 1), name: 'a.png', ...change } as PixelSample));
  const mask = (width: number, height: number, length = width * height) => ({ data: new Uint8Array(length).fill(1), width, height });
  expect(refusal({ mask: mask(2, 3) })).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: pixel metrics: picture 1 (a.png): its mask is 2 x 3 with 6 numbers, but its map 3 x 2; expected one number for each pixel of the map"`,
  );
  expect(refusal({ mask: mask(3, 2, 7), name: undefined })).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: pixel metrics: picture 1: its mask is 3 x 2 with 7 numbers, but its map 3 x 2; expected one number for each pixel of the map"`,
  );
  expect(refusal({ width: 4 })).toMatchInlineSnapshot(`"SHAPE_MISMATCH: pixel metrics: picture 1 (a.png): its map has 6 numbers; expected 4 x 2 = 8"`);
  expect(refusal({ width: 0, height: 0, map: new Float32Array() })).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: pixel metrics: picture 1 (a.png): its map has 0 numbers; expected 0 x 0, positive whole numbers"`,
  );
  expect(refusal({ width: 1.5, height: 4 })).toMatchInlineSnapshot(
    `"SHAPE_MISMATCH: pixel metrics: picture 1 (a.png): its map has 6 numbers; expected 1.5 x 4, positive whole numbers"`,
  );
  expect(refusal({ map: [1, 2, 3, 4, 5, 6] })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: picture 1 (a.png): its map is [object Array]; expected a Float32Array"`,
  );
  expect(refusal({ map: new Float64Array(6) })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: picture 1 (a.png): its map is [object Float64Array]; expected a Float32Array"`,
  );
  expect(refusal({ map: Float32Array.of(0, 1, 2, 3, Number.NaN, 5) })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: picture 1 (a.png): its map is NaN at column 1 of row 1; expected numbers or infinities"`,
  );
  expect(refusal({ label: 0, mask: mask(3, 2) })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: picture 1 (a.png): its label is 0 but 6 pixels of its mask are marked; expected none, or label 1"`,
  );
  expect(refusal({ label: 1 })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: picture 1 (a.png): its label is 1 but its mask is not known; expected a mask: leave out pictures without one"`,
  );
  expect(refusal({ label: 3 })).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: picture 1 (a.png): its label is 3; expected 0 for normal or 1 for abnormal"`,
  );
  expect(record.counts).toEqual({ normal: 1, abnormal: 0 });
  expect(record.range).toEqual([1, 1]);
});

it('refuses settings and joins that mean nothing', () => {
  expect(thrown(() => new PixelRecord({ spread: 2 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: PixelRecord: spread is 2; expected an odd number of 1 … 99"`);
  using one = new PixelRecord();
  using wide = new PixelRecord({ spread: 5 });
  expect(thrown(() => one.merge(wide))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: pixel metrics: a record of spread 5 was to be merged into one of 1; expected them equal"`,
  );
  expect(thrown(() => one.merge(one))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: pixel metrics: a record was to be merged with itself; expected another one"`);
});

it('takes masks of any kind of number, and pictures of any extents', async () => {
  using record = new PixelRecord();
  const score = (marked: boolean, k: number) => (marked ? 5 : 0) + (k % 2);
  const sample = drawn(['.#.', '...'], score);
  record.update(sample);
  const marks = Array.from(sample.mask!.data);
  for (const data of [Float32Array.from(marks), Uint8ClampedArray.from(marks), Int32Array.from(marks), marks]) {
    record.update({ ...sample, mask: { ...sample.mask!, data } });
  }
  record.update([drawn(['#'], score), plain(1, 7, 0.5), plain(300, 1, 0.25)]);
  expect(record.counts).toEqual({ normal: 2, abnormal: 6 });
  expect(record.pixelCounts).toEqual({ positives: [1, 1, 1, 1, 1, 1, 0, 0], negatives: [5, 5, 5, 5, 5, 0, 7, 300] });
  expect(await auroc.pixel(record).value()).toBe(1);
});

it('holds 4 bytes a pixel and 8 a marked one, and nothing once disposed', async () => {
  const before = memory().liveBytes;
  const record = new PixelRecord();
  const side = 128;
  const normal = plain(side, side, (k) => k);
  const data = new Uint8Array(side * side).fill(255, 0, 1024);
  for (let i = 0; i < 4; i++) record.update([normal, { ...normal, mask: { data, width: side, height: side } }]);
  await auroc.pixel(record).value();
  await aupro.pixel(record).value();
  await sync();
  const held = memory().liveBytes - before;
  const pixels = 8 * side * side;
  // And what the pool rounds up.
  expect(held).toBeGreaterThanOrEqual(4 * pixels + 4 * 4 * 1024);
  expect(held).toBeLessThanOrEqual(4 * pixels + 4 * 4 * 1024 + 4 * 4096);
  record.dispose();
  record.dispose();
  expect(memory().liveBytes).toBe(before);
  expect(thrown(() => record.update(normal))).toMatchInlineSnapshot(`"TENSOR_DISPOSED: pixel metrics: the record was disposed; expected a live one"`);
  expect(await rejected(aupro.pixel(record).value())).toMatchInlineSnapshot(`"TENSOR_DISPOSED: pixel metrics: the record was disposed; expected a live one"`);
});

it('merges exactly, also after some of it was read, and leaves the other empty', async () => {
  const samples = randomMaps(new Random(3), 12);
  using all = new PixelRecord();
  all.update(samples);
  using one = new PixelRecord();
  using two = new PixelRecord();
  one.update(samples.slice(0, 5));
  two.update(samples.slice(5, 9));
  await aupro.pixel(one).value();
  await aupimo.pixel(two).value();
  two.update(samples.slice(9));
  one.merge(two);
  expect(one.counts).toEqual(all.counts);
  expect(one.range).toEqual(all.range);
  expect(await one.ranking()).toEqual(await all.ranking());
  for (const kind of [aupro, aupimo]) expect(await kind.pixel(one).value()).toBe(await kind.pixel(all).value());
  expect(two.pictures).toBe(0);
  expect(await auroc.pixel(two).value()).toBe(null);
  two.update(goldenMaps);
  expect(two.pictures).toBe(goldenMaps.length);
});

it('works while values are being made', async () => {
  using record = new PixelRecord();
  record.update(goldenMaps.slice(0, 5));
  using alone = new PixelRecord();
  alone.update(goldenMaps.slice(0, 5));
  const value = aupro.pixel(record).value();
  record.update(goldenMaps.slice(5));
  expect(await value).toBe(await aupro.pixel(alone).value());
  using all = new PixelRecord();
  all.update(goldenMaps);
  expect(await aupro.pixel(record).value()).toBeCloseTo((await aupro.pixel(all).value())!, 14);
});
