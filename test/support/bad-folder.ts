// A folder of files that go wrong, each in its own way, among pictures that do not.
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { makeSurface } from '../../src/cli/demo/surfaces.ts';

const size = 32;

/** The files by name, in the order in which they are walked; null where the picture is fine, else the code that scoring gives it. */
export const badPictures: Readonly<Record<string, string | null>> = {
  'a good one.png': null,
  'b sixteen bit.png': null,
  'c four inks.jpg': null,
  'd Prüfling 検査 🔩.png': null,
  'e text.png': 'PICTURE_UNKNOWN',
  'f cut short.jpg': 'PICTURE_DAMAGED',
  'g empty.png': 'PICTURE_EMPTY',
  'h too wide.png': 'PICTURE_TOO_LARGE',
  'i locked.png': 'PICTURE_UNREADABLE',
  'j line\nbreak.png': null,
};

/** Whether this process may read what it is forbidden to, as root may. */
export const readsAnything = process.getuid?.() === 0;

/** Writes them; for root, whom no permission stops, a folder stands where a file is to be unreadable. */
export async function writeBadPictures(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const at = (letter: string) => join(folder, Object.keys(badPictures).find((name) => name.startsWith(letter))!);
  const { rgb } = makeSurface('woven', size, 1);
  const picture = () => sharp(rgb, { raw: { width: size, height: size, channels: 3 } });
  const deep = Uint16Array.from(rgb, (v) => v * 257);
  for (const letter of ['a', 'd', 'j']) await picture().png().toFile(at(letter));
  await sharp(deep, { raw: { width: size, height: size, channels: 3 } })
    .toColourspace('rgb16')
    .png()
    .toFile(at('b'));
  await picture().toColourspace('cmyk').jpeg().toFile(at('c'));
  writeFileSync(at('e'), 'This is no picture, whatever its name says.\n');
  const whole = makeSurface('grained', 256, 2).rgb;
  await sharp(whole, { raw: { width: 256, height: 256, channels: 3 } })
    .jpeg()
    .toFile(at('f'));
  truncateSync(at('f'), 3000);
  writeFileSync(at('g'), '');
  await sharp({ create: { width: 20_000, height: 4, channels: 3, background: 'grey' } })
    .png()
    .toFile(at('h'));
  if (readsAnything) mkdirSync(at('i'));
  else {
    await picture().png().toFile(at('i'));
    chmodSync(at('i'), 0);
  }
}
