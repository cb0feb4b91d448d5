// Schedules against PyTorch's factors, at their ends, and composed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../bindings/native.ts';
import {
  constantSchedule,
  cosineSchedule,
  linearSchedule,
  oneCycleSchedule,
  type Schedule,
  stepSchedule,
  warmUpSchedule,
} from '../../../src/nn/optim/index.ts';
import { relativeError } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/optimizers.json'), 'utf8')) as { schedules: Record<string, number[]> };
const over = (schedule: Schedule, steps: number, total: number) => Array.from({ length: steps }, (_, step) => schedule(step, total));

it.each<[string, Schedule, number]>([
  ['step', stepSchedule({ milestones: [8, 15], gamma: 0.3 }), 20],
  ['step', stepSchedule({ milestones: [0.4, 0.75], gamma: 0.3 }), 20],
  ['cosine', cosineSchedule({ floor: 0.05 }), 20],
  ['oneCycle', oneCycleSchedule(), 21],
  ['oneCycle early', oneCycleSchedule({ peakAt: 0.01, start: 10, end: 100 }), 21],
])('%s is PyTorch’s', (name, schedule, total) => {
  expect(relativeError(over(schedule, 20, total), golden.schedules[name])).toBeLessThan(1e-12);
});

it('has its ends where they are promised', () => {
  expect(over(constantSchedule(), 3, 3)).toEqual([1, 1, 1]);
  expect([cosineSchedule()(0, 10), cosineSchedule()(5, 10), cosineSchedule()(10, 10)].map((x) => Number(x.toFixed(12)))).toEqual([1, 0.5, 0]);
  const cycle = oneCycleSchedule({ peakAt: 0.5, start: 4, end: 10 });
  expect([cycle(0, 12), cycle(5, 12), cycle(11, 12), cycle(99, 12)].map((x) => Number(x.toFixed(12)))).toEqual([0.25, 1, 0.025, 0.025]);
  for (const total of [1, 2, 3])
    for (const peakAt of [0, 0.5, 1]) expect(over(oneCycleSchedule({ peakAt }), total, total).every((x) => x > 0 && x <= 1)).toBe(true);
});

it('rises first, then follows over what is left', () => {
  expect(over(warmUpSchedule(constantSchedule(), { steps: 4 }), 6, 6)).toEqual([0, 0.25, 0.5, 0.75, 1, 1]);
  expect(over(warmUpSchedule(constantSchedule(), { steps: 0.5, start: 0.5 }), 4, 4)).toEqual([0.5, 0.75, 1, 1]);
  const both = warmUpSchedule(cosineSchedule(), { steps: 2 });
  expect(over(both, 6, 6).slice(2)).toEqual(over(cosineSchedule(), 4, 4));
  expect(over(warmUpSchedule(cosineSchedule(), { steps: 9 }), 3, 3).every(Number.isFinite)).toBe(true);
});

it('holds the rate, then falls in a straight line', () => {
  expect(over(linearSchedule({ from: 0.5 }), 8, 8)).toEqual([1, 1, 1, 1, 1, 0.75, 0.5, 0.25]);
  expect(over(linearSchedule(), 4, 4)).toEqual([1, 0.75, 0.5, 0.25]);
  expect(linearSchedule({ from: 0.2 })(10, 10)).toBe(0);
  expect(thrown(() => linearSchedule({ from: 1 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: linearSchedule: from is 1; expected at least 0 and below 1"`);
});

it('refuses what makes no sense', () => {
  expect(thrown(() => stepSchedule({ milestones: [5, 5] }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: stepSchedule: milestones are [5 5]; expected ascending positive numbers"`,
  );
  expect(thrown(() => cosineSchedule({ floor: 2 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: cosineSchedule: floor is 2; expected a number from 0 to 1"`);
  expect(thrown(() => oneCycleSchedule({ start: 0 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: oneCycleSchedule: start is 0 and end 10000; expected both at least 1"`,
  );
  expect(thrown(() => warmUpSchedule(constantSchedule(), { steps: -1 }))).toMatchInlineSnapshot(
    `"ARGUMENT_INVALID: warmUpSchedule: steps is -1; expected a number of at least 0"`,
  );
});
