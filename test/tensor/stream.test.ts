// Time, seen from JavaScript: operations only queue, reads wait without blocking, a failure comes up at the next read.
import { expect, it } from 'vitest';
import { ops, scope, sync, type Tensor, tensor } from '../../src/index.ts';
import { rejected, thrown } from '../support/thrown.ts';

/** Work of a good part of a second. */
function heavy(): Tensor {
  return scope(() => {
    let y = ops.full([1024, 1024], 1.0000001);
    for (let i = 0; i < 60; i++) y = ops.mul(y, y);
    return y;
  });
}

it('does not block the event loop while it computes', async () => {
  const begun = performance.now();
  const y = heavy();
  const queued = performance.now() - begun;
  let turns = 0;
  let longest = 0;
  let last = performance.now();
  let reading = true;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
    if (reading) setImmediate(turn);
  };
  setImmediate(turn);
  await y.read();
  reading = false;
  const computed = performance.now() - begun;
  y.dispose();
  // The loop turned all the while: no pause came near the time that the work took.
  expect(queued).toBeLessThan(computed / 2);
  expect(turns).toBeGreaterThan(50);
  expect(longest).toBeLessThan(computed / 2);
});

it('reads in the order of the work, however many wait at once', async () => {
  const x = tensor([1]);
  const one = tensor([1]);
  const reads: Promise<number>[] = [];
  let at = x;
  for (let i = 0; i < 500; i++) {
    const next = ops.add(at, one);
    at.dispose();
    at = next;
    reads.push(at.item());
  }
  at.dispose();
  one.dispose();
  expect(await Promise.all(reads)).toEqual(Array.from({ length: 500 }, (_, i) => i + 2));
});

it('keeps the numbers of a read whose tensor was disposed right after', async () => {
  const x = tensor([1, 2, 3]);
  const reading = x.read();
  x.dispose();
  const others = Array.from({ length: 50 }, () => tensor([9, 9, 9]));
  expect(Array.from(await reading)).toEqual([1, 2, 3]);
  for (const other of others) other.dispose();
});

const outside = 'NUMERICAL_FAILURE: gather: index 7 at position 1 is outside axis 0 of extent 3; expected 0 to 2';

it('names the operation that failed at the next read, and runs on', async () => {
  const x = tensor([1, 2, 3]);
  const indices = tensor(Int32Array.of(0, 7));
  const failed = ops.gather(x, indices, 0);
  const derived = ops.mul(failed, failed);
  expect(await rejected(derived.read())).toBe(outside);
  // What is sound is read as if nothing had been.
  expect(Array.from(await x.read())).toEqual([1, 2, 3]);
  const later = ops.mul(x, x);
  expect(Array.from(later.readSync())).toEqual([1, 4, 9]);
  // What the failure spoiled says so as often as it is asked, and spoils what is made of it.
  expect(thrown(() => failed.readSync())).toBe(outside);
  const again = ops.add(derived, derived);
  expect(await rejected(again.read())).toBe(outside);
  expect(await rejected(failed.read())).toBe(outside);
  await sync();
  for (const one of [x, indices, failed, derived, later, again]) one.dispose();
});

it('reports a failure once to whoever waits next, sync or read', async () => {
  const x = tensor([1, 2, 3]);
  const indices = tensor(Int32Array.of(0, 7));
  const failed = ops.gather(x, indices, 0);
  expect(await rejected(sync())).toBe(outside);
  await sync();
  for (const one of [x, indices, failed]) one.dispose();
});
