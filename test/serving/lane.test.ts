// A lane: pictures get the scores that they get alone, wait in bounded number, leave when their request does, and survive a run that fails.
import { setMaxListeners } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import { BlemishError } from '../../src/errors.ts';
import type { AnyMethod } from '../../src/methods/method.ts';
import type { Detector } from '../../src/scoring/detector.ts';
import type { ScoreResult, Scoring } from '../../src/scoring/result.ts';
import type { Claim } from '../../src/serving/allowance.ts';
import { Lane, type LaneEvents } from '../../src/serving/lane.ts';
import { until } from '../support/service.ts';
import { toyDetector, toyMethod, toyPicture } from '../support/toy-method.ts';

const limits = { batchSize: 4, batchWait: 0, queue: 64 };
const idle = new AbortController().signal;
setMaxListeners(0, idle);
const lanes: Lane[] = [];
afterEach(async () => {
  for (const lane of lanes.splice(0)) await lane.close();
});

function laneOf(method: AnyMethod = toyMethod, more: Partial<typeof limits> = {}, events: LaneEvents = {}): Lane {
  const lane = new Lane('toy', toyDetector(1, { method }), { ...limits, ...more }, events);
  lanes.push(lane);
  return lane;
}

const room = (lane: Lane, count = 1) => lane.room(count) as Claim;
const arrival = (seed: number, read = async () => toyPicture(seed)) => ({ name: `n${seed}`, read });

/** The toy method, held up in the middle until it is let go. */
function heldUp() {
  let letGo = () => {};
  let begun = 0;
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const method = {
    ...toyMethod,
    before: async () => {
      begun++;
      await free;
      return [];
    },
  } as AnyMethod;
  return { method, letGo: () => letGo(), begun: () => begun };
}

it('gives every picture the very scores that it gets alone, in whatever company', async () => {
  using alone = toyDetector(1);
  const expected: number[] = [];
  for await (const result of alone.score(Array.from({ length: 60 }, (_, i) => toyPicture(i)))) expected.push((result as Scoring).score);
  const groups: number[] = [];
  const lane = laneOf(toyMethod, { batchWait: 5 }, { onGroup: (size) => void groups.push(size) });
  const claim = room(lane, 60);
  const results = await Promise.all(expected.map((_, i) => lane.score(claim, arrival(i), idle)));
  expect(results.map((result) => (result as Scoring).score)).toEqual(expected);
  expect(results.map(({ name }) => name)).toEqual(expected.map((_, i) => `n${i}`));
  expect([groups.reduce((a, b) => a + b), Math.max(...groups)]).toEqual([60, 4]);
  expect(lane.pending).toBe(0);
});

it('hands a picture on when it has waited as long as it may for others', async () => {
  const waits: number[] = [];
  const lane = laneOf(toyMethod, { batchWait: 80 }, { onGroup: (_, waited) => void waits.push(waited) });
  await lane.score(room(lane), arrival(1), idle);
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThanOrEqual(80);
  expect(waits[0]).toBeLessThan(2_000);
});

it('has room for so many and no more, until results are there', async () => {
  const { method, letGo } = heldUp();
  const lane = laneOf(method, { queue: 3 });
  const claim = room(lane, 3);
  expect(lane.room(1)).toBe(null);
  const results = Promise.all([1, 2, 3].map((seed) => lane.score(claim, arrival(seed), idle)));
  expect([lane.room(1), lane.pending]).toEqual([null, 3]);
  letGo();
  await results;
  expect(lane.pending).toBe(0);
  const unused = room(lane, 3);
  unused.release();
  expect(lane.room(3)).not.toBe(null);
});

it('forgets who leaves while waiting, and keeps the room of who has been handed on until it is done', async () => {
  const { method, letGo, begun } = heldUp();
  const lane = laneOf(method, { queue: 64 });
  const first = new AbortController();
  setMaxListeners(0, first.signal);
  let done = 0;
  const read: number[] = [];
  const enter = (seed: number, signal: AbortSignal) => {
    const reading = async () => {
      read.push(seed);
      return toyPicture(seed);
    };
    return lane.score(room(lane), arrival(seed, reading), signal, () => void done++);
  };
  // More than can be under way at once, so that the last still wait.
  const early = Array.from({ length: 30 }, (_, i) => enter(i, first.signal));
  const late = enter(99, idle);
  await until(() => begun() === 2);
  first.abort(new Error('gone'));
  for (const one of await Promise.allSettled(early)) expect(one).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
  expect([done > 0, lane.pending > 1, done + lane.pending]).toEqual([true, true, 31]);
  letGo();
  expect((await late).error).toBe(null);
  await until(() => lane.pending === 0);
  expect(done).toBe(31);
  // Those that had not been read when they left were never read.
  expect(read).toContain(99);
  expect(read.length).toBeLessThan(20);
  await expect(lane.score(room(lane), arrival(1), first.signal)).rejects.toThrow('gone');
});

it('gives what is wrong with a picture as its result', async () => {
  const lane = laneOf();
  const bad = async () => {
    throw new BlemishError('PICTURE_DAMAGED', 'serve: half a picture came; expected a whole one');
  };
  expect(await lane.score(room(lane), arrival(1, bad), idle)).toMatchObject({ name: 'n1', error: { code: 'PICTURE_DAMAGED' } });
  expect((await lane.score(room(lane), arrival(1), idle)).error).toBe(null);
});

it('goes on with a new run after one that failed', async () => {
  let calls = 0;
  const failures: unknown[] = [];
  const method = {
    ...toyMethod,
    score: (...given: Parameters<typeof toyMethod.score>) => {
      if (++calls === 2) throw new TypeError('a mistake in a method');
      return toyMethod.score(...given);
    },
  } as AnyMethod;
  const lane = laneOf(method, {}, { onFailure: (error) => void failures.push(error) });
  expect((await lane.score(room(lane), arrival(1), idle)).error).toBe(null);
  await expect(lane.score(room(lane), arrival(2), idle)).rejects.toMatchObject({ code: 'SERVICE_FAILED', cause: { message: 'a mistake in a method' } });
  expect(failures).toMatchObject([{ message: 'a mistake in a method' }]);
  for (const seed of [3, 4, 5]) expect(await lane.score(room(lane), arrival(seed), idle)).toMatchObject({ name: `n${seed}`, error: null });
  expect(lane.pending).toBe(0);
});

it('gives the next run what comes after one that failed, whatever that one still waited for', async () => {
  let runs = 0;
  const detector = {
    async *score(samples: AsyncIterable<Sample>) {
      const source = samples[Symbol.asyncIterator]();
      if (++runs === 2) await new Promise((resolve) => setTimeout(resolve, 60));
      for (let index = 0; ; index++) {
        const { done, value } = await source.next();
        if (done) return;
        if (runs > 1) yield { index, name: value.name, error: { code: 'PICTURE_EMPTY', message: '' } };
        else {
          // Asked for the next when it fails, as a run that reads ahead is.
          void source.next();
          throw new Error('the run is over');
        }
      }
    },
    dispose() {},
  } as unknown as Detector;
  const lane = new Lane('stub', detector, limits);
  lanes.push(lane);
  await expect(lane.score(room(lane), arrival(1), idle)).rejects.toMatchObject({ code: 'SERVICE_FAILED' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await lane.score(room(lane), arrival(2), AbortSignal.timeout(2_000))).name).toBe('n2');
});

it('keeps the room of a picture until its answer is made', async () => {
  const lane = laneOf(toyMethod, { queue: 1 });
  let made = () => {};
  const making = new Promise<void>((resolve) => {
    made = resolve;
  });
  let begun = false;
  const finish = async (result: ScoreResult) => {
    begun = true;
    await making;
    return { ...result, name: 'finished' };
  };
  const answer = lane.score(room(lane), { ...arrival(1), finish }, idle);
  await until(() => begun);
  expect([lane.pending, lane.room(1)]).toEqual([1, null]);
  made();
  expect((await answer).name).toBe('finished');
  expect(lane.pending).toBe(0);
});

it('answers what was admitted before it closes, and refuses it where it is cut short', async () => {
  const slow = heldUp();
  const lane = laneOf(slow.method);
  const answers = Promise.all([1, 2, 3].map((seed) => lane.score(room(lane), arrival(seed), idle)));
  const closed = lane.close();
  slow.letGo();
  expect((await answers).map(({ error }) => error)).toEqual([null, null, null]);
  await closed;
  expect(() => lane.detector.score([])).toThrow('disposed');

  const stuck = heldUp();
  const other = laneOf(stuck.method);
  const refused = Promise.allSettled(Array.from({ length: 40 }, (_, i) => other.score(room(other), arrival(i), idle)));
  await until(() => stuck.begun() > 0);
  other.abort();
  for (const one of await refused) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'SERVICE_CLOSING' } });
  stuck.letGo();
});

it('says when to come again, by what waits and how fast it goes', async () => {
  const lane = laneOf();
  expect(lane.retryAfter).toBe(1);
  const slowly = async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return toyPicture(1);
  };
  await Promise.all(Array.from({ length: 12 }, (_, i) => lane.score(room(lane), arrival(i, slowly), idle)));
  const waiting = room(lane, 64);
  expect(lane.retryAfter).toBeGreaterThan(1);
  expect(lane.retryAfter).toBeLessThanOrEqual(60);
  waiting.release();
});
