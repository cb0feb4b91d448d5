// A manifest: a table with a row for each picture.
import { basename, dirname, isAbsolute } from 'node:path';
import { isFileAt, isFolderAt, listFolder } from '../files.ts';
import { isTableName, readTable } from '../tables.ts';
import { withoutEnding } from './good-and-defects.ts';
import { dataInvalid, type Layout } from './layout.ts';
import { categoriesOf, columnNames } from './rows.ts';

/**
 * Columns (in any order, capitals or not): `path`, from the manifest's folder; `label`, 0 or normal, 1 or abnormal, default
 * normal, in the test unknown; `mask`; `split`, train or test; `category`; `kind`, the defect's name. Without a split, normal
 * pictures are learnt from; if there are abnormal ones, these and every tenth normal one are the test.
 */
export const manifest: Layout = {
  name: 'manifest',
  shape: 'a manifest (.csv, .tsv, .jsonl, .parquet) with the column path and perhaps label, mask, split, category, kind; or a folder with manifest.<ending>',
  async open(root) {
    const file = await manifestAt(root);
    if (!file) return null;
    const { columns, rows } = await readTable(file);
    if (rows.length === 0) throw dataInvalid(file, 'it has no rows', 'one for each picture');
    if (!columnNames.path.some((name) => columns.includes(name))) {
      throw dataInvalid(file, `its columns are ${columns.join(', ') || 'none'}`, `one of ${columnNames.path.join(', ')} among them`);
    }
    const folder = dirname(file);
    const locate = (path: string) => (isAbsolute(path) ? path : `${folder}/${path}`);
    return categoriesOf(rows, { where: file, category: withoutEnding(basename(file)), locate });
  },
};

async function manifestAt(root: string): Promise<string | null> {
  if (isTableName(root)) return (await isFileAt(root)) ? root : null;
  if (!(await isFolderAt(root))) return null;
  const name = (await listFolder(root)).files.find((file) => /^manifest\./i.test(file) && isTableName(file));
  return name ? `${root}/${name}` : null;
}
