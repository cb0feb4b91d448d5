// A set of labelled classes of which one at a time counts as normal: MNIST and its family, CIFAR.
import { openData } from '../src/data/layouts/index.ts';
import type { Category } from '../src/data/sample.ts';
import { BlemishError, must } from '../src/errors.ts';
import { readPicture } from '../src/tensor/pictures.ts';

export interface ClassSet {
  readonly name: string;
  readonly layout: string;
  /** Names of the classes; for many sets their numbers. */
  readonly classes: readonly string[];
  /** Pictures that every class is judged on: all of the test set. */
  readonly tests: number;
  /** Of the pictures. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Training pictures of one class, test pictures of all; read anew every time, so that only one class is held. Rejects with DATA_INVALID where some are missing. */
  readonly of: (index: number) => Promise<Category>;
}

/**
 * Opens a set. Rejects with DATA_UNKNOWN where no layout knows the place, DATA_INVALID where it has no classes or several sets in it.
 *
 * @param labels which classes of CIFAR-100; other sets have only one kind
 */
export async function openClasses(root: string, labels: 'fine' | 'coarse'): Promise<ClassSet> {
  const open = async (index: number) => {
    const { layout, categories } = await openData(root, { normalClass: index, labels });
    const [category, ...others] = categories;
    const wrong = others.length
      ? `it holds ${categories.length} sets (${categories.map(({ name }) => name).join(', ')})`
      : !category.classes && 'it has no classes';
    if (wrong)
      throw new BlemishError('DATA_INVALID', `${root}: ${wrong} (${layout}); expected one set of labelled classes, such as MNIST (idx) or CIFAR (binary)`);
    return { layout, category };
  };
  const { layout, category } = await open(0);
  const { width, height, channels } = await readPicture(category.test[0].source);
  return {
    name: category.name,
    layout,
    classes: category.classes as readonly string[],
    tests: category.test.length,
    width,
    height,
    channels: channels >= 3 ? 3 : 1,
    async of(index) {
      const { category: own } = await open(index);
      const normal = own.test.filter(({ label }) => label === 0).length;
      if (own.train.length && normal && normal < own.test.length) return own;
      const counts = `${own.train.length} pictures to learn from, ${normal} of ${own.test.length} test pictures`;
      throw new BlemishError(
        'DATA_INVALID',
        `${root}: class ${own.classes?.[index]} has ${counts}; expected some of all three kinds, normal and others in the test`,
      );
    },
  };
}

/** Positions of the classes asked for, by name or number; all where none was. Throws ARGUMENT_INVALID. */
export function chosenClasses({ classes }: ClassSet, asked: readonly string[] | undefined): number[] {
  if (!asked) return classes.map((_, i) => i);
  const found = asked.map((one) => {
    const named = classes.indexOf(one);
    const index = named >= 0 ? named : /^\d+$/.test(one) ? Number(one) : -1;
    must(
      index >= 0 && index < classes.length,
      `--classes has ${one}; expected some of ${classes.map((name, i) => (name === String(i) ? name : `${i} ${name}`)).join(', ')}`,
    );
    return index;
  });
  must(new Set(found).size === found.length, `--classes is ${asked.join(',')}; expected each class once`);
  return found;
}
