// VisA: <object>/Data/Images/…, told apart by split_csv/1cls.csv and by <object>/image_anno.csv.
import { basename, dirname } from 'node:path';
import { isFileAt, isFolderAt, listFolder } from '../files.ts';
import type { Category } from '../sample.ts';
import { type Row, readTable } from '../tables.ts';
import { dataInvalid, type Layout } from './layout.ts';
import { categoriesOf, cell } from './rows.ts';

const splitFile = 'split_csv/1cls.csv';
const annotationFile = 'image_anno.csv';

/**
 * Zou et al., "SPot-the-Difference", ECCV 2022. The root is the folder of all objects or that of one. The one-class split is
 * used; without it normal pictures are learnt from, and the abnormal ones and every tenth normal one are the test. Masks hold a
 * small number for each kind of defect. Converted to the shape of MVTec AD it is opened as such.
 */
export const visa: Layout = {
  name: 'visa',
  shape: `${splitFile} and <object>/Data/Images, or <object>/${annotationFile} (VisA), or one such object`,
  async open(root) {
    if (!(await isFolderAt(root))) return null;
    if (await isFileAt(`${root}/${annotationFile}`)) return [await openObject(root)];
    if (await isFileAt(`${root}/${splitFile}`)) return openSplit(root);
    const objects: Category[] = [];
    for (const name of (await listFolder(root)).folders) {
      if (await isFileAt(`${root}/${name}/${annotationFile}`)) objects.push(...(await openTable(root, `${root}/${name}/${annotationFile}`, name)));
    }
    return objects.length ? objects : null;
  },
};

/** Defects' names by picture, which only an object's own table has. */
async function defectsOf(path: string): Promise<Map<string, string>> {
  if (!(await isFileAt(path))) return new Map();
  const kinds = new Map<string, string>();
  for (const row of (await readTable(path)).rows) {
    const image = cell(row, 'path');
    const label = cell(row, 'label');
    if (image && label && label !== 'normal') kinds.set(image, label);
  }
  return kinds;
}

async function openSplit(root: string): Promise<Category[]> {
  const where = `${root}/${splitFile}`;
  const { rows } = await readTable(where);
  if (!rows.length) throw dataInvalid(where, 'it has no rows', 'one for each picture');
  const objects = new Set(rows.map((row) => cell(row, 'category')).filter((name) => name !== null));
  const kinds = new Map<string, string>();
  for (const name of objects) for (const [image, kind] of await defectsOf(`${root}/${name}/${annotationFile}`)) kinds.set(image, kind);
  return categoriesOf(rows, { where, category: basename(root), locate: (path) => `${root}/${path}`, kindOf: (path) => kinds.get(path) ?? null });
}

/** An object's own table: its labels are 'normal' or the names of the defects. */
async function openTable(root: string, where: string, name: string, nameOf?: (path: string) => string): Promise<Category[]> {
  const { rows } = await readTable(where);
  const labelled = rows.map((row): Row => {
    const label = cell(row, 'label');
    const kind = label && label !== 'normal' ? { label: 'abnormal', kind: label } : {};
    return { ...row, cells: new Map([...row.cells, ...Object.entries(kind), ['category', name]]) };
  });
  return categoriesOf(labelled, { where, category: name, locate: (path) => `${root}/${nameOf ? nameOf(path) : path}`, nameOf });
}

/** The folder of one object. Paths in its tables begin with the object's name. */
async function openObject(root: string): Promise<Category> {
  const within = (path: string) => path.slice(path.indexOf('/') + 1);
  const split = `${dirname(root)}/${splitFile}`;
  if (await isFileAt(split)) {
    const rows = (await readTable(split)).rows.filter((row) => cell(row, 'category') === basename(root));
    const kinds = await defectsOf(`${root}/${annotationFile}`);
    const kindOf = (path: string) => kinds.get(path) ?? null;
    if (rows.length) {
      return (await categoriesOf(rows, { where: split, category: basename(root), locate: (path) => `${root}/${within(path)}`, nameOf: within, kindOf }))[0];
    }
  }
  const [own] = await openTable(root, `${root}/${annotationFile}`, basename(root), within);
  if (!own) throw dataInvalid(`${root}/${annotationFile}`, 'it has no rows', 'one for each picture');
  return own;
}
