// Curves: their ends, their areas, and how thinning treats them.
import { describe, expect, it } from 'vitest';
import { aupro, auroc, averagePrecision, ImageRecord, PixelRecord, pimoCurve, precisionRecallCurve, proCurve, rocCurve } from '../../src/metrics/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { atLeast } from '../ops/metrics/references.ts';
import { rejected } from '../support/thrown.ts';
import { classes, drawn, goldenMaps, plain, randomMaps } from './patterns.ts';

const trapezoids = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += (x[i] - x[i - 1]) * 0.5 * (y[i] + y[i - 1]);
  return area;
};

function scored(random: Random, n: number): { record: ImageRecord; positives: number[]; negatives: number[] } {
  const record = new ImageRecord();
  const [positives, negatives] = [1, 0].map((shift) => Array.from({ length: n }, () => random.normal() + shift));
  record.add([...positives, ...negatives], [...positives.map(() => 1), ...negatives.map(() => 0)]);
  return { record, positives, negatives };
}

it('goes through the corners and has the area of the metric', async () => {
  const record = new ImageRecord();
  record.add([4, 3, 2, 2, 1], [1, 0, 1, 0, 0]);
  const roc = (await rocCurve(record))!;
  expect(Array.from(roc.threshold)).toEqual([Number.POSITIVE_INFINITY, 4, 3, 2, 1]);
  expect(Array.from(roc.falsePositiveRate)).toEqual([0, 0, 1 / 3, 2 / 3, 1]);
  expect(Array.from(roc.truePositiveRate)).toEqual([0, 0.5, 0.5, 1, 1]);
  expect(trapezoids(roc.falsePositiveRate, roc.truePositiveRate)).toBeCloseTo((await auroc.image(record).value())!, 15);
  const curve = (await precisionRecallCurve(record))!;
  expect(Array.from(curve.recall)).toEqual([0, 0.5, 0.5, 1, 1]);
  expect(Array.from(curve.precision)).toEqual([1, 1, 0.5, 0.5, 0.4]);
  const steps = Array.from(curve.recall, (r, i) => (i ? (r - curve.recall[i - 1]) * curve.precision[i] : 0)).reduce((a, b) => a + b);
  expect(steps).toBeCloseTo((await averagePrecision.image(record).value())!, 15);
});

describe('thinned', () => {
  const random = new Random(5);
  const { record, positives, negatives } = scored(random, 4000);

  it.each([4, 5, 20, 100, 1000])('to %i points, each exact, none out of order, close to the whole', async (points) => {
    const roc = (await rocCurve(record, { points }))!;
    const whole = (await rocCurve(record, { points: 10000 }))!;
    expect(whole.threshold.length).toBeGreaterThan(2000);
    expect(roc.threshold.length).toBeLessThanOrEqual(points);
    expect(roc.threshold.length).toBeGreaterThanOrEqual(Math.min(points / 3, 4) + (points > 50 ? points / 4 : 0) - 3);
    expect([roc.threshold[0], roc.falsePositiveRate[0], roc.truePositiveRate[0]]).toEqual([Number.POSITIVE_INFINITY, 0, 0]);
    expect([roc.falsePositiveRate.at(-1), roc.truePositiveRate.at(-1)]).toEqual([1, 1]);
    roc.threshold.forEach((t, i) => {
      expect(roc.falsePositiveRate[i]).toBe(atLeast(negatives, t) / negatives.length);
      expect(roc.truePositiveRate[i]).toBe(atLeast(positives, t) / positives.length);
      if (i) expect(t).toBeLessThan(roc.threshold[i - 1]);
    });
    const lost = Math.abs(trapezoids(roc.falsePositiveRate, roc.truePositiveRate) - (await auroc.image(record).value())!);
    // Half a stair, of which all kept corners may lie on one side, and what a chord leaves out of an arc.
    expect(lost).toBeLessThan(0.5 / 4000 + 20 / points ** 2);
  });

  it('keeps precision where it changes fast, at small recall', async () => {
    const curve = (await precisionRecallCurve(record, { points: 200 }))!;
    expect(curve.threshold.length).toBeLessThanOrEqual(200);
    curve.threshold.forEach((t, i) => {
      if (!i) return;
      const found = atLeast(positives, t);
      expect(curve.precision[i]).toBe(found / (found + atLeast(negatives, t)));
      // No stride is longer than two steps in recall and the logarithm of the rank.
      expect(curve.recall[i] - curve.recall[i - 1]).toBeLessThan(0.045);
    });
    // The first tenth of recall has more than its share.
    expect(curve.recall.filter((r) => r < 0.1).length).toBeGreaterThan(0.3 * curve.recall.length);
  });

  it('draws a long stretch where it is', async () => {
    // One negative in a thousand above the positives, the rest below: the curve is a corner that must not be cut.
    const corner = new ImageRecord();
    corner.add(
      [...Array.from({ length: 3000 }, (_, i) => 10 + i), ...Array.from({ length: 3000 }, (_, i) => (i % 1000 ? -i : 1e6 + i))],
      [...new Array(3000).fill(1), ...new Array(3000).fill(0)],
    );
    const roc = (await rocCurve(corner, { points: 20 }))!;
    expect(roc.threshold.length).toBeLessThanOrEqual(20);
    expect(trapezoids(roc.falsePositiveRate, roc.truePositiveRate)).toBeCloseTo((await auroc.image(corner).value())!, 3);
  });

  it('refuses too few points', async () => {
    expect(await rejected(rocCurve(record, { points: 3 }))).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: rocCurve: points is 3; expected 4 … 16777216"`);
  });
});

it('of regions ends at the limit and has the area of AUPRO', async () => {
  using record = new PixelRecord();
  record.update(goldenMaps);
  const curve = (await proCurve(record, { points: 5000 }))!;
  expect(curve.falsePositiveRate.at(-1)).toBe(0.3);
  expect(trapezoids(curve.falsePositiveRate, curve.overlap) / 0.3).toBeCloseTo((await aupro.pixel(record).value())!, 13);
  const whole = (await proCurve(record, { points: 5000, limit: 1 }))!;
  expect([whole.falsePositiveRate.at(-1), whole.overlap.at(-1)]).toEqual([1, 1]);
  const { positives, shares } = classes(goldenMaps);
  const regions = shares.reduce((a, b) => a + b);
  whole.threshold.forEach((t, i) => expect(whole.overlap[i]).toBeCloseTo(atLeast(positives, t, shares) / regions, 13));
  expect((await proCurve(record, { points: 10 }))!.overlap.length).toBeLessThanOrEqual(10);
});

it('of single pictures goes from above all normal scores to everything', async () => {
  using record = new PixelRecord();
  record.update(randomMaps(new Random(8), 10));
  const curve = (await pimoCurve(record))!;
  expect(curve.falsePositiveRate[0]).toBe(0);
  expect(curve.threshold[0]).toBeGreaterThan(curve.threshold[1]);
  expect(curve.threshold[0] - curve.threshold[1]).toBeLessThan(1e-12);
  expect([curve.falsePositiveRate.at(-1), curve.overlap.at(-1)]).toEqual([1, expect.closeTo(1, 14)]);
  for (let i = 1; i < curve.overlap.length; i++) expect(curve.overlap[i]).toBeGreaterThanOrEqual(curve.overlap[i - 1]);
});

it('is absent where its metric is', async () => {
  using record = new PixelRecord();
  const absent = async () => Promise.all([rocCurve(record), precisionRecallCurve(record), proCurve(record), pimoCurve(record)]);
  expect(await absent()).toEqual([null, null, null, null]);
  record.update(plain(3, 3, 1));
  expect(await absent()).toEqual([null, null, null, null]);
  using marked = new PixelRecord();
  marked.update(drawn(['##'], () => 1));
  expect(await Promise.all([rocCurve(marked), precisionRecallCurve(marked), proCurve(marked), pimoCurve(marked)])).toEqual([null, null, null, null]);
});
