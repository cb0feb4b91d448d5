// Data sets on the command line: the flags that say how one is read, and which of its categories are meant.
import type { Category, DataSet } from '../data/sample.ts';
import { BlemishError } from '../errors.ts';
import { type FlagValues, text } from './flags.ts';
import { printable } from './text.ts';

export const dataFlags = {
  category: text('--category <name>', 'one category of a data set that has several'),
  layout: text('--layout <name>', 'how the data set is laid out (default: found out from its shape)'),
  normalClass: text('--normal-class <class>', 'the class that is normal, in a set of labelled classes such as MNIST'),
} as const;

export const dataHelp =
  '<data> is a folder with train/good, test/<kind> and ground_truth/<kind> (as MVTec AD), the same of several categories, a VisA folder, ' +
  'a plain folder of normal pictures, a manifest (csv, jsonl, parquet), an idx or CIFAR folder with --normal-class, or clips of frames.';

/** Reads what lies at the path. Throws ARGUMENT_INVALID for a category that is not there. */
export async function openAt(path: string, flags: FlagValues<typeof dataFlags>): Promise<DataSet> {
  const { openData } = await import('../data/layouts/index.ts');
  const { category, layout, normalClass } = flags;
  return openData(path, { category, layout, normalClass });
}

/** A category's name as the name of a file: no separators, nothing that leads out of a folder. */
export function fileNameOf(category: Category): string {
  const safe = printable(category.name).replace(/[/\\:*?"<>|]/g, '_');
  return /^\.*$/.test(safe) ? `_${safe}` : safe;
}

/** Where the model of a category lies in a folder of models. */
export const modelName = (category: Category): string => `${fileNameOf(category)}.blemish`;

/** Categories by the names of their files; throws where two would share one. */
export function byFileName(categories: readonly Category[]): Map<string, Category> {
  const found = new Map<string, Category>();
  for (const category of categories) {
    const name = modelName(category).toLowerCase();
    if (found.has(name))
      throw new BlemishError(
        'ARGUMENT_INVALID',
        `the categories ${found.get(name)!.name} and ${category.name} would both be ${name}; expected --category to name one of them`,
      );
    found.set(name, category);
  }
  return found;
}
