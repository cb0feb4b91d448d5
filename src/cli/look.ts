// What is looked at of each picture, on the command line: tiles, regions of interest, what is to be ignored.
import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { BlemishError } from '../errors.ts';
import type { Area, AreaOption, Rectangle } from '../scoring/area.ts';
import type { LookOptions } from '../scoring/options.ts';
import { type FlagValues, texts, toggle } from './flags.ts';

export const lookFlags = {
  tile: toggle('--tile', 'cut pictures larger than the input into overlapping tiles at their own scale'),
  roi: texts('--roi <area>', 'only this counts: x,y,width,height (several add up), a mask, or a folder of masks'),
  ignore: texts('--ignore <area>', 'this does not count; as --roi'),
} as const;

export const lookHelp =
  'An area is x,y,width,height in pixels, a mask file of the pictures’ extents for all of them, or a folder with a mask for each picture that has one: ' +
  'name.png or name_mask.png for name.jpg. Of a mask all that is not black counts.';

/** Throws ARGUMENT_INVALID for what is no area; a mask that is not there is found when it is read. */
export async function lookOf({ tile, roi, ignore }: FlagValues<typeof lookFlags>): Promise<LookOptions> {
  return { tile, roi: await areaOf('--roi', roi), ignore: await areaOf('--ignore', ignore) };
}

async function areaOf(flag: string, words: readonly string[]): Promise<AreaOption | undefined> {
  if (!words.length) return undefined;
  const rectangles = words.flatMap((word) => rectangleOf(word) ?? []);
  if (rectangles.length === words.length) return rectangles;
  if (words.length > 1) throw new BlemishError('ARGUMENT_INVALID', `${flag} is ${words.join(' and ')}; expected rectangles x,y,width,height, or one mask`);
  const status = await stat(words[0]);
  return status.isDirectory() ? ({ name }) => maskIn(words[0], name) : { mask: words[0] };
}

function rectangleOf(word: string): Rectangle | null {
  const [, x, y, width, height] = /^(-?\d{1,6}),(-?\d{1,6}),(\d{1,6}),(\d{1,6})$/.exec(word.replaceAll(' ', '')) ?? [];
  return x === undefined ? null : { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
}

/** What the system says of a file that is not there; whatever else it says, there may be a mask. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENAMETOOLONG']);

/** The mask of a picture by its name; null: the folder has none. */
async function maskIn(folder: string, picture: string): Promise<Area | null> {
  const stem = basename(picture, extname(picture));
  for (const name of [`${stem}.png`, `${stem}_mask.png`]) {
    const path = join(folder, name);
    const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (absent.has(error.code ?? '')) return null;
      throw error;
    });
    if (status) return { mask: path };
  }
  return null;
}
