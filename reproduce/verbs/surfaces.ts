// reproduce surfaces: methods and settings against each other on sets of surfaces, with the same budget and seeds.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extents, number, quiet, text, toggle, whole } from '../../src/cli/flags.ts';
import { willFill } from '../../src/cli/places.ts';
import { defineVerb, exits } from '../../src/cli/verb.ts';
import { must } from '../../src/errors.ts';
import { surfaceMarkdown, surfaceTable } from '../surface-table.ts';
import { cellOf, type Limit, openSurface, rowNamed, type SurfaceCell } from '../surfaces.ts';
import { chosenSeeds, list } from '../task.ts';

const usual = ['mvtec/screw', 'mvtec/leather', 'magnetic_tile', 'ball_screw'];

export const surfaces = defineVerb({
  name: 'surfaces',
  summary: 'methods and settings against each other on sets of surfaces: image and pixel AUROC, AP, AUPRO',
  details:
    'Every cell is a set, a row and a seed: learnt from the normal training pictures alone, judged on all test pictures, and kept in a file of its own as it ends. ' +
    'The same command goes on from there, also in the middle of a training; further sets, rows and seeds join what is there. ' +
    'The first row is compared with every other. Nothing is chosen by test pictures.',
  operands: [
    { name: 'root', meaning: 'the folder in which the sets lie' },
    { name: 'row', meaning: 'a method, or one with settings: method:key=value,key=value', many: true },
  ],
  flags: {
    sets: list('--sets <list>', `sets below the root with commas, each with extents where they differ, as ball_screw@128x320 (default: ${usual.join(',')})`),
    size: extents('--size <pixels>', "extents of the network's input (default 256)"),
    minutes: number('--minutes <n>', 0.001, 1e5, undefined, 'how long each training learns; depends on the pace of the machine (default 10)'),
    steps: whole('--steps <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'how many steps each training takes, instead of a time: the same bits every time'),
    epochs: number('--epochs <n>', 0.001, 1e6, undefined, 'how often each training sees every picture, instead of a time'),
    batch: whole('--batch <n>', 1, 4096, 8, 'pictures that one step learns from'),
    seeds: list('--seeds <list>', 'seeds, with commas (default 1,2,3)'),
    out: text('-o, --out <folder>', 'folder for the results (default: out/reproduce)'),
    json: toggle('--json', 'prints one object of JSON instead of the tables'),
    quiet,
  },
  examples: [
    'npm run reproduce -- surfaces data sparsity-prior ganomaly skip-ganomaly --steps 5000',
    'npm run reproduce -- surfaces data sparsity-prior sparsity-prior:mask=none sparsity-prior:mask=focal sparsity-prior:shows=residual --minutes 30 --seeds 1',
  ],
  async run({ words: [root, ...names], flags, line, console, signal }) {
    const given = Object.entries({ minutes: flags.minutes, steps: flags.steps, epochs: flags.epochs }).filter(([, value]) => value !== undefined);
    must(given.length <= 1, `${given.map(([name]) => `--${name}`).join(' and ')} were given; expected one of them`);
    must(names.length > 0, 'there is no row; expected a method');
    must(new Set(names).size === names.length, 'a row stands there twice; expected each once');
    const { steps, epochs, minutes = 10 } = flags;
    const limit: Limit = steps !== undefined ? { steps } : epochs !== undefined ? { epochs } : { budget: 60 * minutes };
    const seeds = chosenSeeds(flags.seeds);
    const rows = names.map(rowNamed);
    const chosen = flags.sets ?? usual;
    must(new Set(chosen).size === chosen.length, `--sets is ${chosen.join(',')}; expected each set once`);
    const sets = await Promise.all(chosen.map((one) => openSurface(root, one, flags.size ?? 256)));
    const folder = flags.out ?? join('out', 'reproduce');
    await willFill('--out', folder);
    // One seed over everything, then the next: whole tables early.
    const wanted = seeds.flatMap((seed) => sets.flatMap((set) => rows.map((row) => ({ seed, set, row }))));
    const progress = console.progress('surfaces', true);
    const cells: SurfaceCell[] = [];
    for (const { seed, set, row } of wanted) {
      const where = `${set.name}, ${row.name}, seed ${seed}`;
      const onProgress = (share: number, told: string) => progress.update((cells.length + share) / wanted.length, `${where}: ${told}`);
      cells.push(await cellOf(set, row, seed, { limit, batch: flags.batch, folder, signal, onProgress }));
      const { image, pixel } = cells[cells.length - 1].found;
      const shown = [image, pixel].map((one) => (one === null ? '–' : one.toFixed(3))).join(' / ');
      console.say(`${where}: image / pixel AUROC ${shown}`);
    }
    console.close();
    const table = surfaceTable(cells, line);
    const digits = createHash('sha256')
      .update(JSON.stringify([chosen, names, seeds, limit, flags.batch, flags.size]))
      .digest('hex')
      .slice(0, 8);
    const stem = join(folder, `surfaces-${digits}`);
    await writeFile(`${stem}.json`, `${JSON.stringify(table, null, 2)}\n`);
    await writeFile(`${stem}.md`, surfaceMarkdown(table));
    if (flags.json) await console.json(table);
    else await console.data(surfaceMarkdown(table));
    return exits.fine;
  },
});
