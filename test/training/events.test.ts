// Histories: thinned by averaging, nothing lost over a stop.
import { describe, expect, it } from 'vitest';
import { History, MonitorHistory } from '../../src/training/events.ts';

const step = (i: number) => ({ step: i, seconds: i / 10, loss: i, terms: { a: i, b: 2 * i }, rate: 1 / i });

describe('History', () => {
  it('keeps every step while there are few', () => {
    const history = new History();
    for (let i = 1; i <= 5; i++) history.add(step(i));
    expect(history.points).toEqual([1, 2, 3, 4, 5].map(step));
  });

  it('stays small and keeps the mean of all steps', () => {
    const history = new History();
    const count = 3333;
    for (let i = 1; i <= count; i++) history.add(step(i));
    const { points } = history;
    expect(points.length).toBeLessThanOrEqual(400);
    expect(points[points.length - 1].step).toBe(count);
    // Points of equal weight but the last: the mean is that of the steps they stand for.
    const whole = points.slice(0, -1);
    const last = whole[whole.length - 1].step;
    expect(whole.reduce((sum, point) => sum + point.loss, 0) / whole.length).toBeCloseTo((last + 1) / 2, 9);
    expect(whole.every((point) => Math.abs(point.terms.b - 2 * point.terms.a) < 1e-9)).toBe(true);
  });

  it('keeps the terms of both phases where they meet, each the mean of the steps that have it', () => {
    const history = new History({ points: [], every: 4, pending: [] });
    for (let i = 1; i <= 4; i++) history.add({ ...step(i), terms: i < 3 ? { a: i } : { b: 10 * i } });
    expect(history.points).toEqual([{ step: 4, seconds: 0.4, loss: 2.5, terms: { a: 1.5, b: 35 }, rate: 1 / 4 }]);
  });

  it('goes on from its state as if nothing had been', () => {
    const [whole, first] = [new History(), new History()];
    for (let i = 1; i <= 1500; i++) whole.add(step(i));
    for (let i = 1; i <= 901; i++) first.add(step(i));
    const second = new History(JSON.parse(JSON.stringify(first.state)));
    for (let i = 902; i <= 1500; i++) second.add(step(i));
    expect(second.state).toEqual(whole.state);
  });
});

describe('MonitorHistory', () => {
  it('averages what could be had, and says where nothing could; by way of JSON too', () => {
    const history = new MonitorHistory();
    for (let i = 1; i <= 400; i++) history.add({ step: i, seconds: i, values: { even: i % 2 ? Number.NaN : i, never: Number.NaN } });
    const pairs = history.points;
    expect(pairs.length).toBe(200);
    expect(pairs[0]).toEqual({ step: 2, seconds: 2, values: { even: 2, never: Number.NaN } });
    const again = new MonitorHistory(JSON.parse(JSON.stringify(history.state)));
    for (let i = 401; i <= 800; i++) again.add({ step: i, seconds: i, values: { even: i, never: 5 } });
    expect(again.points[0].values.even).toBe(3);
    expect(Number.isFinite(again.points[0].values.never)).toBe(false);
    expect(again.points[again.points.length - 1].values.never).toBe(5);
  });
});
