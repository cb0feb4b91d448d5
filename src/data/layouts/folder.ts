// A plain folder of normal pictures, and of folders of them.
import { basename } from 'node:path';
import { findPictures, isFolderAt, listFolder } from '../files.ts';
import { dataInvalid, type Layout } from './layout.ts';

/** Names of folders of pictures that nobody would learn from. */
const notNormal = /^(test|ground_truth|masks?|abnormal|anomal(y|ies|ous)|defects?|defective|bad|ko|ng)$/i;
/** Names that say that the folders beside them hold something else. */
const normal = /^(good|ok|normal)$/i;

export const folder: Layout = {
  name: 'folder',
  shape: 'a plain folder of normal pictures (PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF, PNM, SVG), also below it',
  async open(root) {
    if (!(await isFolderAt(root))) return null;
    const found = await findPictures(root);
    const { folders } = await listFolder(root);
    const good = folders.find((name) => normal.test(name));
    const other = good
      ? folders.find((name) => name !== good)
      : found.find(({ name }) =>
          name
            .split('/')
            .slice(0, -1)
            .some((part) => notNormal.test(part)),
        )?.name;
    if (other) {
      const wrong = good ? `it holds the folders ${good} and ${other}` : `it holds ${other}`;
      throw dataInvalid(root, wrong, `normal pictures alone${good ? `, such as those of ${root}/${good}` : ''}; or one of the layouts with train and test`);
    }
    const train = found.map(({ name, path }) => ({ name, source: path, label: 0 as const, kind: 'good', mask: null }));
    return train.length ? [{ name: basename(root), train, test: [] }] : null;
  },
};
