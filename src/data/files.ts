// Files of a folder and below it: in an order that no locale changes, hidden ones left out, links followed without loops.
import { readdir, realpath, stat } from 'node:fs/promises';
import { isPictureName } from '../tensor/pictures.ts';

const parts = (text: string): string[] => text.split(/(\d+)/);

/** Orders names as people count: img2 before img10. The same everywhere: by code units, runs of digits by their value. */
export function naturalOrder(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    if (i % 2) {
      // Digits, as strings: numbers of any length, without rounding.
      const [x, y] = [left[i], right[i]].map((digits) => digits.replace(/^0+(?=\d)/, ''));
      if (x.length !== y.length) return x.length - y.length;
      if (x !== y) return x < y ? -1 : 1;
    } else return left[i] < right[i] ? -1 : 1;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** A file below a folder. */
export interface Found {
  /** From the folder, with '/'. */
  readonly name: string;
  readonly path: string;
}

/** What lies in a folder, sorted: links count as what they lead to, hidden names and those of Windows' own files are left out. */
export async function listFolder(folder: string): Promise<{ readonly folders: readonly string[]; readonly files: readonly string[] }> {
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(entry.name)) continue;
    const isFolder = entry.isSymbolicLink() ? await isFolderAt(`${folder}/${entry.name}`) : entry.isDirectory();
    (isFolder ? folders : files).push(entry.name);
  }
  return { folders: folders.sort(naturalOrder), files: files.sort(naturalOrder) };
}

/** Whether a folder stands at the path; a link counts as what it leads to. */
export const isFolderAt = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() ?? false;
/** Whether a file stands at the path. */
export const isFileAt = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;

export interface WalkOptions {
  /** Which files, by their names from the folder. Default those that are named like pictures. */
  readonly accept?: (name: string) => boolean;
  /** How many folders deep; 0: the folder alone. Default without end. */
  readonly depth?: number;
}

/**
 * Pictures of a folder and everything below it, by their names, sorted folder by folder. A folder that links lead to twice is
 * walked once. What is named like a picture and is none is given as well, so that it is noticed: a link that leads nowhere, a
 * folder of that name without pictures, a folder that may not be listed.
 */
export async function* walkPictures(root: string, { accept = isPictureName, depth = Number.POSITIVE_INFINITY }: WalkOptions = {}): AsyncGenerator<Found> {
  const visited = new Set<string>();
  yield* below('', 0);

  async function* below(folder: string, level: number): AsyncGenerator<Found> {
    const isRoot = level === 0;
    const path = isRoot ? root : `${root}/${folder}`;
    let inside: Awaited<ReturnType<typeof listFolder>>;
    try {
      const real = await realpath(path);
      if (visited.has(real)) return;
      visited.add(real);
      inside = await listFolder(path);
    } catch (error) {
      if (isRoot) throw error;
      yield { name: folder, path };
      return;
    }
    const prefix = isRoot ? '' : `${folder}/`;
    const folders = new Set(inside.folders);
    for (const name of [...inside.folders, ...inside.files].sort(naturalOrder)) {
      const found = { name: prefix + name, path: `${root}/${prefix}${name}` };
      if (!folders.has(name)) {
        if (accept(found.name)) yield found;
        continue;
      }
      if (level === depth) continue;
      let empty = true;
      for await (const one of below(prefix + name, level + 1)) {
        empty = false;
        yield one;
      }
      if (empty && accept(found.name)) yield found;
    }
  }
}

/** All of `walkPictures`. */
export async function findPictures(root: string): Promise<Found[]> {
  const found: Found[] = [];
  for await (const one of walkPictures(root)) found.push(one);
  return found;
}
