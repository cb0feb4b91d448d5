// The command on made sets of surfaces: tables by hand, cells kept and gone on from, refusals.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../../reproduce/program.ts';
import { type SurfaceTable, surfaceMarkdown, surfaceTable } from '../../reproduce/surface-table.ts';
import type { SurfaceCell } from '../../reproduce/surfaces.ts';
import { encodePng } from '../../src/tensor/pictures.ts';
import { cli, type RunOptions } from '../support/cli.ts';
import { madePart } from '../support/made-parts.ts';
import { newFolder, writeTree } from '../support/trees.ts';

const side = 32;
const tiny = 'ganomaly:features=4,widest=4,latent=4,imageScore=top';
const run = (words: readonly string[], options: RunOptions = {}) => cli(words, { ...options, program });

/** A root with two sets, `plate` and `lines/plate`, of which the second has no masks. */
async function madeRoot(): Promise<string> {
  const png = (data: Uint8Array) => encodePng({ data, shape: [side, side] });
  const files: Record<string, Uint8Array> = {};
  for (const set of ['plate', 'lines/plate']) {
    for (let i = 0; i < 5; i++) files[`${set}/train/good/${i}.png`] = await png(madePart(i, side).picture.data as Uint8Array);
    for (let i = 0; i < 3; i++) {
      files[`${set}/test/good/${i}.png`] = await png(madePart(20 + i, side).picture.data as Uint8Array);
      const { picture, mask } = madePart(40 + i, side, 1, true);
      files[`${set}/test/blot/${i}.png`] = await png(picture.data as Uint8Array);
      if (set === 'plate') files[`${set}/ground_truth/blot/${i}_mask.png`] = await png(mask);
    }
  }
  return writeTree(await newFolder(), files);
}

const cell = (set: string, row: string, seed: number, image: number, pixel: number | null): SurfaceCell => ({
  set,
  row,
  seed,
  found: { image, equalised: null, pixel, ap: pixel && pixel / 2, aupro: pixel && pixel / 4 },
  baseline: { name: 'brightness', auroc: 0.75 },
  steps: 100,
  trainSeconds: 60,
  scoreSeconds: 1,
});

describe('tables', () => {
  it('are means over seeds and sets, and differences of the first row seed by seed', () => {
    const cells = [
      cell('a', 'x', 1, 0.9, 0.8),
      cell('a', 'x', 2, 0.8, 0.6),
      cell('a', 'y', 1, 0.7, 0.4),
      cell('a', 'y', 2, 0.5, 0.4),
      cell('b', 'x', 1, 0.6, null),
      cell('b', 'x', 2, 0.7, null),
      cell('b', 'y', 1, 0.5, null),
      cell('b', 'y', 2, 0.6, null),
    ];
    const { sets, mean, differences } = surfaceTable(cells, 'COMMAND');
    expect(sets.map(({ name, rows }) => [name, ...rows.map(({ found }) => found.image!.mean)])).toEqual([
      ['a', expect.closeTo(0.85, 12), expect.closeTo(0.6, 12)],
      ['b', expect.closeTo(0.65, 12), expect.closeTo(0.55, 12)],
    ]);
    expect(sets[1].rows[0].found.pixel).toBeNull();
    // Of a measure that a set does not have there is no mean over the sets.
    expect(mean.map(({ found }) => [found.image!.mean, found.pixel])).toEqual([
      [expect.closeTo(0.75, 12), null],
      [expect.closeTo(0.575, 12), null],
    ]);
    // Seed 1: 0.75 - 0.6; seed 2: 0.75 - 0.55. Student's t of one degree is 12.706.
    const { image } = differences[0].found;
    expect([image!.mean, image!.high! - image!.mean]).toEqual([expect.closeTo(0.175, 12), expect.closeTo(12.7062047 * 0.025, 6)]);
    const text = surfaceMarkdown(surfaceTable(cells, 'COMMAND'));
    expect(text).toContain('| `x` | 85.00 [');
    expect(text).toContain('Without learning, brightness: image AUROC 75.00.');
    expect(text).toContain('| `x − y` | 17.50 [');
    expect(text).toContain('8 trainings of 100 steps');
  });
});

describe('reproduce surfaces', () => {
  it('fills its cells, goes on from them, and lets others join', async () => {
    const root = await madeRoot();
    const out = await newFolder();
    const words = (...more: string[]) => ['surfaces', root, tiny, 'a-contrario:source=haar,finest=1,coarsest=2', '--sets', 'plate,lines/plate@16x32', ...more];
    const settings = ['--size', '32', '--steps', '8', '--batch', '4', '-o', out, '--json'];
    const first = await run([...words('--seeds', '1'), ...settings]);
    expect([first.code, first.err]).toEqual([0, expect.stringContaining('plate')]);
    const table = JSON.parse(first.out) as SurfaceTable;
    expect(table.cells.map(({ set, row, seed, steps }) => [set, row.split(':')[0], seed, steps])).toEqual([
      ['plate', 'ganomaly', 1, 8],
      ['plate', 'a-contrario', 1, expect.any(Number)],
      ['lines/plate', 'ganomaly', 1, 8],
      ['lines/plate', 'a-contrario', 1, expect.any(Number)],
    ]);
    const [{ rows }, { rows: unmasked }] = table.sets;
    expect(rows.every(({ found }) => found.image && found.pixel && found.ap && found.aupro)).toBe(true);
    expect(unmasked.every(({ found }) => found.image && !found.pixel)).toBe(true);
    const files = readdirSync(out).filter((name) => /-\d-\w+\.json$/.test(name));
    expect(files).toHaveLength(4);
    expect(readdirSync(out).filter((name) => name.endsWith('.checkpoint') || name.endsWith('.part'))).toEqual([]);
    const written = files.map((name) => statSync(join(out, name)).mtimeMs);
    const second = await run([...words('--seeds', '1,2'), ...settings]);
    expect((JSON.parse(second.out) as SurfaceTable).cells.filter(({ seed }) => seed === 1)).toEqual(table.cells);
    expect(files.map((name) => statSync(join(out, name)).mtimeMs)).toEqual(written);
    expect(readdirSync(out).filter((name) => /-2-\w+\.json$/.test(name))).toHaveLength(4);

    // What an earlier run did not write is not taken for a result.
    writeFileSync(join(out, files[0]), '{}');
    const third = await run([...words('--seeds', '1'), ...settings]);
    expect(third.err).toContain('it holds no result of these settings');
  });

  it('goes on in the middle of a training, to the same figures', async () => {
    const root = await madeRoot();
    const words = (out: string) => ['surfaces', root, tiny, '--sets', 'plate', '--size', '32', '--steps', '40', '--batch', '4', '--seeds', '1', '-o', out];
    const [whole, cut] = [await newFolder(), await newFolder()];
    expect((await run(words(whole))).code).toBe(0);
    const stop = new AbortController();
    const watch = (_: string, err: string) => /step (\d+)\/40/.test(err) && stop.abort(new DOMException('stopped', 'AbortError'));
    expect((await run(words(cut), { signal: stop.signal, watch, terminal: 100 })).code).toBe(130);
    const left = readdirSync(cut);
    expect(left.filter((name) => name.endsWith('.checkpoint'))).toHaveLength(1);
    expect((await run(words(cut))).code).toBe(0);
    const found = (folder: string) => {
      const [name] = readdirSync(folder).filter((one) => one.startsWith('plate-'));
      return [name, (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { cell: SurfaceCell }).cell.found];
    };
    expect(found(cut)).toEqual(found(whole));
  });

  it('refuses words that make no sense with one line, before anything is written', async () => {
    const root = await madeRoot();
    const out = join(await newFolder(), 'never');
    const told = async (...words: string[]) =>
      (await run(['surfaces', root, ...words, '-o', out])).err.trimEnd().split('\n')[0].replaceAll(root, 'ROOT').slice(0, 120);
    expect([
      await told('ganomaly', '--sets', 'plate@'),
      await told('ganomaly', '--sets', 'none'),
      await told('ganomaly', '--sets', 'plate,plate'),
      await told('ganomaly', 'ganomaly'),
      await told('gan'),
      await told('ganomaly:latent=0'),
      await told('patchcore'),
      await told('ganomaly', '--steps', '5', '--minutes', '2'),
    ]).toMatchInlineSnapshot(`
      [
        "reproduce surfaces: --sets has "plate@"; expected the path of a set, or with extents, such as mvtec/leather@256 or ball_",
        "reproduce surfaces: openData: ROOT/none: there is nothing at this path; expected one of",
        "reproduce surfaces: --sets is plate,plate; expected each set once (ARGUMENT_INVALID)",
        "reproduce surfaces: a row stands there twice; expected each once (ARGUMENT_INVALID)",
        "reproduce surfaces: there is no method "gan"; expected ssae, autoencoder, draem, riad, information, patchcore, padim, pc",
        "reproduce surfaces: ganomaly:latent=0: latent is "0"; expected a whole number 1 … 4096 (ARGUMENT_INVALID)",
        "reproduce surfaces: patchcore: source squeezenet wants the weights of SqueezeNet 1.1 as safetensors; expected settings w",
        "reproduce surfaces: --minutes and --steps were given; expected one of them (ARGUMENT_INVALID)",
      ]
    `);
    expect(existsSync(out)).toBe(false);
  });
});
