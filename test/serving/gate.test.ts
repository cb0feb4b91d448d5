// Waiting for company: full groups at once, others when the first has waited long enough, nobody after the gate has closed.
import { expect, it } from 'vitest';
import { Gate } from '../../src/serving/gate.ts';

const groups = () => {
  const seen: [size: number, waited: number][] = [];
  return { seen, note: (size: number, waited: number) => void seen.push([size, waited]) };
};

it('lets a full group through at once', async () => {
  const { seen, note } = groups();
  const gate = new Gate<number>(3, 10_000, note);
  const visit = gate.visit();
  const first = visit.next();
  for (const item of [1, 2, 3, 4]) gate.enter(item);
  expect([await first, await visit.next(), await visit.next()]).toEqual([1, 2, 3]);
  expect(seen.map(([size]) => size)).toEqual([3]);
  expect(seen[0][1]).toBeLessThan(1_000);
  // The fourth waits for others of its own.
  expect(await Promise.race([visit.next(), new Promise((resolve) => setTimeout(resolve, 30, 'waits'))])).toBe('waits');
  visit.end();
});

it('lets a group that is not full through when its first has waited', async () => {
  const { seen, note } = groups();
  const gate = new Gate<number>(8, 60, note);
  const visit = gate.visit();
  const begun = performance.now();
  const first = visit.next();
  gate.enter(1);
  setTimeout(() => gate.enter(2), 20);
  expect([await first, await visit.next()]).toEqual([1, 2]);
  expect(performance.now() - begun).toBeGreaterThan(55);
  expect(seen.map(([size]) => size)).toEqual([2]);
  expect(seen[0][1]).toBeGreaterThanOrEqual(60);
});

it('makes nobody wait where no waiting is wanted', async () => {
  const { seen, note } = groups();
  const gate = new Gate<string>(8, 0, note);
  const visit = gate.visit();
  const first = visit.next();
  gate.enter('a');
  expect(await first).toBe('a');
  expect(seen.map(([size]) => size)).toEqual([1]);
});

it('takes out who leaves before its turn, also from a group that has been let through', async () => {
  const { note } = groups();
  const gate = new Gate<number>(3, 5, note);
  const visit = gate.visit();
  for (const item of [1, 2, 3]) gate.enter(item);
  expect(await visit.next()).toBe(1);
  expect([gate.withdraw(2), gate.withdraw(1)]).toEqual([true, false]);
  expect(await visit.next()).toBe(3);
});

it('ends visits when it is closed and empty, and lets the last go without company', async () => {
  const { note } = groups();
  const gate = new Gate<number>(8, 10_000, note);
  const visit = gate.visit();
  const [first, second] = [visit.next(), null];
  gate.enter(1);
  gate.close();
  expect([await first, second, await visit.next(), gate.ended]).toEqual([1, null, null, true]);
});

it('gives nothing to a visit that has ended', async () => {
  const { note } = groups();
  const gate = new Gate<number>(1, 0, note);
  const old = gate.visit();
  const waiting = old.next();
  old.end();
  expect(await waiting).toBe(null);
  gate.enter(1);
  expect(await gate.visit().next()).toBe(1);
});
