// CIFAR-10 and CIFAR-100 in their binary form.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RawPicture } from '../../tensor/pictures.ts';
import { isFileAt, isFolderAt, listFolder } from '../files.ts';
import { type Classed, normalClassOf, oneClass } from './classes.ts';
import { dataInvalid, type Layout, type LayoutOptions } from './layout.ts';

const side = 32;
const plane = side * side;

/**
 * Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html. `normalClass` is a class by number or name; of CIFAR-100 a fine
 * one (0 … 99), or a coarse one by name, or by number with `labels: 'coarse'`. Its pictures of the training files are learnt from, the test file is the test. The
 * pictures are held in memory.
 */
export const cifar: Layout = {
  name: 'cifar',
  shape: 'data_batch_1.bin … and test_batch.bin (CIFAR-10, binary), or train.bin and test.bin with fine_label_names.txt (CIFAR-100), with a normal class',
  async open(root, options) {
    if (!(await isFolderAt(root))) return null;
    const { files } = await listFolder(root);
    const parts = files.filter((name) => /^data_batch_\d+\.bin$/i.test(name));
    if (parts.length && files.includes('test_batch.bin')) {
      const train = await readRecords(root, parts, 1);
      const test = await readRecords(root, ['test_batch.bin'], 1);
      const names = await namesAt(`${root}/batches.meta.txt`, 10);
      return [oneClass(basename(root), names, normalClassOf(root, names, options), classed(train, 0), classed(test, 0))];
    }
    if (files.includes('train.bin') && files.includes('test.bin') && files.includes('fine_label_names.txt')) {
      const train = await readRecords(root, ['train.bin'], 2);
      const test = await readRecords(root, ['test.bin'], 2);
      const { names, normal, at } = await hundred(root, options);
      return [oneClass(basename(root), names, normal, classed(train, at), classed(test, at))];
    }
    return null;
  },
};

/** Records of some label bytes and 3 planes of 32 x 32: red, green, blue. */
interface Records {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly labels: number;
}

async function readRecords(root: string, names: readonly string[], labels: number): Promise<Records> {
  const size = labels + 3 * plane;
  const parts: Buffer[] = [];
  for (const name of names) {
    const part = await readFile(`${root}/${name}`);
    if (!part.length || part.length % size) throw dataInvalid(`${root}/${name}`, `it has ${part.length} bytes`, `whole records of ${size}`);
    parts.push(part);
  }
  return { bytes: Buffer.concat(parts), size, labels };
}

function classed({ bytes, size, labels }: Records, at: number): Classed {
  const classes = Uint8Array.from({ length: bytes.length / size }, (_, i) => bytes[i * size + at]);
  // Planes become pixels only when a picture is asked for.
  const picture = (i: number) => async (): Promise<RawPicture> => {
    const from = i * size + labels;
    const data = new Uint8Array(3 * plane);
    for (let p = 0; p < plane; p++) for (let c = 0; c < 3; c++) data[3 * p + c] = bytes[from + c * plane + p];
    return { data, width: side, height: side, channels: 3 };
  };
  return { classes, picture };
}

async function namesAt(path: string, count: number): Promise<string[]> {
  const lines = (await isFileAt(path)) ? (await readFile(path, 'utf8')).split('\n').map((line) => line.trim()) : [];
  const names = lines.filter(Boolean);
  if (names.length && names.length !== count) throw dataInvalid(path, `it has ${names.length} names`, `${count}`);
  return names.length ? names : Array.from({ length: count }, (_, i) => String(i));
}

/** The names that count, the normal class among them, and the byte of a record that tells the class. */
async function hundred(root: string, options: LayoutOptions): Promise<{ names: string[]; normal: number; at: number }> {
  const fine = await namesAt(`${root}/fine_label_names.txt`, 100);
  const coarse = await namesAt(`${root}/coarse_label_names.txt`, 20);
  const { labels = coarse.includes(String(options.normalClass)) && Number.isNaN(Number(options.normalClass)) ? 'coarse' : 'fine' } = options;
  if (labels === 'coarse') return { names: coarse, normal: normalClassOf(root, coarse, options), at: 0 };
  return { names: fine, normal: normalClassOf(root, fine, options), at: 1 };
}
