// What a sample is: a picture, what is known of it, where it came from.
import type { PictureSource } from '../tensor/pictures.ts';

/** 0 normal, 1 abnormal, null unknown. */
export type Label = 0 | 1 | null;

/** One picture of a set, with its label and, where there is one, its true mask. */
export interface Sample {
  /** Unique within its data set and stable: the path from the root with '/', or a number such as `#17`. */
  readonly name: string;
  readonly source: PictureSource;
  readonly label: Label;
  /** Of which kind: 'good', or the defect's name. */
  readonly kind: string;
  /** True mask: not 0 is abnormal. null: for a normal picture nothing is marked; for an abnormal one the mask is unknown. */
  readonly mask: PictureSource | null;
  /** Why the sample cannot be used, where that is known before its picture is read (a mask missing, a row malformed). */
  readonly problem?: { readonly code: string; readonly message: string };
}

/** One thing to learn and to judge by itself. */
export interface Category {
  readonly name: string;
  /** The names of all classes, of a set of classes of which one counts as normal. */
  readonly classes?: readonly string[];
  /** Normal pictures to learn from. */
  readonly train: readonly Sample[];
  /** Normal and abnormal pictures to judge by; empty where there are none. */
  readonly test: readonly Sample[];
}

/** What a layout made of a place on disk. */
export interface DataSet {
  /** Name of the layout that recognised it. */
  readonly layout: string;
  readonly root: string;
  readonly categories: readonly Category[];
}
