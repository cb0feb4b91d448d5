// Waiting: results and failures passed on, and what a signal cuts off.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { untilAborted } from '../../src/tensor/waiting.ts';
import { rejected } from '../support/thrown.ts';

describe('untilAborted', () => {
  it('passes results and failures on', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    expect(await untilAborted(Promise.resolve(2), undefined)).toBe(2);
    expect(await rejected(untilAborted(Promise.reject(new Error('no')), signal))).toBe('Error: no');
  });

  it('gives the reason at once, and what comes later to whoever lets go of it', async () => {
    const controller = new AbortController();
    const discarded: string[] = [];
    const waiting = untilAborted(sleep(20, 'late'), controller.signal, (result) => discarded.push(result));
    controller.abort(new Error('enough'));
    const began = performance.now();
    expect(await rejected(waiting)).toBe('Error: enough');
    expect(performance.now() - began).toBeLessThan(15);
    expect(await rejected(untilAborted(Promise.resolve('late too'), controller.signal, (result) => discarded.push(result)))).toBe('Error: enough');
    await sleep(30);
    expect(discarded).toEqual(['late too', 'late']);
  });
});
