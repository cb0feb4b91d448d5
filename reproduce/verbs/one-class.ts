// reproduce one-class: one class normal at a time, all test pictures judged, a table beside published figures.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsHelp, text } from '../../src/cli/flags.ts';
import { willWrite } from '../../src/cli/places.ts';
import { defineVerb, exits } from '../../src/cli/verb.ts';
import { fill } from '../fill.ts';
import { markdownOf, tableOf } from '../table.ts';
import { journalName, methodNamed, openTask, taskFlags } from '../task.ts';

export const operands = [
  { name: 'data', meaning: 'a folder of MNIST, Fashion-MNIST or others of that family (idx), CIFAR-10 or CIFAR-100 (binary)' },
  { name: 'method', meaning: 'how to learn; `blemish methods` lists them' },
] as const;

export const moreAbout = async ([, name]: readonly string[]): Promise<string> =>
  name === undefined ? 'Hyper-parameters: npm run reproduce -- one-class <data> <method> --help' : settingsHelp(name, methodNamed(name).hyper);

export const oneClass = defineVerb({
  name: 'one-class',
  summary: 'learns each class of a labelled set as if it were the normal one, and judges on all test pictures',
  details:
    'Only training pictures of the normal class are learnt from, and nothing is chosen by test pictures. Every class and seed is written to a file of JSON lines as it ends; ' +
    'the same command goes on from there, also in the middle of a training, and further seeds or classes join what is there. The table goes to standard output, ' +
    'and beside that file as .md and .json.',
  operands,
  flags: {
    ...taskFlags,
    out: text('-o, --out <path>', 'the file of JSON lines (default: in out/reproduce, named after set, method and settings)'),
  },
  examples: [
    'npm run reproduce -- one-class data/mnist autoencoder --steps 2000',
    'npm run reproduce -- one-class data/fashion_mnist autoencoder --set latent=64 --minutes 3 --seeds 1,2,3',
    'npm run reproduce -- one-class data/cifar-10 patchcore --set source=random --classes 0,airplane,2 --limit-train 1000',
  ],
  more: moreAbout,
  async run({ words: [data, method], flags, line, console, signal }) {
    const { task, cells } = await openTask(data, method, flags);
    const path = flags.out ?? join('out', 'reproduce', journalName(task));
    await willWrite('--out', path);
    const journal = await fill(task, cells, { path, console, signal, label: `${task.set.name} ${method}` });
    const table = tableOf(task, cells, journal, line);
    const stem = path.replace(/\.jsonl$/, '');
    await writeFile(`${stem}.json`, `${JSON.stringify(table, null, 2)}\n`);
    await writeFile(`${stem}.md`, markdownOf(table));
    if (flags.json) await console.json(table);
    else await console.data(markdownOf(table));
    return exits.fine;
  },
});
