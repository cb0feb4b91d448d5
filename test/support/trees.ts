// Small data sets on disk: one tree for each layout, with what must be found in it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { encodePng } from '../../src/tensor/pictures.ts';

const made: string[] = [];
afterAll(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A new folder that goes when the test file ends. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'blemish-trees-'));
  made.push(folder);
  return folder;
}

/** Writes files by their paths from a folder, making the folders between. */
export async function writeTree(root: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

export const pictureExtents = { width: 9, height: 6 };

/** A grey PNG of 9 x 6 pixels, all of one brightness. */
export const greyPng = (value: number): Promise<Buffer> => encodePng({ data: new Uint8Array(54).fill(value), shape: [6, 9] });

/** A mask of the same size with four abnormal pixels, of the number that the layout uses for them. */
export function maskPng(value = 255): Promise<Buffer> {
  const data = new Uint8Array(54);
  for (const at of [10, 11, 19, 20]) data[at] = value;
  return encodePng({ data, shape: [6, 9] });
}

export interface Expected {
  readonly category: string;
  readonly train: number;
  readonly good: number;
  readonly abnormal: number;
  readonly masks: number;
  /** Of the test, without 'good', sorted. */
  readonly kinds: readonly string[];
}

export interface TreeExample {
  /** Writes the tree into an empty folder; gives the root, where it is another place than that folder. */
  readonly build: (folder: string) => Promise<string>;
  readonly normalClass?: number | string;
  readonly categories: readonly Expected[];
}

async function pictureFiles(names: readonly string[], masks: readonly string[] = [], maskValue?: number): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const [i, name] of names.entries()) files[name] = await greyPng(10 + i);
  for (const name of masks) files[name] = await maskPng(maskValue);
  return files;
}

const numbered = (folder: string, count: number, ending = 'png'): string[] =>
  Array.from({ length: count }, (_, i) => `${folder}/${String(i).padStart(3, '0')}.${ending}`);

const screw = (within: string) => ({
  pictures: [
    ...numbered(`${within}train/good`, 4),
    ...numbered(`${within}test/good`, 2),
    ...numbered(`${within}test/scratch`, 3, 'PNG'),
    ...numbered(`${within}test/dent`, 1),
  ],
  // One mask is missing, as happens; another bears the picture's own name.
  masks: [`${within}ground_truth/scratch/000_mask.png`, `${within}ground_truth/scratch/002_mask.PNG`, `${within}ground_truth/dent/000.png`],
});

/** The bytes of an idx file. */
export function idxFile(extents: readonly number[], numbers: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * extents.length);
  header.writeUInt32BE(0x800 + extents.length, 0);
  extents.forEach((n, i) => header.writeUInt32BE(n, 4 + 4 * i));
  return Buffer.concat([header, numbers]);
}

const idxPictures = (classes: readonly number[]): Buffer =>
  idxFile(
    [classes.length, 6, 9],
    Uint8Array.from({ length: 54 * classes.length }, (_, i) => (i * 7) % 256),
  );
const idxLabels = (classes: readonly number[]): Buffer => idxFile([classes.length], Uint8Array.from(classes));

/** Records of CIFAR: red 1, green 2, blue 3 everywhere, but for the first pixel's red, which is the record's number. */
function cifarRecords(labels: readonly (readonly number[])[]): Buffer {
  return Buffer.concat(
    labels.map((own, i) => {
      const planes = Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(1024, value)));
      planes[0] = 100 + i;
      return Buffer.concat([Buffer.from(own), planes]);
    }),
  );
}

const visaTables = {
  'split_csv/1cls.csv': [
    'object,split,label,image,mask',
    'candle,train,normal,candle/Data/Images/Normal/0000.JPG,',
    'candle,train,normal,candle/Data/Images/Normal/0001.JPG,',
    'candle,test,normal,candle/Data/Images/Normal/0002.JPG,',
    'candle,test,anomaly,candle/Data/Images/Anomaly/000.JPG,candle/Data/Masks/Anomaly/000.png',
    'candle,test,anomaly,candle/Data/Images/Anomaly/001.JPG,candle/Data/Masks/Anomaly/001.png',
    'pcb1,train,normal,pcb1/Data/Images/Normal/0000.JPG,',
    'pcb1,test,anomaly,pcb1/Data/Images/Anomaly/000.JPG,pcb1/Data/Masks/Anomaly/000.png',
    '',
  ].join('\r\n'),
  'candle/image_anno.csv': [
    'image,label,mask',
    'candle/Data/Images/Normal/0000.JPG,normal,',
    'candle/Data/Images/Normal/0001.JPG,normal,',
    'candle/Data/Images/Normal/0002.JPG,normal,',
    'candle/Data/Images/Anomaly/000.JPG,"wax melded out,wrong colour",candle/Data/Masks/Anomaly/000.png',
    'candle/Data/Images/Anomaly/001.JPG,wrong colour,candle/Data/Masks/Anomaly/001.png',
  ].join('\n'),
};
const visaPictures = [
  ...['0000', '0001', '0002'].map((name) => `candle/Data/Images/Normal/${name}.JPG`),
  ...['000', '001'].map((name) => `candle/Data/Images/Anomaly/${name}.JPG`),
  'pcb1/Data/Images/Normal/0000.JPG',
  'pcb1/Data/Images/Anomaly/000.JPG',
];
const visaMasks = ['candle/Data/Masks/Anomaly/000.png', 'candle/Data/Masks/Anomaly/001.png', 'pcb1/Data/Masks/Anomaly/000.png'];
const candle = { category: 'candle', train: 2, good: 1, abnormal: 2, masks: 2, kinds: ['wax melded out,wrong colour', 'wrong colour'] };

const manifestPictures = ['a/1.png', 'a/2.png', 'a/3.png', 'b/bad 1.png', 'b/bad 2.png'];
const parts = { category: 'parts', train: 2, good: 1, abnormal: 2, masks: 1, kinds: ['abnormal', 'scratch'] };

async function writeAll(
  root: string,
  pictures: readonly string[],
  masks: readonly string[],
  rest: Readonly<Record<string, Uint8Array | string>> = {},
  maskValue?: number,
) {
  return writeTree(root, { ...(await pictureFiles(pictures, masks, maskValue)), ...rest });
}

/** Examples of every layout, by its name. */
export const trees: Readonly<Record<string, readonly TreeExample[]>> = {
  mvtec: [
    {
      build: (folder) => writeAll(join(folder, 'screw'), screw('').pictures, screw('').masks),
      categories: [{ category: 'screw', train: 4, good: 2, abnormal: 4, masks: 3, kinds: ['dent', 'scratch'] }],
    },
    {
      build: async (folder) => {
        const nut = [...numbered('nut/train/good', 1), ...numbered('nut/test/good', 1), ...numbered('nut/test/rust', 2)];
        const { pictures, masks } = screw('screw/');
        return writeAll(folder, [...pictures, ...nut], masks, { 'readme.txt': 'not a category', 'notes/a.txt': 'nor this' });
      },
      categories: [
        { category: 'nut', train: 1, good: 1, abnormal: 2, masks: 0, kinds: ['rust'] },
        { category: 'screw', train: 4, good: 2, abnormal: 4, masks: 3, kinds: ['dent', 'scratch'] },
      ],
    },
  ],
  btad: [
    {
      build: async (folder) => {
        const pictures = [...numbered('01/train/ok', 3), ...numbered('01/test/ok', 2), ...numbered('01/test/ko', 2)];
        return writeAll(folder, pictures, numbered('01/ground_truth/ko', 2));
      },
      categories: [{ category: '01', train: 3, good: 2, abnormal: 2, masks: 2, kinds: ['ko'] }],
    },
  ],
  visa: [
    {
      build: (folder) => writeAll(folder, visaPictures, visaMasks, visaTables, 3),
      categories: [candle, { category: 'pcb1', train: 1, good: 0, abnormal: 1, masks: 1, kinds: ['abnormal'] }],
    },
    { build: async (folder) => `${await writeAll(folder, visaPictures, visaMasks, visaTables, 3)}/candle`, categories: [candle] },
    {
      // Without the split.
      build: (folder) => writeAll(folder, visaPictures.slice(0, 5), visaMasks.slice(0, 2), { 'candle/image_anno.csv': visaTables['candle/image_anno.csv'] }),
      categories: [{ ...candle, train: 3, good: 0 }],
    },
  ],
  folder: [
    {
      build: (folder) =>
        writeAll(join(folder, 'good'), [...numbered('.', 3), ...numbered('more/deep', 2, 'Png')], [], {
          'Thumbs.db': 'x',
          '.hidden.png': 'x',
          'note.txt': 'x',
        }),
      categories: [{ category: 'good', train: 5, good: 0, abnormal: 0, masks: 0, kinds: [] }],
    },
  ],
  manifest: [
    {
      build: async (folder) => {
        const table = [
          '\uFEFFPath;Label;Mask;Split;Kind',
          'a/1.png;0;;train;',
          'a/2.png;good;;train;',
          'a/3.png;normal;;test;',
          '"b/bad 1.png";1;"m/1.png";test;scratch',
          'b\\bad 2.png;anomaly;;test;',
        ].join('\r\n');
        return `${await writeAll(folder, manifestPictures, ['m/1.png'], { 'parts.csv': table })}/parts.csv`;
      },
      categories: [parts],
    },
    {
      build: async (folder) => {
        const lines = [
          { path: 'a/1.png', label: 0, split: 'train', category: 'parts' },
          { path: 'a/2.png', split: 'train', category: 'parts' },
          { path: 'a/3.png', label: false, split: 'test', category: 'parts' },
          { path: 'b/bad 1.png', label: true, mask: 'm/1.png', split: 'test', kind: 'scratch', category: 'parts' },
          { path: 'b/bad 2.png', label: 1, mask: null, split: 'test', category: 'parts' },
          { path: 'a/1.png', category: 'others' },
        ];
        return writeAll(folder, manifestPictures, ['m/1.png'], { 'manifest.jsonl': lines.map((line) => JSON.stringify(line)).join('\n\n') });
      },
      categories: [parts, { category: 'others', train: 1, good: 0, abnormal: 0, masks: 0, kinds: [] }],
    },
    {
      build: async (folder) => {
        const { parquetWriteBuffer } = await import('hyparquet-writer');
        const table = parquetWriteBuffer({
          columnData: [
            { name: 'path', data: manifestPictures, type: 'STRING' },
            { name: 'label', data: [0, 0, 0, 1, 1], type: 'INT32' },
            { name: 'mask', data: [null, null, null, 'm/1.png', null], type: 'STRING', nullable: true },
            { name: 'split', data: ['train', 'train', 'test', 'test', 'test'], type: 'STRING' },
            { name: 'kind', data: [null, null, null, 'scratch', null], type: 'STRING', nullable: true },
          ],
        });
        return `${await writeAll(folder, manifestPictures, ['m/1.png'], { 'parts.parquet': new Uint8Array(table) })}/parts.parquet`;
      },
      categories: [parts],
    },
  ],
  idx: [
    {
      build: (folder) =>
        writeTree(join(folder, 'digits'), {
          'train-images-idx3-ubyte.gz': gzipSync(idxPictures([0, 1, 2, 1, 1])),
          'train-labels-idx1-ubyte.gz': gzipSync(idxLabels([0, 1, 2, 1, 1])),
          't10k-images.idx3-ubyte': idxPictures([2, 1, 0]),
          't10k-labels.idx1-ubyte': idxLabels([2, 1, 0]),
        }),
      normalClass: '1',
      categories: [{ category: 'digits', train: 3, good: 1, abnormal: 2, masks: 0, kinds: ['0', '2'] }],
    },
  ],
  cifar: [
    {
      build: (folder) =>
        writeTree(join(folder, 'ten'), {
          'data_batch_1.bin': cifarRecords([[0], [1], [9]]),
          'data_batch_2.bin': cifarRecords([[1], [1]]),
          'test_batch.bin': cifarRecords([[3], [1], [1], [0]]),
          'batches.meta.txt': 'airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n',
        }),
      normalClass: 'automobile',
      categories: [{ category: 'ten', train: 3, good: 2, abnormal: 2, masks: 0, kinds: ['airplane', 'cat'] }],
    },
    {
      build: (folder) => writeTree(join(folder, 'hundred'), hundred),
      normalClass: 7,
      categories: [{ category: 'hundred', train: 2, good: 1, abnormal: 2, masks: 0, kinds: ['fine8', 'fine99'] }],
    },
    {
      build: (folder) => writeTree(join(folder, 'hundred'), hundred),
      normalClass: 'coarse2',
      categories: [{ category: 'hundred', train: 3, good: 2, abnormal: 1, masks: 0, kinds: ['coarse19'] }],
    },
  ],
  clips: [
    {
      build: async (folder) => {
        const pictures = [
          ...numbered('walk/train/good/clip01', 3),
          ...numbered('walk/train/good/clip02', 2),
          ...numbered('walk/test/clip01', 3),
          ...numbered('walk/test/clip02', 2),
        ];
        await writeAll(folder, pictures, ['walk/ground_truth/clip01/001_mask.png', 'walk/ground_truth/clip01/002_mask.png'], {
          'walk/labels/clip01.json': '[0, 1, 1]',
          'walk/labels/clip02.json': '[0, 0]',
        });
        return join(folder, 'walk');
      },
      categories: [{ category: 'walk', train: 5, good: 3, abnormal: 2, masks: 2, kinds: ['abnormal'] }],
    },
  ],
};

const hundred = {
  'train.bin': cifarRecords([
    [2, 7],
    [2, 8],
    [2, 7],
    [19, 99],
  ]),
  'test.bin': cifarRecords([
    [2, 7],
    [2, 8],
    [19, 99],
  ]),
  'fine_label_names.txt': Array.from({ length: 100 }, (_, i) => `fine${i}`).join('\n'),
  'coarse_label_names.txt': Array.from({ length: 20 }, (_, i) => `coarse${i}`).join('\n'),
};
