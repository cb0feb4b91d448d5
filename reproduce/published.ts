// Figures of others on the same protocol: one class normal at a time, all test pictures judged, AUROC.
import type { ClassSet } from './classes.ts';

export interface Published {
  readonly name: string;
  /** Where the figures were read. */
  readonly source: string;
  /** Mean over the classes, 0 … 1. */
  readonly mean: number;
  /** By class, in the order of their numbers, where it is known. */
  readonly classes?: readonly number[];
}

const agad = 'table 2 of the AGAD paper';
const percent = (...values: number[]): number[] => values.map((value) => value / 100);

/** By the name of the set. */
export const published: Readonly<Record<string, readonly Published[]>> = {
  mnist: [
    { name: 'ESAD', source: agad, mean: 0.985 },
    { name: 'ARNet', source: agad, mean: 0.983, classes: percent(98.6, 99.9, 99.0, 99.1, 98.1, 98.1, 99.7, 99.0, 93.6, 97.8) },
    { name: 'GeoTrans', source: agad, mean: 0.98 },
  ],
  'fashion-mnist': [
    { name: 'ESAD', source: agad, mean: 0.94 },
    { name: 'ARNet', source: agad, mean: 0.939, classes: percent(92.7, 99.3, 89.1, 93.6, 90.8, 93.1, 85.0, 98.4, 97.8, 98.4) },
    { name: 'GeoTrans', source: agad, mean: 0.935, classes: percent(99.4, 97.6, 91.1, 89.9, 92.1, 93.4, 83.3, 98.9, 90.8, 99.2) },
  ],
  'cifar-10': [
    { name: 'DUIAD', source: "the leaderboard's entry of the paper", mean: 0.926 },
    { name: 'ARNet', source: agad, mean: 0.866, classes: percent(78.5, 89.8, 86.1, 77.4, 90.5, 84.5, 89.2, 92.9, 92.0, 85.5) },
    { name: 'GeoTrans', source: agad, mean: 0.86, classes: percent(74.7, 95.7, 78.1, 72.4, 87.8, 87.8, 83.4, 95.5, 93.3, 91.3) },
    { name: 'ESAD', source: agad, mean: 0.788 },
  ],
  'cifar-100': [
    { name: 'DUIAD', source: "the leaderboard's entry of the paper", mean: 0.86 },
    { name: 'ARNet', source: agad, mean: 0.788 },
    { name: 'GeoTrans', source: agad, mean: 0.787 },
  ],
};

/** Which published figures stand beside a set: by its layout and its name; null: none are known. */
export function publishedName({ name, layout, classes }: Pick<ClassSet, 'name' | 'layout' | 'classes'>): string | null {
  if (layout === 'cifar') return classes.length === 10 ? 'cifar-10' : classes.length === 20 ? 'cifar-100' : null;
  if (layout !== 'idx' || classes.length !== 10) return null;
  return ({ mnist: 'mnist', fashionmnist: 'fashion-mnist' } as Record<string, string>)[name.toLowerCase().replace(/[^a-z]/g, '')] ?? null;
}
