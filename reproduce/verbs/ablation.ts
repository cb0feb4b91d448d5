// reproduce ablation: settings of a method against each other on the one-class tables, with what its training says of itself.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsOf, text } from '../../src/cli/flags.ts';
import { willFill } from '../../src/cli/places.ts';
import { defineVerb, exits } from '../../src/cli/verb.ts';
import { must } from '../../src/errors.ts';
import { fill } from '../fill.ts';
import { intervalText, over, type Table, tableOf } from '../table.ts';
import { ablationName, journalName, openTask, taskFlags, withSettings } from '../task.ts';
import { moreAbout, operands } from './one-class.ts';

interface AblationRow {
  /** As it was typed. */
  readonly settings: string;
  readonly table: Table;
}

/** Settings against AUROC and the named numbers at the end of training. */
export function ablationMarkdown(rows: readonly AblationRow[], command: string): string {
  const terms = [...new Set(rows.flatMap(({ table }) => Object.keys(table.terms)))];
  const [{ table: first }] = rows;
  const cells = (list: readonly string[]) => `| ${list.join(' | ')} |`;
  const lines = [
    cells([`${first.method} on ${first.set}`, 'AUROC', ...terms]),
    cells(['---', '---', ...terms.map(() => '---')]),
    ...rows.map(({ settings, table }) =>
      cells([`\`${settings}\``, intervalText(table.mean), ...terms.map((name) => table.terms[name]?.toPrecision(4) ?? '–')]),
    ),
  ];
  const note = `Means over ${first.classes.length} classes in per cent${over(first.seeds.length)}; the other columns are means of the last tenth of every training.`;
  return `${lines.join('\n')}\n\n${note}\n\n    ${command}\n`;
}

export const ablation = defineVerb({
  name: 'ablation',
  summary: 'the same for several settings of one method: AUROC beside the final terms of the loss',
  details:
    'Each row is settings that differ from --set, with commas between them. A row has a file of results of its own, the same as one-class with these settings would write: ' +
    'what stands there is not computed again.',
  operands,
  flags: {
    ...taskFlags,
    rows: {
      ...text('--rows <settings...>', 'rows as key=value,key=value, several after one another'),
      many: true,
      parse: (given: string) => [given],
      fallback: [] as readonly string[],
      required: true,
    },
    out: text('-o, --out <folder>', 'folder for the results (default: out/reproduce)'),
  },
  examples: ['npm run reproduce -- ablation data/mnist autoencoder --steps 1000 --seeds 1 --rows latent=8 latent=32 latent=32,loss=l1'],
  more: moreAbout,
  async run({ words: [data, method], flags, line, console, signal }) {
    const { task, cells } = await openTask(data, method, flags);
    const pairsOf = (row: string) => row.split(',').filter((pair) => pair.trim() !== '');
    must(new Set(flags.rows).size === flags.rows.length, '--rows has the same row twice; expected each once');
    const keyOf = (pair: string) => pair.split('=')[0].trim();
    const settings = flags.rows.map((row) => {
      const own = pairsOf(row);
      // All rows are looked at before the first is computed; one that says again what --set says has its own way.
      settingsOf(`--rows ${row}: ${method}`, task.method.hyper, own);
      return [...flags.set.filter((pair) => !own.some((other) => keyOf(other) === keyOf(pair))), ...own];
    });
    const folder = flags.out ?? join('out', 'reproduce');
    await willFill('--out', folder);
    const rows: AblationRow[] = [];
    for (const [i, row] of flags.rows.entries()) {
      const own = await withSettings(task, settings[i]);
      const path = join(folder, journalName(own));
      const label = `${i + 1}/${flags.rows.length} ${row}`;
      rows.push({ settings: row, table: tableOf(own, cells, await fill(own, cells, { path, console, signal, label }), line) });
    }
    const stem = join(folder, ablationName(task, flags.rows));
    await writeFile(`${stem}.json`, `${JSON.stringify(rows, null, 2)}\n`);
    await writeFile(`${stem}.md`, ablationMarkdown(rows, line));
    if (flags.json) await console.json(rows);
    else await console.data(ablationMarkdown(rows, line));
    return exits.fine;
  },
});
