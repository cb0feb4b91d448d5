// idx files, compressed or not: MNIST, Fashion-MNIST, EMNIST and others of that family.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isFolderAt, listFolder } from '../files.ts';
import type { Category } from '../sample.ts';
import { type Classed, normalClassOf, oneClass } from './classes.ts';
import { dataInvalid, type Layout } from './layout.ts';

const unpack = promisify(gunzip);
/** Bytes of a file once unpacked; the largest of the family, EMNIST's, has 0.6 GB. */
const mostBytes = 2 ** 30;

const filePattern = /^(.*?)(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/i;

/**
 * LeCun et al.; Xiao et al. 2017. `normalClass` says which class is normal: its pictures of `train` are learnt from, all of
 * `t10k` (or `test`) are the test. The pictures are held in memory.
 */
export const idx: Layout = {
  name: 'idx',
  shape:
    'train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, each perhaps .gz (MNIST family), with a normal class',
  async open(root, options) {
    if (!(await isFolderAt(root))) return null;
    const sets = new Map<string, Map<string, string>>();
    for (const file of (await listFolder(root)).files) {
      const match = filePattern.exec(file);
      if (!match) continue;
      const [, prefix, part, what] = match;
      const key = `${part.toLowerCase() === 'train' ? 'train' : 'test'} ${what.toLowerCase()}`;
      const files = sets.get(prefix) ?? new Map<string, string>();
      sets.set(prefix, files);
      // A file that lies there unpacked as well is read as such.
      if (!files.has(key) || !match[4]) files.set(key, file);
    }
    const categories: Category[] = [];
    for (const [prefix, files] of sets) {
      const needed = ['train images', 'train labels', 'test images', 'test labels'];
      const missing = needed.filter((key) => !files.has(key));
      if (missing.length)
        throw dataInvalid(root, `it has ${[...files.values()].join(', ')} but no ${missing.join(', no ')}`, `all four files of ${prefix || 'the'} set`);
      const [train, test] = [await readSet(root, files, 'train'), await readSet(root, files, 'test')];
      const count = Math.max(...[train, test].map(({ classes }) => classes.reduce((most, one) => Math.max(most, one), 0))) + 1;
      const names = Array.from({ length: count }, (_, i) => String(i));
      const name = prefix.replace(/[-_.]+$/, '') || basename(root);
      categories.push(oneClass(name, names, normalClassOf(root, names, options), train, test));
    }
    return categories.length ? categories : null;
  },
};

async function readSet(root: string, files: ReadonlyMap<string, string>, part: string): Promise<Classed & { readonly classes: Uint8Array }> {
  const images = await readIdx(`${root}/${files.get(`${part} images`)}`, 3);
  const labels = await readIdx(`${root}/${files.get(`${part} labels`)}`, 1);
  const [count, height, width] = images.extents;
  if (labels.extents[0] !== count) throw dataInvalid(root, `${part} has ${count} pictures and ${labels.extents[0]} labels`, 'as many of both');
  const size = height * width;
  return { classes: labels.data, picture: (i) => ({ data: images.data.subarray(i * size, (i + 1) * size), width, height, channels: 1 }) };
}

/** The bytes of an idx file: 0, 0, 8 (bytes), the number of extents, the extents as big-endian words, the numbers. */
async function readIdx(path: string, rank: 1 | 3): Promise<{ readonly extents: readonly number[]; readonly data: Uint8Array }> {
  const raw = await readFile(path);
  const bytes = /\.gz$/i.test(path)
    ? await unpack(raw, { maxOutputLength: mostBytes }).catch((cause: Error) => {
        throw dataInvalid(path, cause.message, 'a gz file', cause);
      })
    : raw;
  const header = 4 + 4 * rank;
  const magic = 0x800 + rank;
  if (bytes.length < header || bytes.readUInt32BE(0) !== magic) {
    const begins = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw dataInvalid(
      path,
      `it has ${bytes.length} bytes and begins with ${begins}`,
      `an idx file of ${rank === 1 ? 'labels' : 'pictures'}, 00 00 08 0${rank}`,
    );
  }
  const extents = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const size = extents.reduce((a, b) => a * b, 1);
  if (bytes.length !== header + size || size === 0) {
    throw dataInvalid(path, `it has ${bytes.length} bytes for [${extents.join(' ')}]`, size ? `${header + size}` : 'at least one');
  }
  return { extents, data: bytes.subarray(header) };
}
