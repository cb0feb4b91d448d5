// A plain folder of normal pictures, and of folders of them.
import { basename } from 'node:path';
import { findPictures, isFolderAt, listFolder } from '../files.ts';
import { dataInvalid, type Layout } from './layout.ts';

/** Names that say that a folder sorts its pictures into good and bad ones: to learn from both would be a mistake. */
const goodNames = /^(good|ok|normal)$/i;

export const folder: Layout = {
  name: 'folder',
  shape: 'a plain folder of normal pictures (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM, SVG), also below it',
  async open(root) {
    if (!(await isFolderAt(root))) return null;
    const { folders } = await listFolder(root);
    const good = folders.find((name) => goodNames.test(name));
    if (good && folders.length > 1) {
      const others = folders.filter((name) => name !== good).join(', ');
      throw dataInvalid(
        root,
        `it holds the folder ${good} and beside it ${others}`,
        `normal pictures alone (${root}/${good}), or a layout with train/ and test/`,
      );
    }
    const train = (await findPictures(root)).map(({ name, path }) => ({ name, source: path, label: 0 as const, kind: 'good', mask: null }));
    return train.length ? [{ name: basename(root), train, test: [] }] : null;
  },
};
