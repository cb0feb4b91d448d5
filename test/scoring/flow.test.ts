// The flow of items through two stages: order, bounds, failures of every kind, and what is let go of when it ends.
import { getEventListeners } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FlowOptions, flow, type Prepared, type Stages } from '../../src/scoring/flow.ts';
import { uniformSource } from '../support/cases.ts';
import { rejected } from '../support/thrown.ts';

/** Stages over numbers that keep account of everything that passes. */
class Account implements Stages<number, number, string> {
  prepared = 0;
  preparing = 0;
  mostPreparing = 0;
  computing = 0;
  mostComputing = 0;
  portions: number[][] = [];
  discarded: number[] = [];
  alive = 0;
  closed = 0;
  size = 4;
  weight = 1;
  prepareTime: (item: number) => number | Promise<unknown> = () => 0;
  computeTime: (items: readonly number[]) => number | Promise<unknown> = () => 0;

  async prepare(item: number): Promise<Prepared<number, string>> {
    this.mostPreparing = Math.max(this.mostPreparing, ++this.preparing);
    const time = this.prepareTime(item);
    await (typeof time === 'number' ? later(time) : time);
    this.preparing--;
    this.prepared++;
    if (item % 10 === 7) return { done: `bad ${item}` };
    this.alive++;
    return { ready: item };
  }
  weigh() {
    return this.weight;
  }
  portion(ready: number) {
    return Math.min(ready, this.size);
  }
  async compute(items: readonly number[]) {
    this.alive -= items.length;
    this.portions.push([...items]);
    this.mostComputing = Math.max(this.mostComputing, ++this.computing);
    const time = this.computeTime(items);
    await (typeof time === 'number' ? later(time) : time);
    this.computing--;
    return items.map((item) => `got ${item}`);
  }
  discard(item: number) {
    this.alive--;
    this.discarded.push(item);
  }
  close() {
    this.closed++;
  }
}

const options = (given: Partial<FlowOptions> = {}): FlowOptions => ({ ordered: true, most: 12, preparing: 3, bytes: 1e9, signals: [], ...given });
const expected = (count: number) => Array.from({ length: count }, (_, i) => (i % 10 === 7 ? `bad ${i}` : `got ${i}`));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('results', () => {
  it('come in the order of the items, whatever is finished first', async () => {
    const account = new Account();
    const uniform = uniformSource(2);
    account.prepareTime = () => 6 * uniform();
    account.computeTime = () => 6 * uniform();
    expect(await all(flow(upTo(60), account, options()))).toEqual(expected(60));
    expect(account.mostPreparing).toBe(3);
    expect(account.mostComputing).toBe(2);
    expect(account.alive).toBe(0);
  });

  it('come as they are finished where order does not matter', async () => {
    const account = new Account();
    account.prepareTime = (item) => (item === 0 ? 60 : 0);
    const list = await all(flow(upTo(30), account, options({ ordered: false })));
    expect([...list].sort()).toEqual(expected(30).sort());
    expect(list.indexOf('got 0')).toBeGreaterThan(5);
  });

  it('of nothing are none, and come of sources of every kind', async () => {
    async function* slow() {
      for (const item of upTo(5)) {
        await later(1);
        yield item;
      }
    }
    expect(await all(flow([], new Account(), options()))).toEqual([]);
    expect(await all(flow(slow(), new Account(), options()))).toEqual(expected(5));
    expect(await all(flow(new Set([3, 4]), new Account(), options()))).toEqual(['got 3', 'got 4']);
  });

  it('do not wait for a portion to be full: a source may wait for the result of what it gave', async () => {
    const account = new Account();
    let arrived = () => {};
    async function* dialogue() {
      for (const item of upTo(20)) {
        yield item;
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    }
    const list: string[] = [];
    for await (const result of flow(dialogue(), account, options())) {
      list.push(result);
      await later(0);
      arrived();
    }
    expect(list).toEqual(expected(20));
    expect(account.portions.every((portion) => portion.length === 1)).toBe(true);
  });

  it('go to the device in full portions where the device is what is slow', async () => {
    const account = new Account();
    account.computeTime = () => 8;
    await all(flow(upTo(48), account, options()));
    expect(account.portions.filter((portion) => portion.length === 4).length).toBeGreaterThan(3);
  });
});

describe('bounds', () => {
  it('nothing begins before the first result is asked for, and no more than is wanted after', async () => {
    const account = new Account();
    let taken = 0;
    function* endless() {
      for (;;) yield taken++;
    }
    const results = flow(endless(), account, options());
    await later(10);
    expect(taken).toBe(0);
    for (let round = 1; round <= 20; round++) {
      await results.next();
      await later(2);
      // What was handed on, and twelve on the way.
      expect(taken).toBeLessThanOrEqual(round + 12);
    }
    expect(taken).toBeGreaterThan(20);
    await results.return();
    expect(account.alive).toBe(0);
  });

  it('heavy items go one by one, but they go', async () => {
    const account = new Account();
    account.weight = 100;
    let underway = 0;
    let most = 0;
    function* heavy() {
      for (const item of upTo(12)) {
        most = Math.max(most, ++underway);
        yield item;
      }
    }
    const list: string[] = [];
    for await (const result of flow(heavy(), account, options({ bytes: 150, preparing: 1 }))) {
      list.push(result);
      underway--;
      await later(1);
    }
    expect(list).toEqual(expected(12));
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('failures', () => {
  it('of the source come after everything before them', async () => {
    async function* broken() {
      yield* upTo(5);
      throw new Error('the source broke');
    }
    const account = new Account();
    account.computeTime = () => 5;
    const list: string[] = [];
    const run = async () => {
      for await (const result of flow(broken(), account, options())) list.push(result);
    };
    expect(await rejected(run())).toMatchInlineSnapshot(`"Error: the source broke"`);
    expect(list).toEqual(expected(5));
    const atOnce = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          throw new Error('cannot even begin');
        },
      }),
    } as AsyncIterable<number>;
    expect(await rejected(all(flow(atOnce, new Account(), options())))).toMatchInlineSnapshot(`"Error: cannot even begin"`);
  });

  it('of a stage end the run, and let go of the rest', async () => {
    for (const stage of ['prepare', 'compute'] as const) {
      const account = new Account();
      account.prepareTime = (item) => (stage === 'prepare' && item === 9 ? Promise.reject(new TypeError('a mistake')) : 0);
      account.computeTime = (items) => (stage === 'compute' && items.includes(9) ? Promise.reject(new TypeError('a mistake')) : 2);
      expect(await rejected(all(flow(upTo(40), account, options())))).toBe('TypeError: a mistake');
      await later(10);
      expect([account.alive, account.closed]).toEqual([0, 1]);
      expect(account.prepared).toBeLessThan(40);
    }
  });
});

describe('ending', () => {
  it('by leaving the loop lets go of everything, and tells the source', async () => {
    const account = new Account();
    account.computeTime = () => 20;
    let told = false;
    function* source() {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        told = true;
      }
    }
    for await (const result of flow(source(), account, options({ most: 30 }))) {
      if (result === 'got 3') break;
    }
    // Who is being prepared still is, and is let go of later.
    expect([account.alive, account.closed, told]).toEqual([0, 1, true]);
    await later(30);
    expect(account.alive).toBe(0);
    expect(account.discarded.length).toBeGreaterThan(0);
  });

  it('by an abort comes at once, whoever is slow: the source, a file, the device', async () => {
    for (const slow of ['source', 'prepare', 'compute'] as const) {
      const account = new Account();
      const never = new Promise(() => {});
      if (slow === 'prepare') account.prepareTime = (item) => (item > 2 ? never : 0);
      if (slow === 'compute') account.computeTime = () => never;
      async function* source() {
        yield* upTo(3);
        if (slow === 'source') await never;
        yield* upTo(30);
      }
      const controller = new AbortController();
      let aborted = 0;
      setTimeout(() => {
        aborted = performance.now();
        controller.abort();
      }, 30);
      let code = '';
      try {
        await all(flow(source(), account, options({ signals: [controller.signal] })));
      } catch (error) {
        code = `${(error as Error).name} ${error instanceof DOMException}`;
      }
      expect(performance.now() - aborted).toBeLessThan(50);
      expect(code).toBe('AbortError true');
      expect([account.alive, account.closed]).toEqual([0, 1]);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    }
  });

  it('by an abort lets go of what is ready even if nobody asks for another result', async () => {
    const account = new Account();
    account.computeTime = (items) => (items.includes(0) ? 0 : new Promise(() => {}));
    const controller = new AbortController();
    const results = flow(upTo(40), account, options({ most: 30, signals: [controller.signal] }));
    expect(await results.next()).toEqual({ done: false, value: 'got 0' });
    await later(20);
    expect(account.alive).toBeGreaterThan(0);
    controller.abort(new Error('enough'));
    await later(10);
    expect(account.alive).toBe(0);
    expect(await rejected(results.next())).toBe('Error: enough');
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('with a signal that was aborted before, begins nothing', async () => {
    const account = new Account();
    let taken = 0;
    function* source() {
      taken++;
      yield 1;
    }
    expect(await rejected(all(flow(source(), account, options({ signals: [AbortSignal.abort(new Error('too late'))] }))))).toBe('Error: too late');
    expect(taken).toBe(0);
  });

  it('leaves no listener behind', async () => {
    const controller = new AbortController();
    for (let round = 0; round < 3; round++) await all(flow(upTo(8), new Account(), options({ signals: [controller.signal] })));
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
