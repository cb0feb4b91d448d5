// What MVTec AD and its kin share: normal pictures to learn from, normal and defective ones to judge by, a folder for each kind.
import { basename } from 'node:path';
import { findPictures, isFolderAt, listFolder } from '../files.ts';
import type { Category, Sample } from '../sample.ts';

/** `a/b.png` → `a/b` */
export const withoutEnding = (name: string): string => name.replace(/\.[^./]*$/, '');

/** Pictures below a folder as samples of one kind, named from the root; normal ones where the kind is 'good'. */
export async function samplesOf(root: string, folder: string, kind: string, maskOf: (stem: string) => string | null = () => null): Promise<Sample[]> {
  return (await findPictures(`${root}/${folder}`)).map(({ name, path }) => ({
    name: `${folder}/${name}`,
    source: path,
    label: kind === 'good' ? 0 : 1,
    kind,
    mask: kind === 'good' ? null : maskOf(withoutEnding(name)),
  }));
}

/** Whether a folder holds `train/<normal>`, and labels of frames do not make it a set of clips. */
const isCategory = async (root: string, normal: string): Promise<boolean> =>
  (await isFolderAt(`${root}/train/${normal}`)) &&
  !((await isFolderAt(`${root}/labels`)) && (await listFolder(`${root}/labels`)).files.some((name) => /\.json$/i.test(name)));

/** The root itself as a category, or every folder in it that is one; null where there is none. */
export async function openCategories(root: string, normal: string): Promise<Category[] | null> {
  if (await isCategory(root, normal)) return [await openCategory(root, '', normal)];
  if (!(await isFolderAt(root))) return null;
  const categories: Category[] = [];
  for (const name of (await listFolder(root)).folders) {
    if (await isCategory(`${root}/${name}`, normal)) categories.push(await openCategory(root, name, normal));
  }
  return categories.length ? categories : null;
}

async function openCategory(root: string, folder: string, normal: string): Promise<Category> {
  const within = folder ? `${folder}/` : '';
  const train = await samplesOf(root, `${within}train/${normal}`, 'good');
  const test: Sample[] = [];
  const kinds = (await isFolderAt(`${root}/${within}test`)) ? (await listFolder(`${root}/${within}test`)).folders : [];
  for (const folderOfKind of kinds) {
    const masks = await masksOf(`${root}/${within}ground_truth/${folderOfKind}`);
    const kind = folderOfKind === normal ? 'good' : folderOfKind;
    test.push(...(await samplesOf(root, `${within}test/${folderOfKind}`, kind, (stem) => masks.get(stem) ?? masks.get(`${stem}_mask`) ?? null)));
  }
  return { name: folder || basename(root), train, test };
}

/** Masks by their names without ending. */
async function masksOf(folder: string): Promise<Map<string, string>> {
  const found = (await isFolderAt(folder)) ? await findPictures(folder) : [];
  return new Map(found.map(({ name, path }) => [withoutEnding(name), path]));
}
