// Records of image scores: what they refuse, how they join.
import { expect, it } from 'vitest';
import { auroc, ImageRecord } from '../../src/metrics/index.ts';
import { rejected, thrown } from '../support/thrown.ts';

it('refuses what is no score and no label, and keeps nothing of a bad list', () => {
  const record = new ImageRecord();
  record.add([1], [1]);
  expect(thrown(() => record.add([1, Number.NaN], [0, 0]))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: image metrics: picture 2: its score is NaN; expected a number or an infinity"`,
  );
  expect(thrown(() => record.update({ score: undefined as never, label: 0 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: image metrics: picture 1: its score is undefined; expected a number or an infinity"`,
  );
  expect(thrown(() => record.update([{ score: 1, label: 2 as never }]))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: image metrics: picture 1: its label is 2; expected 0 for normal or 1 for abnormal"`,
  );
  expect(thrown(() => record.add([1, 2], [0]))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: image metrics: 2 scores came with 1 labels; expected as many"`);
  expect(thrown(() => record.merge(record))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: image metrics: a record was to be merged with itself; expected another one"`,
  );
  expect(record.counts).toEqual({ normal: 0, abnormal: 1 });
});

it('takes one sample, a list, or anything that can be gone through', async () => {
  const record = new ImageRecord();
  record.update({ score: 3, label: 1 });
  record.update([{ score: 1, label: 0 }]);
  record.update(new Set([{ score: 4, label: 0 as const }]));
  record.add(Float64Array.of(2), Uint8Array.of(1));
  expect(record.counts).toEqual({ normal: 2, abnormal: 2 });
  expect(await auroc.image(record).value()).toBe(0.5);
});

it('merges exactly and leaves the other empty', async () => {
  const [one, two, all] = [new ImageRecord(), new ImageRecord(), new ImageRecord()];
  for (let i = 0; i < 40; i++) {
    const sample = { score: (i * 7) % 13, label: (i % 3 === 0 ? 1 : 0) as 0 | 1 };
    (i % 2 ? one : two).update(sample);
    all.update(sample);
  }
  await two.ranking();
  one.merge(two);
  expect(await one.ranking()).toEqual(await all.ranking());
  expect(two.counts).toEqual({ normal: 0, abnormal: 0 });
  expect((await two.ranking()).auroc).toBe(null);
});

it('sorts once for all metrics, and again after an update', async () => {
  const record = new ImageRecord();
  record.add([1, 2], [0, 1]);
  const first = record.ranking();
  expect(record.ranking()).toBe(first);
  record.add([3], [0]);
  expect(record.ranking()).not.toBe(first);
  expect([(await first).auroc, (await record.ranking()).auroc]).toEqual([1, 0.5]);
});

it('shares a record among metrics, and asks only for what it was given', async () => {
  const record = new ImageRecord();
  const metric = auroc.image(record);
  metric.update({ score: 1, label: 1 });
  metric.dispose();
  expect(record.counts.abnormal).toBe(1);
  expect(await rejected(metric.interval({} as never))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: interval: random is missing; expected a Random, so that the interval can be repeated"`,
  );
});
