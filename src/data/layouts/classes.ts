// Sets of classes without defects, read as one class that is normal and others that are not.
import { must } from '../../errors.ts';
import type { RawPicture } from '../../tensor/pictures.ts';
import type { Category, Sample } from '../sample.ts';
import type { LayoutOptions } from './layout.ts';

/** Pictures of a set with their classes. */
export interface Classed {
  readonly classes: ArrayLike<number>;
  readonly picture: (index: number) => RawPicture | (() => Promise<RawPicture>);
}

/** The class that was asked for, by number or name. Throws ARGUMENT_INVALID where none or an unknown one was. */
export function normalClassOf(where: string, names: readonly string[], { normalClass }: LayoutOptions): number {
  const listed = names.map((name, i) => (name === String(i) ? name : `${i} ${name}`)).join(', ');
  must(normalClass !== undefined, `${where}: it is not said which class is normal; expected normalClass, one of ${listed}`);
  const text = String(normalClass);
  const named = names.indexOf(text);
  const index = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : -1;
  must(index >= 0 && index < names.length, `${where}: there is no class ${text}; expected one of ${listed}`);
  return index;
}

/** Learning from the normal class alone, judging by all classes. */
export function oneClass(name: string, names: readonly string[], normal: number, train: Classed, test: Classed): Category {
  const samplesOf = (part: string, set: Classed, all: boolean): Sample[] => {
    const samples: Sample[] = [];
    for (let i = 0; i < set.classes.length; i++) {
      const isNormal = set.classes[i] === normal;
      if (!all && !isNormal) continue;
      const kind = isNormal ? 'good' : names[set.classes[i]];
      samples.push({ name: `${part}/#${i}`, source: set.picture(i), label: isNormal ? 0 : 1, kind, mask: null });
    }
    return samples;
  };
  return { name, classes: names, train: samplesOf('train', train, false), test: samplesOf('test', test, true) };
}
