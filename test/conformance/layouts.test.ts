// Every layout of the registry on small trees: recognised by shape, counted, labelled, masked; a wrong root is explained.
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layouts, openData } from '../../src/data/layouts/index.ts';
import type { Category, Sample } from '../../src/data/sample.ts';
import { readPicture } from '../../src/tensor/pictures.ts';
import { sharedData } from '../support/shared-data.ts';
import { rejected } from '../support/thrown.ts';
import { greyPng, newFolder, trees, writeTree } from '../support/trees.ts';

const count = (samples: readonly Sample[], label: 0 | 1) => samples.filter((sample) => sample.label === label).length;

const summary = ({ name, train, test }: Category) => ({
  category: name,
  train: train.length,
  good: count(test, 0),
  abnormal: count(test, 1),
  masks: test.filter(({ mask }) => mask !== null).length,
  kinds: [...new Set(test.map(({ kind }) => kind))].filter((kind) => kind !== 'good').sort(),
});

describe.each(Object.keys(layouts))('%s', (name) => {
  it('bears its own name, says what it looks for, and has an example', () => {
    expect(layouts[name].name).toBe(name);
    expect(layouts[name].shape.length).toBeGreaterThan(20);
    expect(trees[name]?.length).toBeGreaterThan(0);
  });

  trees[name]?.forEach(({ build, normalClass, categories }, i) => {
    it(`example ${i} is recognised by its shape, and every picture and mask counted`, async () => {
      const root = await build(await newFolder());
      const data = await openData(`${root}/`.replace(/(\.\w+)\/$/, '$1'), { normalClass });
      expect(data.layout).toBe(name);
      expect(data.root).toBe(root);
      expect(data.categories.map(summary)).toEqual(categories);
      const named = await openData(root, { normalClass, layout: name });
      expect(JSON.stringify(named)).toBe(JSON.stringify(data));
    });

    it(`example ${i} gives samples that hold together`, async () => {
      const root = await build(await newFolder());
      const { categories: opened } = await openData(root, { normalClass });
      const samples = opened.flatMap(({ train, test }) => [...train, ...test]);
      expect(new Set(samples.map((sample) => sample.name)).size).toBe(samples.length);
      expect(opened.every(({ train }) => train.every(({ label, mask }) => label === 0 && mask === null))).toBe(true);
      for (const { name: called, source, label, kind, mask, problem } of samples) {
        expect(problem, called).toBeUndefined();
        expect(called).not.toMatch(/^\/|\\|\/\//);
        expect(kind === 'good', called).toBe(label === 0);
        const picture = await readPicture(source);
        if (mask === null) continue;
        expect(label, called).toBe(1);
        const { data, width, height } = await readPicture(mask);
        expect([width, height], called).toEqual([picture.width, picture.height]);
        expect(data.filter((value) => value !== 0).length, called).toBe(4);
      }
    });
  });

  it('does not take what is of another shape', async () => {
    const empty = await newFolder();
    expect(await layouts[name].open(empty, {})).toBeNull();
    expect(await layouts[name].open(join(empty, 'nowhere'), {})).toBeNull();
    expect(await rejected(openData(empty, { layout: name }))).toBe(
      `DATA_UNKNOWN: openData: ${empty}: it is an empty folder; expected one of\n  ${name}: ${layouts[name].shape}`,
    );
  });
});

describe('openData', () => {
  it('answers a wrong root with what was looked for and what was found', async () => {
    const root = await writeTree(await newFolder(), { 'a.txt': 'x', 'b/c.txt': 'x', 'img10.doc': 'x', 'img9.doc': 'x' });
    expect((await rejected(openData(root))).replace(root, '<root>')).toMatchInlineSnapshot(`
      "DATA_UNKNOWN: openData: <root>: it holds b/, a.txt, img9.doc, img10.doc; expected one of
        manifest: a manifest (.csv, .tsv, .jsonl, .parquet) with the column path and perhaps label, mask, split, category, kind; or a folder with manifest.<ending>
        idx: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, each perhaps .gz (MNIST family), with a normal class
        cifar: data_batch_1.bin … and test_batch.bin (CIFAR-10, binary), or train.bin and test.bin with fine_label_names.txt (CIFAR-100), with a normal class
        visa: split_csv/1cls.csv and <object>/Data/Images, or <object>/image_anno.csv (VisA), or one such object
        clips: train/<clip>/<frame>, test/<clip>/<frame>, labels/<clip>.json, ground_truth/<clip>/<frame>_mask.png (clips of frames)
        mvtec: train/good, test/<kind>, ground_truth/<kind>/<name>_mask.png (MVTec AD, MPDD), or a folder of such categories
        btad: train/ok, test/ok, test/ko, ground_truth/ko/<name>.png (BTAD), or a folder of such products
        folder: a plain folder of normal pictures (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM, SVG), also below it"
    `);
    expect((await rejected(openData(join(root, 'nowhere')))).replace(root, '<root>').split('\n')[0]).toMatchInlineSnapshot(
      `"DATA_UNKNOWN: openData: <root>/nowhere: there is nothing at this path; expected one of"`,
    );
    expect((await rejected(openData(join(root, 'a.txt')))).replace(root, '<root>').split('\n')[0]).toMatchInlineSnapshot(
      `"DATA_UNKNOWN: openData: <root>/a.txt: it is a file of 1 bytes; expected one of"`,
    );
    expect(await rejected(openData(''))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: openData: the root is ""; expected a path"`);
    expect(await rejected(openData(root, { layout: 'mvtek' }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: openData: there is no layout mvtek; expected one of manifest, idx, cifar, visa, clips, mvtec, btad, folder"`,
    );
  });

  it('keeps one category where one is asked for', async () => {
    const root = await trees.mvtec[1].build(await newFolder());
    expect((await openData(root, { category: 'nut' })).categories.map(({ name }) => name)).toEqual(['nut']);
    expect((await rejected(openData(root, { category: 'bolt' }))).replace(root, '<root>')).toMatchInlineSnapshot(
      `"DATA_UNKNOWN: openData: <root>: there is no category bolt; expected one of nut, screw"`,
    );
  });

  it('asks for the normal class, by name where there are names', async () => {
    const refusal = async (name: string, normalClass?: number | string) => {
      const root = await trees[name][0].build(await newFolder());
      return (await rejected(openData(root, { normalClass }))).replace(root, '<root>');
    };
    expect(await refusal('idx')).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: <root>: it is not said which class is normal; expected normalClass, one of 0, 1, 2"`,
    );
    expect(await refusal('idx', 3)).toMatchInlineSnapshot(`"ARGUMENT_INVALID: <root>: there is no class 3; expected one of 0, 1, 2"`);
    expect(await refusal('cifar', 'lorry')).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: <root>: there is no class lorry; expected one of 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship, 9 truck"`,
    );
  });

  it('gives the pixels of classes as they were, colours side by side', async () => {
    const digits = await openData(await trees.idx[0].build(await newFolder()), { normalClass: 1 });
    const [, second] = digits.categories[0].train;
    expect(second.name).toBe('train/#3');
    const { data, ...extents } = await readPicture(second.source);
    expect(extents).toEqual({ width: 9, height: 6, channels: 1 });
    expect([...data.subarray(0, 3)]).toEqual([162, 163, 164].map((i) => (i * 7) % 256));
    const ten = await openData(await trees.cifar[0].build(await newFolder()), { normalClass: 1 });
    const picture = await readPicture(ten.categories[0].test[3].source);
    expect([...picture.data.subarray(0, 6)]).toEqual([103, 2, 3, 1, 2, 3]);
  });
});

describe('a folder', () => {
  it('of good pictures beside bad ones, or of parts of a data set, is refused', async () => {
    const png = await greyPng(7);
    const both = await writeTree(await newFolder(), { 'good/1.png': png, 'scratch/1.png': png });
    expect((await rejected(openData(both))).replaceAll(both, '<root>')).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>: it holds the folders good and scratch; expected normal pictures alone, such as those of <root>/good; or one of the layouts with train and test"`,
    );
    const parts = await writeTree(await newFolder(), { 'train/1.png': png, 'test/1.png': png });
    expect((await rejected(openData(parts))).replaceAll(parts, '<root>')).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>: it holds test/1.png; expected normal pictures alone; or one of the layouts with train and test"`,
    );
  });

  it('is sorted as people count, follows links once, and keeps what is named like a picture and is none', async () => {
    const root = await writeTree(await newFolder(), {
      'b10.png': await greyPng(1),
      'b9.png': await greyPng(2),
      'B1.png': await greyPng(3),
      'c/1.png': await greyPng(4),
    });
    await symlink(root, join(root, 'c', 'loop'));
    await symlink(join(root, 'c'), join(root, 'd'));
    await symlink(join(root, 'nowhere'), join(root, 'dangling.png'));
    await symlink(join(root, 'b9.png'), join(root, 'linked.png'));
    await mkdir(join(root, 'folder.png'));
    const { categories } = await openData(root);
    expect(categories[0].train.map(({ name }) => name)).toEqual(['B1.png', 'b9.png', 'b10.png', 'c/1.png', 'dangling.png', 'folder.png', 'linked.png']);
  });
});

describe('a manifest', () => {
  const open = async (table: string, name = 'm.csv') => {
    const root = await writeTree(await newFolder(), { [name]: table, 'a.png': await greyPng(1) });
    return { root, opening: openData(join(root, name)) };
  };

  it('gives rows that make no sense as samples with a problem', async () => {
    const table = [
      'path,label,mask,split',
      ',0,,train',
      'a.png,2,,test',
      'b.png,1,,train',
      'c.png,1,no.png,test',
      'd.png,0,,val',
      'e.png,0,,test,x,y',
      '"f.png,0,,test',
    ];
    const { root, opening } = await open(table.join('\n'));
    const [{ train, test }] = (await opening).categories;
    expect([...train, ...test].map(({ name, label, problem }) => [name, label, problem?.message.replaceAll(root, '<root>')])).toMatchInlineSnapshot(`
      [
        [
          "#2",
          0,
          "<root>/m.csv, line 2: there is no path; expected one",
        ],
        [
          "b.png",
          1,
          "<root>/m.csv, line 4: an abnormal picture is in train; expected normal ones there",
        ],
        [
          "d.png",
          0,
          "<root>/m.csv, line 6: split is val; expected train or test",
        ],
        [
          "f.png,0,,test",
          0,
          "<root>/m.csv, line 8: a quote is not closed; expected a row of the table",
        ],
        [
          "a.png",
          null,
          "<root>/m.csv, line 3: label is 2; expected 0, normal, good, ok, or 1, abnormal, anomaly, defect",
        ],
        [
          "c.png",
          1,
          "<root>/m.csv, line 5: the mask no.png does not exist; expected a file",
        ],
        [
          "e.png",
          0,
          "<root>/m.csv, line 7: 6 cells came for 4 columns; expected a row of the table",
        ],
      ]
    `);
  });

  it('without labels is a list of normal pictures; without splits every tenth normal one is held back', async () => {
    const [plain] = (await (await open('path\na.png\na.png\n')).opening).categories;
    expect(plain.train.map(({ name, label }) => [name, label])).toEqual([
      ['a.png', 0],
      ['a.png (2)', 0],
    ]);
    const rows = Array.from({ length: 25 }, (_, i) => `${i}.png,${i === 3 ? 1 : 0}`);
    const [labelled] = (await (await open(['path,label', ...rows].join('\n'))).opening).categories;
    expect(labelled.train.length).toBe(22);
    expect(labelled.test.map(({ name }) => name)).toEqual(['3.png', '10.png', '20.png']);
    const [unknown] = (await (await open('path,split\na.png,test\n')).opening).categories;
    expect(unknown.test).toMatchObject([{ label: null, kind: 'unknown' }]);
  });

  it('that is none is refused', async () => {
    const refusal = async (table: string, name: string) => {
      const { root, opening } = await open(table, name);
      return (await rejected(opening)).replace(root, '<root>');
    };
    expect(await refusal('name,label\na.png,0', 'm.csv')).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/m.csv: its columns are name, label; expected one of path, image, file, filename, image_path, filepath among them"`,
    );
    expect(await refusal('path,label\n', 'm.csv')).toMatchInlineSnapshot(`"DATA_INVALID: <root>/m.csv: it has no rows; expected one for each picture"`);
    expect(await refusal('', 'm.jsonl')).toMatchInlineSnapshot(`"DATA_INVALID: <root>/m.jsonl: it has no rows; expected one for each picture"`);
    expect(await refusal('not parquet', 'm.parquet')).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/m.parquet: parquet file invalid (footer != PAR1); expected a table"`,
    );
  });
});

describe('files that are not what they should be', () => {
  const spoilt = async (name: string, spoil: (root: string) => Promise<unknown>, normalClass?: number) => {
    const root = await trees[name][0].build(await newFolder());
    await spoil(root);
    return (await rejected(openData(root, { normalClass }))).replace(root, '<root>');
  };

  it('idx', async () => {
    expect(await spoilt('idx', (root) => rm(join(root, 'train-labels-idx1-ubyte.gz')), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>: it has t10k-images.idx3-ubyte, t10k-labels.idx1-ubyte, train-images-idx3-ubyte.gz but no train labels; expected all four files of the set"`,
    );
    expect(await spoilt('idx', (root) => writeFile(join(root, 'train-labels-idx1-ubyte.gz'), 'no gz'), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/train-labels-idx1-ubyte.gz: incorrect header check; expected a gz file"`,
    );
    expect(await spoilt('idx', (root) => writeFile(join(root, 't10k-images.idx3-ubyte'), 'short'), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/t10k-images.idx3-ubyte: it has 5 bytes and begins with 73 68 6f 72; expected an idx file of pictures, 00 00 08 03"`,
    );
    const lies = Buffer.from([0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 6, 0, 0, 0, 9, 1, 2, 3]);
    expect(await spoilt('idx', (root) => writeFile(join(root, 't10k-images.idx3-ubyte'), lies), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/t10k-images.idx3-ubyte: it has 19 bytes for [4294967295 6 9]; expected 231928233946"`,
    );
    const two = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]);
    expect(await spoilt('idx', (root) => writeFile(join(root, 't10k-labels.idx1-ubyte'), two), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>: test has 3 pictures and 2 labels; expected as many of both"`,
    );
  });

  it('CIFAR', async () => {
    expect(await spoilt('cifar', (root) => writeFile(join(root, 'data_batch_2.bin'), 'short'), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/data_batch_2.bin: it has 5 bytes; expected whole records of 3073"`,
    );
    expect(await spoilt('cifar', (root) => writeFile(join(root, 'batches.meta.txt'), 'one\ntwo'), 1)).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/batches.meta.txt: it has 2 names; expected 10"`,
    );
  });

  it('clips: labels that do not fit are problems of the frames, labels that are none a problem of the set', async () => {
    expect(await spoilt('clips', (root) => writeFile(join(root, 'labels', 'clip01.json'), '[0, 2, 1]'))).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/labels/clip01.json: label 1 is 2; expected 0 or 1"`,
    );
    expect(await spoilt('clips', (root) => writeFile(join(root, 'labels', 'clip01.json'), '{'))).toMatchInlineSnapshot(
      `"DATA_INVALID: <root>/labels/clip01.json: it is no JSON; expected a list with 0 or 1 for each frame"`,
    );
    const root = await trees.clips[0].build(await newFolder());
    await writeFile(join(root, 'labels', 'clip01.json'), '[0, 1]');
    await rm(join(root, 'labels', 'clip02.json'));
    const { test } = (await openData(root)).categories[0];
    expect([...new Set(test.map(({ problem }) => problem?.message.replaceAll(root, '<root>')))]).toMatchInlineSnapshot(`
      [
        "<root>/labels/clip01.json: it has 2 labels; expected 3, one for each frame",
        "<root>/labels/clip02.json: there is no such file; expected labels of 2 frames",
      ]
    `);
  });
});

/** Counts of the sets that this project measures itself on. */
const measured: readonly [string, number | undefined, string, number, number, number, number][] = [
  ['mvtec/screw', undefined, 'mvtec', 320, 41, 119, 119],
  ['mvtec/leather', undefined, 'mvtec', 4, 4, 20, 11],
  ['magnetic_tile', undefined, 'mvtec', 270, 91, 386, 386],
  ['ball_screw', undefined, 'mvtec', 225, 90, 111, 111],
  ['deep_pcb', undefined, 'mvtec', 120, 0, 120, 0],
  ['ucsd_ped2', undefined, 'clips', 960, 0, 0, 0],
  ['fashion_mnist', 4, 'idx', 6000, 1000, 9000, 0],
  ['mnist', 1, 'idx', 6742, 1135, 8865, 0],
];

describe('sets too large for the repository', () => {
  it.for(measured)('%s', async ([folder, normalClass, layout, train, good, abnormal, masks], { skip }) => {
    const root = sharedData(folder);
    if (!root) return skip(`${folder} is not among the shared data`);
    const data = await openData(root, { normalClass });
    expect(data.layout).toBe(layout);
    const [category] = data.categories;
    if (layout === 'clips') {
      const masksThere = (await Promise.all((await readdir(join(root, 'ground_truth'))).map((clip) => readdir(join(root, 'ground_truth', clip))))).flat()
        .length;
      expect(category.train.length).toBe(train);
      expect(category.test.length).toBe(690);
      expect(summary(category).masks).toBe(masksThere);
      expect(summary(category).abnormal).toBe(masksThere);
    } else expect(summary(category)).toMatchObject({ train, good, abnormal, masks });
    expect([...category.train, ...category.test].every(({ problem }) => problem === undefined)).toBe(true);
  });
});
