// The store: a folder with every kind of bad picture is read to the end, and memory changes no number.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InputSpec } from '../../src/data/input.ts';
import { openData } from '../../src/data/layouts/index.ts';
import type { Sample } from '../../src/data/sample.ts';
import { PictureStore } from '../../src/data/store.ts';
import { encodePng, type PictureSource } from '../../src/tensor/pictures.ts';
import { badCodes, goodNames, noise, writeBadPictures } from '../support/bad-pictures.ts';
import { rejected } from '../support/thrown.ts';
import { newFolder, writeTree } from '../support/trees.ts';

const spec: InputSpec = { height: 8, width: 12, channels: 1, fit: 'stretch' };
const sampleOf = (source: PictureSource, name: string): Sample => ({ name, source, label: 0, kind: 'good', mask: null });

/** Pictures of 24 x 16 in a folder, every third of 16 bits. */
async function folderOf(count: number): Promise<{ folder: string; samples: Sample[] }> {
  const folder = await newFolder();
  const samples: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const data = noise(24 * 16, 2654435761 + 2 * i);
    const name = `${i}.png`;
    await writeTree(folder, { [name]: await encodePng({ data: i % 3 === 2 ? Uint16Array.from(data, (x, at) => 256 * x + at) : data, shape: [16, 24] }) });
    samples.push(sampleOf(join(folder, name), name));
  }
  return { folder, samples };
}

async function numbers(store: PictureStore, indices: readonly number[]): Promise<number[]> {
  using batch = await store.batch(indices);
  expect(batch.shape).toEqual([indices.length, store.spec.channels, store.spec.height, store.spec.width]);
  return [...(await batch.read())];
}

describe('a folder with every kind of bad picture', () => {
  it('is read to the end, with one clear line for each problem', async () => {
    const folder = await writeBadPictures(await newFolder());
    const { categories } = await openData(folder);
    const progress: number[] = [];
    using store = await PictureStore.open(categories[0].train, { ...spec, channels: 3 }, { onProgress: ({ done, total }) => progress.push(done / total) });
    expect(store.samples.map(({ name }) => name)).toEqual(goodNames);
    expect(Object.fromEntries(store.failures.map(({ name, code }) => [name, code]))).toEqual(badCodes);
    for (const { name, message } of store.failures) expect(message).toMatch(new RegExp(`^readPicture: ${name}: .*; expected [^\n]*$`));
    expect(progress.length).toBe(goodNames.length + Object.keys(badCodes).length);
    expect(progress.at(-1)).toBe(1);
    expect((await numbers(store, [0, 1, 2])).every((x) => x >= 0 && x <= 1)).toBe(true);
  });

  it('without a good one is an error that names the first few', async () => {
    const folder = await writeTree(await newFolder(), { 'a.png': '', 'b.png': 'text', 'c.png': '', 'd.png': '' });
    const { categories } = await openData(folder);
    expect(await rejected(PictureStore.open(categories[0].train, spec))).toMatchInlineSnapshot(
      `"DATA_UNUSABLE: PictureStore: none of 4 pictures can be used: readPicture: a.png: the file has 0 bytes; expected a picture file | readPicture: b.png: the file begins with the bytes 74 65 78 74; expected a picture (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM or SVG) | readPicture: c.png: the file has 0 bytes; expected a picture file (and 1 more); expected at least one"`,
    );
    expect(await rejected(PictureStore.open([], spec))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: PictureStore: no samples came; expected at least one"`);
  });
});

describe('samples', () => {
  it('with a problem, with too many channels, or whose source fails anyhow, are failures too', async () => {
    const samples: Sample[] = [
      sampleOf({ data: new Uint8Array(5), width: 1, height: 1, channels: 5 }, 'five'),
      { ...sampleOf('', 'row'), problem: { code: 'DATA_INVALID', message: 'm.csv, line 2: there is no path; expected one' } },
      sampleOf(async () => Promise.reject(new Error('the camera is off')), 'camera'),
      sampleOf(async () => ({ data: Uint8Array.of(255), width: 1, height: 1, channels: 1 }), 'white'),
    ];
    using store = await PictureStore.open(samples, spec);
    expect(store.samples.map(({ name }) => name)).toEqual(['white']);
    expect(new Set(await numbers(store, [0]))).toEqual(new Set([1]));
    expect(store.failures).toMatchInlineSnapshot(`
      [
        {
          "code": "PICTURE_UNSUPPORTED",
          "message": "toInput: the picture has 5 channels; expected 1 or 3, or 2 or 4 of which the last is opacity",
          "name": "five",
        },
        {
          "code": "DATA_INVALID",
          "message": "m.csv, line 2: there is no path; expected one",
          "name": "row",
        },
        {
          "code": "PICTURE_UNREADABLE",
          "message": "camera: the camera is off; expected a picture",
          "name": "camera",
        },
      ]
    `);
  });
});

describe('memory', () => {
  it('changes no number, whatever of it there is', async () => {
    const { samples } = await folderOf(7);
    const order = [3, 0, 6, 2, 2, 5];
    using all = await PictureStore.open(samples, spec);
    expect(all.heldBytes).toBe(7 * 96 + 2 * 96); // two of 16 bits
    const wanted = await numbers(all, order);
    for (const memoryLimit of [0, 96, 400]) {
      using some = await PictureStore.open(samples, spec, { memoryLimit });
      expect(some.heldBytes).toBeLessThanOrEqual(memoryLimit);
      expect(await numbers(some, order)).toEqual(wanted);
    }
    // Pictures of 8 bits alone, and beside others.
    expect(await numbers(all, [0, 3])).toEqual([...(await numbers(all, [0, 2])).slice(0, 96), ...(await numbers(all, [2, 3])).slice(96)]);
  });

  it('rounds to the depth of the picture, by half a step at most', async () => {
    const value = 0.3; // no multiple of 1 / 255
    const floats = sampleOf({ data: Float32Array.of(value), width: 1, height: 1, channels: 1 }, 'floats');
    using store = await PictureStore.open([floats], spec);
    for (const x of await numbers(store, [0])) expect(Math.abs(x - value)).toBeLessThanOrEqual(0.5 / 65535 + 1e-7);
    const bytes = sampleOf({ data: Uint8Array.of(0, 77, 255), width: 3, height: 1, channels: 1 }, 'bytes');
    using exact = await PictureStore.open([bytes], { height: 1, width: 3, channels: 1, fit: 'stretch' });
    expect(await numbers(exact, [0])).toEqual([0, Math.fround(77 / 255), 1]);
  });
});

describe('pictures that go away', () => {
  it('are told of when they are asked for again', async () => {
    const { folder, samples } = await folderOf(3);
    using store = await PictureStore.open(samples, spec, { memoryLimit: 0 });
    await rm(join(folder, '1.png'));
    expect((await rejected(store.batch([0, 1]))).replaceAll(folder, '<folder>')).toMatchInlineSnapshot(
      `"DATA_UNUSABLE: batch: 1 of 2 pictures cannot be read any more (readPicture: 1.png: there is no such file; expected a picture file); expected them as they were"`,
    );
    await rejected(store.batch([1]));
    expect(store.failures.map(({ name, code }) => [name, code])).toEqual([['1.png', 'PICTURE_MISSING']]);
    expect([0, 1, 2].map((i) => store.isGone(i))).toEqual([false, true, false]);
    expect((await numbers(store, [2, 0])).length).toBe(192);
    expect(await rejected(store.batch([3]))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: batch: index is 3; expected 0 … 2"`);
  });
});

describe('a signal', () => {
  it('stops the reading within 50 ms, whatever a source is doing', async () => {
    const controller = new AbortController();
    const never = sampleOf(() => new Promise(() => {}), 'never');
    const opening = PictureStore.open([never, never], spec, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 10);
    const began = performance.now();
    expect(await rejected(opening)).toBe('Error: enough');
    expect(performance.now() - began).toBeLessThan(60);
    expect(await rejected(PictureStore.open([never], spec, { signal: AbortSignal.abort(new Error('before')) }))).toBe('Error: before');
  });

  it('stops it between pictures', async () => {
    const { samples } = await folderOf(6);
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 2 && controller.abort(new Error('enough'));
    expect(await rejected(PictureStore.open(samples, spec, { signal: controller.signal, onProgress }))).toBe('Error: enough');
  });
});
