// Batches: every picture once an epoch, the same after a resume, one ahead, nothing left behind.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Batch, type BatchState, batches } from '../../src/data/batches.ts';
import type { InputSpec } from '../../src/data/input.ts';
import type { Sample } from '../../src/data/sample.ts';
import { PictureStore } from '../../src/data/store.ts';
import { memory } from '../../src/tensor/device.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { Random } from '../../src/tensor/random.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { greyPng, newFolder, writeTree } from '../support/trees.ts';

const spec: InputSpec = { height: 1, width: 1, channels: 1, fit: 'stretch' };
/** One pixel, whose brightness is the picture's number. */
const pixel = (i: number): RawPicture => ({ data: Uint8Array.of(i), width: 1, height: 1, channels: 1 });
const sampleOf = (i: number, source: Sample['source'] = pixel(i)): Sample => ({ name: `${i}`, source, label: 0, kind: 'good', mask: null });
const storeOf = (count: number) =>
  PictureStore.open(
    Array.from({ length: count }, (_, i) => sampleOf(i)),
    spec,
  );

interface Seen {
  images: number[];
  donors: number[];
  indices: readonly number[];
  epoch: number;
  state: BatchState;
}

const numbersOf = async ({ images, donors }: Batch) => ({
  images: [...(await images.read())].map((x) => Math.round(255 * x)),
  donors: [...(await donors.read())].map((x) => Math.round(255 * x)),
});

async function take(source: AsyncIterable<Batch>, count = Number.POSITIVE_INFINITY): Promise<Seen[]> {
  const seen: Seen[] = [];
  if (count === 0) return seen;
  for await (using batch of source) {
    const { indices, epoch, state } = batch;
    seen.push({ ...(await numbersOf(batch)), indices, epoch, state });
    if (seen.length === count) break;
  }
  return seen;
}

describe('batches', () => {
  it('hold every picture once an epoch, in an order that changes, and go on over its end', async () => {
    using store = await storeOf(10);
    const seen = await take(batches(store, { batchSize: 4, random: new Random(1) }), 15);
    const drawn = seen.flatMap(({ indices }) => indices);
    for (let epoch = 0; epoch < 6; epoch++) expect([...drawn.slice(10 * epoch, 10 * epoch + 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set([0, 1, 2, 3, 4, 5].map((epoch) => drawn.slice(10 * epoch, 10 * epoch + 10).join())).size).toBe(6);
    expect(seen.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5]);
    for (const { images, indices } of seen) expect(images).toEqual(indices);
  });

  it('give every picture a donor that is another one, any other about as often', async () => {
    using store = await storeOf(5);
    const times = Array.from({ length: 5 }, () => new Array(5).fill(0));
    for (const { images, donors } of await take(batches(store, { batchSize: 20, random: new Random(3) }), 50)) {
      images.forEach((image, i) => times[image][donors[i]]++);
    }
    times.forEach((row, image) => {
      expect(row[image]).toBe(0);
      row.forEach((count, donor) => {
        if (donor !== image) expect(count).toBeGreaterThan(25); // 50 on average
      });
    });
    using single = await storeOf(1);
    expect(await take(batches(single, { batchSize: 2, random: new Random(1) }), 1)).toMatchObject([{ images: [0, 0], donors: [0, 0] }]);
  });

  it('are the same for the same seed, whatever is prefetched, and leave the random source as it was', async () => {
    using store = await storeOf(7);
    const random = new Random(5);
    const before = random.state;
    const wanted = await take(batches(store, { batchSize: 3, random }), 9);
    expect(random.state).toEqual(before);
    random.uniform();
    for (const prefetch of [0, 1, 4]) expect(await take(batches(store, { batchSize: 3, random, prefetch }), 9)).toEqual(wanted);
    expect(await take(batches(store, { batchSize: 3, random: new Random(6) }), 9)).not.toEqual(wanted);
  });

  it('go on after a resume as if nothing had been', async () => {
    using store = await storeOf(7);
    const run = (state?: BatchState) => batches(store, { batchSize: 3, random: new Random(5), state });
    const whole = await take(run(), 12);
    for (const cut of [1, 2, 5, 11]) {
      const state = JSON.parse(JSON.stringify(whole[cut - 1].state));
      expect(await take(run(state), 12 - cut)).toEqual(whole.slice(cut));
    }
  });

  it('in the order of the store, once, where nothing is random', async () => {
    using store = await storeOf(5);
    const seen = await take(batches(store, { batchSize: 2, random: null }));
    expect(seen.map(({ indices }) => indices)).toEqual([[0, 1], [2, 3], [4]]);
    expect(seen.map(({ donors }) => donors)).toEqual([[1, 2], [3, 4], [0]]);
    expect((await take(batches(store, { batchSize: 4, random: new Random(1), epochs: 2 }))).map(({ indices }) => indices.length)).toEqual([4, 4, 2]);
  });

  it('refuse states and numbers that do not fit', async () => {
    using store = await storeOf(5);
    const of = (options: object) => thrown(() => batches(store, { batchSize: 2, random: null, ...options }));
    expect(of({ batchSize: 0 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: batches: batchSize is 0; expected a positive whole number"`);
    expect(of({ prefetch: -1 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: batches: prefetch is -1; expected a whole number from 0 on"`);
    expect(of({ epochs: 0.5 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: batches: epochs is 0.5; expected a positive whole number"`);
    expect(of({ state: { size: 6, batchSize: 2, delivered: 4 } })).toMatchInlineSnapshot(
      `"STATE_INVALID: batches: the state is 4 pictures into a set of 6 by 2; expected one of a set of 5 by 2"`,
    );
    expect(of({ state: { size: 5, batchSize: 2, delivered: -1 } })).toMatchInlineSnapshot(
      `"STATE_INVALID: batches: the state is -1 pictures into a set of 5 by 2; expected one of a set of 5 by 2"`,
    );
  });
});

describe('prefetching', () => {
  /** Pictures that count how often they are read. */
  async function counting(count: number) {
    const reads: number[] = [];
    const samples = Array.from({ length: count }, (_, i) =>
      sampleOf(i, async () => {
        reads.push(i);
        return pixel(i);
      }),
    );
    const store = await PictureStore.open(samples, spec, { memoryLimit: 0 });
    reads.length = 0;
    return { store, reads };
  }

  it.each([0, 1, 3])('reads %i batches ahead and no more', async (prefetch) => {
    const { store, reads } = await counting(40);
    const source = batches(store, { batchSize: 2, random: null, prefetch });
    (await source.next()).value.dispose();
    await new Promise((done) => setTimeout(done, 20));
    expect(Math.max(...reads)).toBeLessThanOrEqual(2 * (1 + prefetch));
    expect(reads.filter((i) => i % 2 === 0).length).toBeGreaterThanOrEqual(1 + prefetch);
    await source.return(undefined);
    store.dispose();
  });

  it('leaves no tensor behind when it is stopped', async () => {
    using store = await storeOf(6);
    const before = memory().liveTensors;
    await take(batches(store, { batchSize: 2, random: new Random(1), prefetch: 3 }), 1);
    await new Promise((done) => setTimeout(done, 5));
    expect(memory().liveTensors).toBe(before);
  });

  it('ends with the reason of a signal within 50 ms, though a picture never comes', async () => {
    let hang = false;
    const samples = [0, 1, 2, 3].map((i) => sampleOf(i, () => (hang ? new Promise(() => {}) : Promise.resolve(pixel(i)))));
    using store = await PictureStore.open(samples, spec, { memoryLimit: 0 });
    hang = true;
    const controller = new AbortController();
    const waiting = batches(store, { batchSize: 2, random: null, signal: controller.signal }).next();
    setTimeout(() => controller.abort(new Error('enough')), 10);
    const began = performance.now();
    expect(await rejected(waiting)).toBe('Error: enough');
    expect(performance.now() - began).toBeLessThan(60);
  });
});

describe('pictures that go away while they are needed', () => {
  it('are replaced by the next ones, and listed', async () => {
    const folder = await newFolder();
    const names = ['0.png', '1.png', '2.png', '3.png'];
    for (const [i, name] of names.entries()) await writeTree(folder, { [name]: await greyPng(i) });
    const samples = names.map((name, i) => sampleOf(i, join(folder, name)));
    using store = await PictureStore.open(samples, spec, { memoryLimit: 0 });
    await rm(join(folder, '1.png'));
    const seen = await take(batches(store, { batchSize: 4, random: null }));
    expect(seen).toMatchObject([{ images: [0, 2, 2, 3], indices: [0, 2, 2, 3], donors: [2, 2, 3, 0] }]);
    expect(store.failures.map(({ name, code }) => [name, code])).toEqual([['1', 'PICTURE_MISSING']]);
    for (const name of ['0.png', '2.png', '3.png']) await rm(join(folder, name));
    expect((await rejected(take(batches(store, { batchSize: 4, random: null })))).replaceAll(folder, '<folder>')).toMatchInlineSnapshot(
      `"DATA_UNUSABLE: batch: 4 of 4 pictures cannot be read any more (readPicture: 0: there is no such file; expected a picture file); expected them as they were"`,
    );
    expect(store.failures.length).toBe(4);
  });
});
