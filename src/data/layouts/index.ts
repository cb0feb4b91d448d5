// Layouts by name, in the order in which they are asked; every entry is tested by test/conformance/layouts.test.ts.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BlemishError, must, type OwnCode } from '../../errors.ts';
import { listFolder } from '../files.ts';
import type { DataSet } from '../sample.ts';
import { btad } from './btad.ts';
import { cifar } from './cifar.ts';
import { clips } from './clips.ts';
import { folder } from './folder.ts';
import { idx } from './idx.ts';
import type { Layout, LayoutOptions } from './layout.ts';
import { manifest } from './manifest.ts';
import { mvtec } from './mvtec.ts';
import { visa } from './visa.ts';

export type { Layout, LayoutOptions } from './layout.ts';

/** Special shapes first: the plain folder takes anything that holds a picture. */
export const layouts: Readonly<Record<string, Layout>> = { manifest, idx, cifar, visa, clips, mvtec, btad, folder };

/** What may be said when a place on disk is opened. */
export interface OpenOptions extends LayoutOptions {
  /** Which layout it is, where its shape does not say so. */
  readonly layout?: string;
  /** The only category to keep. */
  readonly category?: string;
}

/**
 * What lies at a place on disk, by its shape.
 *
 * Rejects with DATA_UNKNOWN where no layout knows the shape, or none of that name or no such category exists; with DATA_INVALID
 * where a layout finds something wrong; with ARGUMENT_INVALID for an unknown layout or a class that does not exist.
 */
export async function openData(root: string, options: OpenOptions = {}): Promise<DataSet> {
  must(typeof root === 'string' && root !== '', `openData: the root is ${JSON.stringify(root)}; expected a path`);
  const { layout: wanted, category, ...rest } = options;
  const { labels } = rest;
  must(labels === undefined || labels === 'fine' || labels === 'coarse', `openData: labels is ${JSON.stringify(labels)}; expected fine or coarse`);
  must(wanted === undefined || Object.hasOwn(layouts, wanted), `openData: there is no layout ${wanted}; expected one of ${Object.keys(layouts).join(', ')}`);
  const place = resolve(root);
  for (const layout of wanted ? [layouts[wanted]] : Object.values(layouts)) {
    const categories = await layout.open(place, rest);
    if (!categories) continue;
    const kept = category === undefined ? categories : categories.filter(({ name }) => name === category);
    if (!kept.length) {
      const names = categories.map(({ name }) => name).join(', ');
      throw new BlemishError<OwnCode>('DATA_UNKNOWN', `openData: ${root}: there is no category ${category}; expected one of ${names}`);
    }
    return { layout: layout.name, root: place, categories: kept };
  }
  const looked = (wanted ? [layouts[wanted]] : Object.values(layouts)).map(({ name, shape }) => `${name}: ${shape}`);
  throw new BlemishError<OwnCode>('DATA_UNKNOWN', `openData: ${root}: ${await whatIsAt(place)}; expected one of\n  ${looked.join('\n  ')}`);
}

const mostNames = 8;

/** What stands at a path, in a few words. */
async function whatIsAt(path: string): Promise<string> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (status instanceof Error) return status.code === 'ENOENT' ? 'there is nothing at this path' : `it cannot be read (${status.code})`;
  if (!status.isDirectory()) return `it is a file of ${status.size} bytes`;
  try {
    const { folders, files } = await listFolder(path);
    const names = [...folders.map((name) => `${name}/`), ...files];
    if (!names.length) return 'it is an empty folder';
    return `it holds ${names.slice(0, mostNames).join(', ')}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ''}`;
  } catch (error) {
    return `it cannot be listed (${(error as NodeJS.ErrnoException).code})`;
  }
}
