// The demo's data set: the layout, the same bytes for the same seed, and pictures that do not depend on how many there are.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeData } from '../../../src/cli/demo/make.ts';
import { decodePicture } from '../../../src/tensor/pictures.ts';
import { rejected } from '../../support/thrown.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-make-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const options = { size: 32, seed: 1, train: 2, good: 1, defective: 1 };

beforeAll(async () => {
  await makeData(join(root, 'a'), options);
});

const filesOf = (name: string) => (readdirSync(join(root, name), { recursive: true }) as string[]).filter((path) => path.endsWith('.png')).sort();

it('has the layout of MVTec AD', () => {
  expect(filesOf('a').filter((path) => path.startsWith('woven'))).toMatchInlineSnapshot(`
    [
      "woven/ground_truth/foreign_object/000_mask.png",
      "woven/ground_truth/hole/000_mask.png",
      "woven/ground_truth/missing_thread/000_mask.png",
      "woven/ground_truth/stain/000_mask.png",
      "woven/test/foreign_object/000.png",
      "woven/test/good/000.png",
      "woven/test/hole/000.png",
      "woven/test/missing_thread/000.png",
      "woven/test/stain/000.png",
      "woven/train/good/000.png",
      "woven/train/good/001.png",
    ]
  `);
  expect(filesOf('a').length).toBe(4 * (2 + 1 + 4 + 4));
});

it('marks what is defective, and nothing outside', async () => {
  const { data, shape } = await decodePicture(join(root, 'a/woven/ground_truth/hole/000_mask.png'), { channels: 1 });
  expect([shape, new Set(data)]).toEqual([[32, 32, 1], new Set([0, 255])]);
});

it('is the same for the same seed, however many there are, and another for another', async () => {
  await makeData(join(root, 'more'), { ...options, train: 3, defective: 2 });
  for (const path of filesOf('a')) expect(readFileSync(join(root, 'more', path)).equals(readFileSync(join(root, 'a', path))), path).toBe(true);
  await makeData(join(root, 'other'), { ...options, seed: 2 });
  expect(filesOf('other')).toEqual(filesOf('a'));
  const same = filesOf('a').filter(
    (path) => !path.includes('ground_truth') && readFileSync(join(root, 'other', path)).equals(readFileSync(join(root, 'a', path))),
  );
  expect(same).toEqual([]);
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const making = makeData(join(root, 'stopped'), {
    ...options,
    signal: stop.signal,
    onProgress(done) {
      seen.push(done);
      if (done === 3) stop.abort();
    },
  });
  expect(await rejected(making)).toContain('abort');
  expect(seen).toEqual([1, 2, 3]);
});
