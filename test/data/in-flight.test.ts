// Work several pieces at a time: order, bounds, failures, early ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inFlight } from '../../src/data/in-flight.ts';
import { rejected } from '../support/thrown.ts';

async function all<R>(source: AsyncIterable<R>): Promise<R[]> {
  const results: R[] = [];
  for await (const one of source) results.push(one);
  return results;
}

describe('inFlight', () => {
  it('keeps the order whatever finishes first, and never runs more than it may', async () => {
    let running = 0;
    let most = 0;
    const work = async (i: number) => {
      most = Math.max(most, ++running);
      await sleep(i % 3 === 0 ? 9 : 1);
      running--;
      return 10 * i;
    };
    expect(await all(inFlight([0, 1, 2, 3, 4, 5, 6, 7], 3, work))).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
    expect(most).toBe(3);
    expect(await all(inFlight([], 3, work))).toEqual([]);
  });

  it('asks for items only as room appears', async () => {
    let asked = 0;
    async function* endless() {
      for (;;) yield asked++;
    }
    const results = inFlight(endless(), 2, async (i) => i);
    expect((await results.next()).value).toBe(0);
    expect(asked).toBe(2);
    await results.return(undefined);
    expect(asked).toBe(2);
  });

  it('gives what is ready while the source is slow, and does not wait for it at an early end', async () => {
    let ended = false;
    async function* slow() {
      try {
        yield 1;
        yield 2;
        await new Promise(() => {});
      } finally {
        ended = true;
      }
    }
    const taken: number[] = [];
    for await (const one of inFlight(slow(), 4, async (i) => i)) {
      taken.push(one);
      if (one === 2) break;
    }
    expect({ taken, ended }).toEqual({ taken: [1, 2], ended: false });
  });

  it('throws what the source throws, after the results of what it gave', async () => {
    async function* broken() {
      yield 1;
      yield 2;
      throw new Error('the source is dry');
    }
    const taken: number[] = [];
    const run = async () => {
      for await (const one of inFlight(broken(), 4, (i) => sleep(3, i))) taken.push(one);
    };
    expect(await rejected(run())).toBe('Error: the source is dry');
    expect(taken).toEqual([1, 2]);
  });

  it('throws a failure in its turn, hands back what nobody takes, and ends its source', async () => {
    const discarded: number[] = [];
    let ended = false;
    function* items() {
      try {
        yield* [1, 2, 3, 4, 5];
      } finally {
        ended = true;
      }
    }
    const work = async (i: number) => {
      if (i === 2) throw new Error('two is bad');
      return i;
    };
    const taken: number[] = [];
    const run = async () => {
      for await (const one of inFlight(items(), 3, work, (left) => discarded.push(left))) taken.push(one);
    };
    expect(await rejected(run())).toBe('Error: two is bad');
    await sleep(1);
    expect({ taken, discarded, ended }).toEqual({ taken: [1], discarded: [3, 4], ended: true });
  });
});
