// Limits in steps, epochs and time, and the share that is done.
import { describe, expect, it } from 'vitest';
import { Clock, limitOf, secondsOf } from '../../src/training/budget.ts';
import { thrown } from '../support/thrown.ts';

describe('secondsOf', () => {
  it('reads times', () => {
    expect(['90s', '10m', '1.5h', '45', 30, ' 2 m '].map(secondsOf)).toEqual([90, 600, 5400, 45, 30, 120]);
  });

  it('refuses what is no time', () => {
    for (const text of ['', 'm', '10 minutes', '-5s', '0', Number.NaN, Number.POSITIVE_INFINITY])
      expect(thrown(() => secondsOf(text))).toMatch(/^ARGUMENT_INVALID/);
    expect(thrown(() => secondsOf('10 minutes'))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: budget: "10 minutes" is no time; expected such as '90s', '10m', '1.5h' or a number of seconds"`,
    );
  });
});

describe('limitOf', () => {
  it('counts steps, epochs rounded up to whole steps, or seconds', () => {
    expect(limitOf({ steps: 7 }, 100, 8)).toEqual({ steps: 7 });
    expect(limitOf({ epochs: 3 }, 100, 8)).toEqual({ steps: 38 });
    expect(limitOf({ epochs: 0.01 }, 100, 8)).toEqual({ steps: 1 });
    expect(limitOf({ budget: '2m' }, 100, 8)).toEqual({ seconds: 120 });
    expect(limitOf({}, 100, 8)).toEqual({ seconds: 600 });
  });

  it('refuses two limits at once and numbers that are none', () => {
    expect(thrown(() => limitOf({ steps: 3, budget: '1m' }, 10, 8))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: fit: more than one of budget, steps and epochs were given; expected one of them"`,
    );
    expect(thrown(() => limitOf({ steps: 0 }, 10, 8))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: fit: steps is 0; expected a whole number of at least 1"`);
    expect(thrown(() => limitOf({ epochs: -1 }, 10, 8))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: fit: epochs is -1; expected a number above 0"`);
  });
});

describe('Clock', () => {
  it('of a limit in steps depends on the step alone', () => {
    const clock = new Clock({ steps: 8 }, { step: 2, seconds: 1000 });
    expect([clock.share, clock.steps]).toEqual([0.25, 8]);
    clock.step = 8;
    expect(clock.share).toBe(1);
  });

  it('of a limit in time goes on from the seconds of an earlier run', () => {
    const clock = new Clock({ seconds: 100 }, { step: 10, seconds: 50 });
    expect(clock.share).toBeCloseTo(0.5, 2);
    expect(clock.steps).toBeGreaterThanOrEqual(19);
    expect(clock.steps).toBeLessThanOrEqual(20);
    expect(new Clock({ seconds: 100 }, { step: 1, seconds: 200 }).share).toBe(1);
  });
});
