// Conformal calibration: p-values by hand, the threshold's exact meaning, and the false-alarm rate that it promises, counted.
import { describe, expect, it } from 'vitest';
import { calibrationOf, picturesNeeded, pValueOf, thresholdFor } from '../../src/scoring/calibration.ts';
import { Random } from '../../src/tensor/random.ts';
import { thrown } from '../support/thrown.ts';

const sorted = (...scores: number[]) => Float64Array.from(scores).sort();
/** By the definition, without sorting. */
const plainP = (normals: ArrayLike<number>, score: number) => (1 + Array.from(normals).filter((x) => x >= score).length) / (normals.length + 1);

describe('p-values', () => {
  it('count the normals that are at least as abnormal', () => {
    const normals = sorted(1, 2, 2, 3);
    expect([0, 1, 1.5, 2, 2.5, 3, 4].map((score) => pValueOf(normals, score))).toEqual([1, 1, 4 / 5, 4 / 5, 2 / 5, 2 / 5, 1 / 5]);
    expect(pValueOf(sorted(), 7)).toBe(1);
  });

  it('agree with their definition on scores with ties', () => {
    const random = new Random(2);
    for (let round = 0; round < 200; round++) {
      const normals = sorted(...Array.from({ length: random.integer(40) }, () => random.integer(12)));
      for (let score = -1; score <= 12.5; score += 0.5) expect(pValueOf(normals, score)).toBe(plainP(normals, score));
    }
  });
});

describe('the threshold', () => {
  it('is the k-th largest, k the largest whole number with k / (n + 1) at most the rate', () => {
    const normals = sorted(...Array.from({ length: 99 }, (_, i) => i + 1));
    expect([0.01, 0.019, 0.02, 0.05, 0.5].map((rate) => thresholdFor(normals, rate))).toEqual([99, 99, 98, 95, 50]);
    expect(thresholdFor(sorted(5), 0.5)).toBe(5);
  });

  it('alarms exactly where p is at most the rate, on either side of every score and whatever the rounding of the rate', () => {
    const random = new Random(5);
    let alarms = 0;
    for (let round = 0; round < 300; round++) {
      const n = 1 + random.integer(120);
      const normals = sorted(...Array.from({ length: n }, () => (round % 2 ? random.normal() : random.integer(9))));
      // Fractions of n + 1 are where a rounded product would fall to the wrong side.
      for (const rate of [(1 + random.integer(n)) / (n + 1), random.uniform(), 0.07, 0.29, 0.57]) {
        if (!(rate < 1) || n < picturesNeeded(rate)) continue;
        const threshold = thresholdFor(normals, rate);
        for (const x of normals) {
          for (const score of [x - 1e-9, x, x + 1e-9]) {
            expect(score > threshold, `n ${n}, rate ${rate}, score ${score}`).toBe(plainP(normals, score) <= rate);
            if (score > threshold) alarms++;
          }
        }
      }
    }
    expect(alarms).toBeGreaterThan(10_000);
  });

  it('needs 1 / rate - 1 pictures, and says so', () => {
    expect([0.5, 0.1, 0.05, 0.01, 0.001, 0.3, 0.9, 1 / 3, 1 / 7, 0.29].map(picturesNeeded)).toEqual([1, 9, 19, 99, 999, 3, 1, 2, 6, 3]);
    const nine = sorted(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(thresholdFor(nine, 0.1)).toBe(9);
    expect(thrown(() => thresholdFor(nine.subarray(1), 0.1))).toMatchInlineSnapshot(
      `"CALIBRATION_TOO_SMALL: calibrate: 8 normal pictures were scored for a false-alarm rate of 0.1; expected at least 9, or a rate of at least 1 / 9"`,
    );
    expect(thrown(() => thresholdFor(sorted(), 0.01))).toMatchInlineSnapshot(
      `"CALIBRATION_TOO_SMALL: calibrate: 0 normal pictures were scored for a false-alarm rate of 0.01; expected at least 99"`,
    );
    expect(thrown(() => thresholdFor(sorted(3), 0.01))).toMatchInlineSnapshot(
      `"CALIBRATION_TOO_SMALL: calibrate: 1 normal picture was scored for a false-alarm rate of 0.01; expected at least 99, or a rate of at least 1 / 2"`,
    );
    for (const rate of [0, 1, -0.1, 2, Number.NaN]) expect(() => thresholdFor(nine, rate)).toThrowError(/falseAlarmRate is .*; expected above 0 and below 1/);
  });
});

describe('the promise', () => {
  // Binomial: counts of 1000 resamples lie within five standard deviations but once in two million times.
  const within = (count: number, rate: number, resamples = 1000) => {
    const spread = 5 * Math.sqrt(resamples * rate * (1 - rate));
    return [count, resamples * rate - spread, resamples * rate + spread];
  };
  const laws: Record<string, (random: Random) => number> = {
    uniform: (random) => random.uniform(),
    'heavy-tailed': (random) => Math.tan(Math.PI * (random.uniform() - 0.5)),
    'of a skewed normal': (random) => Math.exp(2 * random.normal()),
  };

  it.each(Object.entries(laws))('is kept exactly for scores that are %s', (_, draw) => {
    const random = new Random(11);
    for (const [n, rate, exact] of [
      [99, 0.01, 1 / 100],
      [99, 0.1, 10 / 100],
      [30, 0.1, 3 / 31],
      [19, 0.05, 1 / 20],
      [7, 0.5, 4 / 8],
    ]) {
      let alarms = 0;
      for (let resample = 0; resample < 1000; resample++) {
        const normals = sorted(...Array.from({ length: n }, () => draw(random)));
        if (draw(random) > thresholdFor(normals, rate)) alarms++;
      }
      const [count, low, high] = within(alarms, exact);
      expect(count, `${n} pictures at ${rate}`).toBeGreaterThanOrEqual(low);
      expect(count, `${n} pictures at ${rate}`).toBeLessThanOrEqual(high);
    }
  });

  it('is kept, and more than kept, where scores tie', () => {
    const random = new Random(13);
    let alarms = 0;
    for (let resample = 0; resample < 1000; resample++) {
      const normals = sorted(...Array.from({ length: 49 }, () => random.integer(5)));
      if (random.integer(5) > thresholdFor(normals, 0.1)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(within(0, 0.1)[2]);
  });

  it('holds for p-values at every level', () => {
    const random = new Random(17);
    const values = Array.from({ length: 1000 }, () => pValueOf(sorted(...Array.from({ length: 19 }, () => random.normal())), random.normal()));
    for (let k = 1; k < 20; k++) {
      const [count, low, high] = within(values.filter((p) => p <= k / 20).length, k / 20);
      expect(count).toBeGreaterThanOrEqual(low);
      expect(count).toBeLessThanOrEqual(high);
    }
  });
});

it('holds scores and peaks to the same rate', () => {
  const failures = [{ name: 'a.png', code: 'PICTURE_EMPTY', message: 'empty' }];
  expect(calibrationOf([3, 1, 2], [30, 20, 10], 0.5, failures)).toEqual({
    scores: Float64Array.of(1, 2, 3),
    peaks: Float64Array.of(10, 20, 30),
    falseAlarmRate: 0.5,
    threshold: 2,
    pixelThreshold: 20,
    failures,
  });
});
