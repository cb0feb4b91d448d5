// Whatever may be handed over as pictures: names, order, patterns, and that nothing is passed over in silence.
import { mkdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFolder, naturalOrder } from '../../src/data/files.ts';
import { type Pictures, pictures } from '../../src/data/sources.ts';
import { readPicture } from '../../src/tensor/pictures.ts';
import { rejected } from '../support/thrown.ts';
import { greyPng, newFolder, writeTree } from '../support/trees.ts';

async function all(input: Pictures) {
  const items = [];
  for await (const item of pictures(input)) items.push(item);
  expect(items.map(({ index }) => index)).toEqual(items.map((_, i) => i));
  return items;
}

const tree = async () => {
  const png = await greyPng(9);
  return writeTree(await newFolder(), {
    'a10.png': png,
    'a9.png': png,
    'B.JPG': png,
    'sub/c.png': png,
    'sub/deep/d.tif': png,
    'note.txt': 'x',
    'sub/x.dat': 'x',
    'e[1].png': png,
  });
};

const names = async (input: Pictures, root: string) => (await all(input)).map(({ name }) => name.replace(`${root}/`, ''));

describe('pictures', () => {
  it('of paths, folders and patterns', async () => {
    const root = await tree();
    expect(await names(join(root, 'a9.png'), root)).toEqual(['a9.png']);
    expect(await names(`${root}/`, root)).toEqual(['B.JPG', 'a9.png', 'a10.png', 'e[1].png', 'sub/c.png', 'sub/deep/d.tif']);
    expect(await names(join(root, '*.png'), root)).toEqual(['a9.png', 'a10.png', 'e[1].png']);
    expect(await names(join(root, '**/*.{png,tif}'), root)).toEqual(['a9.png', 'a10.png', 'e[1].png', 'sub/c.png', 'sub/deep/d.tif']);
    expect(await names(join(root, 'sub/*'), root)).toEqual(['sub/c.png']);
    expect(await names(join(root, '*/?.dat'), root)).toEqual(['sub/x.dat']);
    // A file of that name is no pattern.
    expect(await names(join(root, 'e[1].png'), root)).toEqual(['e[1].png']);
    const here = relative(process.cwd(), root);
    expect(await names(`${here}/a*.png`, here)).toEqual(['a9.png', 'a10.png']);
  });

  it('of bytes, pixels, functions and samples, alone and in streams of any depth', async () => {
    const root = await tree();
    const bytes = await greyPng(5);
    const pixels = { data: new Uint8Array(1), width: 1, height: 1, channels: 1 };
    const sample = { name: 'line 3/left', source: pixels, label: null, kind: 'unknown', mask: null } as const;
    async function* stream() {
      yield join(root, 'a*.png');
      yield bytes;
      yield async () => pixels;
    }
    expect(await all(pixels)).toEqual([{ index: 0, name: '#0', source: pixels }]);
    expect(await all(sample)).toEqual([{ index: 0, name: 'line 3/left', source: pixels }]);
    const items = await all([stream(), [sample, pixels]] as unknown as Pictures);
    expect(items.map(({ name }) => name.replace(`${root}/`, ''))).toEqual(['a9.png', 'a10.png', '#2', '#3', 'line 3/left', '#5']);
    for (const { source } of items) expect((await readPicture(source)).channels).toBe(1);
  });

  it('are looked for only when they are asked for', async () => {
    let asked = 0;
    function* endless() {
      for (;;) yield `nowhere/${asked++}.png`;
    }
    for await (const { index } of pictures(endless())) if (index === 2) break;
    expect(asked).toBe(3);
  });

  it('that are not there, or cannot be used, fail when they are read', async () => {
    const root = await tree();
    await mkdir(join(root, 'empty'));
    const problem = { code: 'DATA_INVALID', message: 'm.csv, line 2: there is no path; expected one' };
    const bad = [
      join(root, 'none.png'),
      join(root, '*.bmp'),
      join(root, 'nowhere/*.png'),
      join(root, 'empty'),
      { name: '#2', source: '', label: null, kind: 'unknown', mask: null, problem },
      7,
      null,
      { width: 3 },
    ];
    const items = await all(bad as Pictures);
    expect(items.length).toBe(bad.length);
    const messages = await Promise.all(items.map(({ source }) => rejected(readPicture(source))));
    expect(messages.map((message) => message.replaceAll(root, '<root>'))).toMatchInlineSnapshot(`
      [
        "PICTURE_MISSING: readPicture: <root>/none.png: there is no such file; expected a picture file",
        "PICTURE_MISSING: pictures: <root>/*.bmp: no picture matches the pattern; expected at least one picture",
        "PICTURE_MISSING: pictures: <root>/nowhere/*.png: no picture matches the pattern; expected at least one picture",
        "PICTURE_MISSING: pictures: <root>/empty: there is no picture in the folder; expected at least one picture",
        "DATA_INVALID: m.csv, line 2: there is no path; expected one",
        "PICTURE_INVALID: pictures: number came; expected a path, bytes, pixels, a sample, or several of them",
        "PICTURE_INVALID: pictures: null came; expected a path, bytes, pixels, a sample, or several of them",
        "PICTURE_INVALID: pictures: object came; expected a path, bytes, pixels, a sample, or several of them",
      ]
    `);
  });
});

describe('files', () => {
  it('are sorted as people count, the same everywhere', () => {
    const sorted = ['img1', 'img2', 'img02', 'img10', 'img10b', 'img10b2', 'img10b10', 'img9007199254740993', 'img9007199254740994', 'ímg', '字'];
    for (let turn = 0; turn < sorted.length; turn++) {
      const mixed = [...sorted.slice(turn), ...sorted.slice(0, turn)].reverse();
      expect(mixed.sort(naturalOrder)).toEqual(['img1', 'img02', 'img2', ...sorted.slice(3)]);
    }
    expect(['b', 'A', 'a', 'B', '2', '10'].sort(naturalOrder)).toEqual(['2', '10', 'A', 'B', 'a', 'b']);
  });

  it('of a folder leave out what is hidden and what Windows adds; links count as what they lead to', async () => {
    const root = await writeTree(await newFolder(), { '.hidden': 'x', 'Thumbs.db': 'x', 'desktop.ini': 'x', 'b/x': 'x', a: 'x', '.git/x': 'x' });
    await symlink(join(root, 'b'), join(root, 'link'));
    await symlink(join(root, 'nowhere'), join(root, 'dangling'));
    expect(await listFolder(root)).toEqual({ folders: ['b', 'link'], files: ['a', 'dangling'] });
  });
});
