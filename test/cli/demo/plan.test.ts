// Which pictures a demo learns from, calibrates with and judges by: none of them for two purposes.
import { expect, it } from 'vitest';
import { planOf } from '../../../src/cli/demo/plan.ts';
import type { Category, Sample } from '../../../src/data/sample.ts';
import { Random } from '../../../src/tensor/random.ts';
import { thrown } from '../../support/thrown.ts';

const samples = (name: string, count: number, label: 0 | 1 | null = 0): Sample[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${name}/${i}`, source: '', label, kind: label ? 'dent' : 'good', mask: null }));
const plan = (...categories: Category[]) => planOf(categories, new Random(1));
const names = (list: readonly Sample[]) => list.map(({ name }) => name);

it('keeps its parts apart, and judges by the whole test', () => {
  const test = [...samples('good', 4), ...samples('dent', 3, 1)];
  const { learn, calibrate, judge, falseAlarmRate, measurable } = plan(
    { name: 'a', train: samples('a', 100), test },
    { name: 'b', train: samples('b', 50), test },
  );
  expect([learn.length, calibrate.length, falseAlarmRate, measurable]).toEqual([120, 30, 0.05, true]);
  expect(new Set([...names(learn), ...names(calibrate)]).size).toBe(150);
  expect(judge.map(({ name, train, test: judged }) => [name, train.length, judged])).toEqual([
    ['a', 80, test],
    ['b', 40, test],
  ]);
  expect(judge.flatMap(({ train }) => names(train))).toEqual(names(learn));
});

it('holds normal pictures back where there is nothing to judge by', () => {
  const { learn, calibrate, judge, falseAlarmRate, measurable } = plan({ name: 'a', train: samples('a', 25), test: samples('unknown', 5, null) });
  expect([learn.length, calibrate.length, judge[0].test.length, falseAlarmRate, measurable]).toEqual([16, 4, 5, 0.2, false]);
  expect(new Set([...names(learn), ...names(calibrate), ...names(judge[0].test)]).size).toBe(25);
});

it('calibrates with a hundred at most', () => {
  const { learn, calibrate } = plan({ name: 'a', train: samples('a', 3000), test: samples('good', 1) });
  expect([learn.length, calibrate.length]).toEqual([2900, 100]);
});

it('leaves out what is known to be of no use', () => {
  const broken = samples('broken', 9).map((one) => ({ ...one, problem: { code: 'DATA_INVALID', message: 'no row' } }));
  expect(thrown(() => plan({ name: 'a', train: [...samples('a', 3), ...broken, ...samples('dent', 9, 1)], test: [] }))).toMatchInlineSnapshot(
    `"DATA_UNUSABLE: demo: a has 3 normal pictures to learn from; expected at least 5"`,
  );
});
