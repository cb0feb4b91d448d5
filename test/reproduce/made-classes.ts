// A made set of two classes in idx files, small enough to learn in a second.
import { idxFile, newFolder, writeTree } from '../support/trees.ts';

const side = 8;

export interface MadePicture {
  readonly class: number;
  /** Brightness of pixel [row, column], 0 … 255. */
  readonly at: (row: number, column: number) => number;
}

const pictures = (list: readonly MadePicture[]): Buffer =>
  idxFile(
    [list.length, side, side],
    Uint8Array.from({ length: list.length * side * side }, (_, i) => {
      const within = i % (side * side);
      return list[Math.floor(i / (side * side))].at(Math.floor(within / side), within % side);
    }),
  );
const labels = (list: readonly MadePicture[]): Buffer =>
  idxFile(
    [list.length],
    Uint8Array.from(list, (one) => one.class),
  );

/** Writes a set called `name`; gives its folder. */
export async function writeClasses(train: readonly MadePicture[], test: readonly MadePicture[], name = 'made'): Promise<string> {
  return writeTree(`${await newFolder()}/${name}`, {
    'train-images-idx3-ubyte': pictures(train),
    'train-labels-idx1-ubyte': labels(train),
    't10k-images-idx3-ubyte': pictures(test),
    't10k-labels-idx1-ubyte': labels(test),
  });
}

/** A picture all of one brightness. */
export const flat = (of: number, brightness: number): MadePicture => ({ class: of, at: () => brightness });

/** Stripes: class 0 lying, class 1 standing; each picture is a little brighter than the one before. */
export const stripes = (count: number): MadePicture[] =>
  Array.from({ length: count }, (_, i) => ({ class: i % 2, at: (row, column) => ((i % 2 ? column : row) % 4 < 2 ? 200 : 40) + (i % 50) }));
