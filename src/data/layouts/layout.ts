// The contract of a layout: how it knows a place on disk as its own, and what it makes of it.
import { BlemishError, type OwnCode } from '../../errors.ts';
import type { Category } from '../sample.ts';

/** What a layout may be told. */
export interface LayoutOptions {
  /** The class that counts as normal, by number or name, where the set has classes and no defects. */
  readonly normalClass?: number | string;
  /** Which labels are the classes, where a set has two of them (CIFAR-100: 100 fine, 20 coarse). Default fine, but for a coarse one by name. */
  readonly labels?: 'fine' | 'coarse';
}

/** How data lie on disk: the shape by which a place is recognised, and the samples in it. */
export interface Layout {
  readonly name: string;
  /** What a place of this shape holds, as a phrase: the answer to a wrong root lists it. */
  readonly shape: string;
  /**
   * The categories at a root without a '/' at its end, or null where the place is not of this shape. Throws DATA_INVALID where
   * it is of this shape and something in it is wrong as a whole; what is wrong with one sample is that sample's `problem`.
   */
  readonly open: (root: string, options: LayoutOptions) => Promise<readonly Category[] | null>;
}

export const dataInvalid = (where: string, wrong: string, expected: string, cause?: unknown): BlemishError<OwnCode> =>
  new BlemishError<OwnCode>('DATA_INVALID', `${where}: ${wrong}; expected ${expected}`, cause === undefined ? undefined : { cause });
