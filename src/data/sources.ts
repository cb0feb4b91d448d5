// Whatever a caller may hand over as pictures, one at a time: paths, folders, patterns, bytes, pixels, samples, streams of them.
import { stat } from 'node:fs/promises';
import { BlemishError } from '../errors.ts';
import { isPictureName, type PictureSource } from '../tensor/pictures.ts';
import { type Found, isFolderAt, walkPictures } from './files.ts';
import type { Sample } from './sample.ts';

/** One picture to be read. */
export interface Item {
  /** Position in what was given. */
  readonly index: number;
  /** The path, the sample's name, or `#index`. */
  readonly name: string;
  readonly source: PictureSource;
}

/** Anything that pictures can be taken from; of a text that names a folder all pictures below it, of a pattern all that match. */
export type Pictures = PictureSource | Sample | Iterable<PictureSource | Sample> | AsyncIterable<PictureSource | Sample>;

type Named = Omit<Item, 'index' | 'name'> & { readonly name: string | null };

/**
 * All pictures of what is given, in order, each looked for only when it is asked for. A text is a path, a folder (all pictures
 * below it) or a pattern with `*`, `**`, `?`, `[…]` or `{…}`. What gives no picture (a folder without any, a pattern that
 * nothing matches) gives one that fails when it is read, so that nothing is passed over in silence.
 */
export async function* pictures(input: Pictures): AsyncGenerator<Item> {
  let index = 0;
  for await (const { name, source } of each(input)) {
    yield { index, name: name ?? `#${index}`, source };
    index++;
  }
}

async function* each(input: Pictures): AsyncGenerator<Named> {
  if (typeof input === 'string') yield* fromText(input);
  else if (input instanceof Uint8Array || typeof input === 'function') yield { name: null, source: input };
  else if (typeof input === 'object' && input !== null && (Symbol.asyncIterator in input || Symbol.iterator in input)) {
    for await (const one of input as AsyncIterable<PictureSource | Sample>) yield* each(one);
  } else if (typeof input === 'object' && input !== null && 'source' in input) {
    const { name, source, problem } = input;
    yield { name, source: problem ? failing(problem.code, problem.message) : source };
  } else if (typeof input === 'object' && input !== null && 'data' in input) yield { name: null, source: input };
  else {
    const wrong = `pictures: ${input === null ? 'null' : typeof input} came`;
    yield { name: null, source: failing('PICTURE_INVALID', `${wrong}; expected a path, bytes, pixels, a sample, or several of them`) };
  }
}

/** A source that fails when it is read. */
const failing = (code: string, message: string) => () => Promise.reject(new BlemishError(code, message));

async function* fromText(text: string): AsyncGenerator<Named> {
  const status = await stat(text).catch(() => null);
  if (status?.isDirectory()) {
    const folder = text.replace(/(?<=.)\/+$/, '');
    yield* found(walkPictures(folder), text, `there is no picture in the folder`);
  } else if (!status && /[*?[\]{}]/.test(text)) {
    // Loaded on first use: start-up is short, and patterns are few.
    const { default: picomatch } = await import('picomatch');
    const { base, glob } = picomatch.scan(text);
    yield* found(await matching(base || '.', glob, picomatch(glob)), text, 'no picture matches the pattern', base ? '' : './');
  } else yield { name: text, source: text };
}

/** Files below a folder that match a pattern: pictures by their names, or whatever has the ending that the pattern spells out. */
async function matching(folder: string, glob: string, matches: (name: string) => boolean): Promise<AsyncGenerator<Found>> {
  if (!(await isFolderAt(folder))) return none();
  const spelt = /\.[^./*?[\]{}()]+$/.test(glob);
  const accept = (name: string) => matches(name) && (spelt || isPictureName(name));
  return walkPictures(folder, { accept, depth: glob.includes('**') ? undefined : glob.split('/').length - 1 });
}

async function* none(): AsyncGenerator<never> {}

async function* found(files: AsyncIterable<Found>, text: string, otherwise: string, drop = ''): AsyncGenerator<Named> {
  let any = false;
  try {
    for await (const { path } of files) {
      any = true;
      const name = drop && path.startsWith(drop) ? path.slice(drop.length) : path;
      yield { name, source: path };
    }
  } catch (error) {
    any = true;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    yield { name: text, source: failing('PICTURE_UNREADABLE', `pictures: ${text}: it cannot be listed (${reason}); expected a folder of pictures`) };
  }
  if (!any) yield { name: text, source: failing('PICTURE_MISSING', `pictures: ${text}: ${otherwise}; expected at least one picture`) };
}
