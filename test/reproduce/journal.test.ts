// The file of results: goes on, drops a line that was cut short, refuses what is not its own.
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Journal, type RunRecord } from '../../reproduce/journal.ts';
import { rejected } from '../support/thrown.ts';
import { newFolder } from '../support/trees.ts';

const identity = { format: 'test 1', method: 'autoencoder', hyper: { latent: 8 }, weights: null };
const run = (seed: number): RunRecord => ({
  kind: 'run',
  class: '3 é',
  seed,
  train: 10,
  normal: 2,
  abnormal: 3,
  auroc: 0.75,
  averagePrecision: 0.8,
  steps: 5,
  trainSeconds: 1,
  scoreSeconds: 0.5,
  terms: { l2: 0.01 },
});
const fresh = async () => `${await newFolder()}/results.jsonl`;

it('keeps what was added', async () => {
  const path = await fresh();
  const first = await Journal.open(path, identity);
  await first.add(run(1));
  await first.add({ kind: 'baseline', class: '3 é', auroc: { nearest: 0.9 } });
  const again = await Journal.open(path, identity);
  expect(again.records).toEqual(first.records);
  expect(again.run('3 é', 1)).toEqual(run(1));
  expect(again.run('3 é', 2)).toBeUndefined();
  expect(again.baseline('3 é')?.auroc).toEqual({ nearest: 0.9 });
});

it('drops a line that was cut short at any byte, and writes the next one whole', async () => {
  const path = await fresh();
  const first = await Journal.open(path, identity);
  await first.add(run(1));
  const whole = await readFile(path);
  await first.add(run(2));
  const both = await readFile(path);
  for (let length = whole.length; length < both.length; length += 7) {
    await writeFile(path, both);
    await truncate(path, length);
    const again = await Journal.open(path, identity);
    expect(again.records).toEqual([run(1)]);
    await again.add(run(2));
    expect((await readFile(path)).equals(both)).toBe(true);
  }
  // Killed within the first line.
  for (const length of [0, 1, 20]) {
    await writeFile(path, both.subarray(0, length));
    expect((await Journal.open(path, identity)).records).toEqual([]);
    expect((await Journal.open(path, identity)).records).toEqual([]);
  }
});

it('refuses the results of other settings, naming them, and what is no file of results; nothing of it is touched', async () => {
  const path = await fresh();
  await (await Journal.open(path, identity)).add(run(1));
  const before = await readFile(path, 'utf8');
  const refusal = async (settings: Record<string, unknown>) => (await rejected(Journal.open(path, settings))).replace(path, 'FILE');
  expect(await refusal({ ...identity, hyper: { latent: 9 } })).toMatchInlineSnapshot(
    `"STATE_INVALID: FILE: it belongs to other settings: hyper.latent was 8 and is 9; expected the same settings, or another --out"`,
  );
  expect(await readFile(path, 'utf8')).toBe(before);
  for (const [line, wrong] of [
    ['{"kind":"run","class":"1","seed":1.5,"auroc":0.5,"terms":{}}', 'line 3 is no result'],
    ['{"kind":"run","class":"1","seed":1,"auroc":1.5,"terms":{}}', 'line 3 is no result'],
    ['[1]', 'line 3 is "[1]"'],
    ['half a li', 'line 3 is "half a li"'],
  ]) {
    await writeFile(path, before);
    await appendFile(path, `${line}\n`);
    expect(await refusal(identity)).toContain(`STATE_INVALID: FILE: ${wrong}`);
  }
  await writeFile(path, 'my notes');
  expect(await refusal(identity)).toMatchInlineSnapshot(`"STATE_INVALID: FILE: its first line is no settings; expected a file of this command, or none"`);
  expect(await readFile(path, 'utf8')).toBe('my notes');
});
