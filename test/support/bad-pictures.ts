// A folder as it comes from a real line: pictures of every kind, and files that are none or no whole ones.
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { encodePng } from '../../src/tensor/pictures.ts';
import { writeTree } from './trees.ts';

/** Names of the pictures that can be read. */
export const goodNames = ['cmyk.jpg', 'deep.png', 'plain.png'] as const;

/** The code that every other one fails with. */
export const badCodes: Readonly<Record<string, string>> = {
  'cut.jpg': 'PICTURE_DAMAGED',
  'dangling.png': 'PICTURE_MISSING',
  'empty.png': 'PICTURE_EMPTY',
  'folder.png': 'PICTURE_UNREADABLE',
  'foreign.png': 'PICTURE_UNSUPPORTED',
  'head.png': 'PICTURE_DAMAGED',
  'text.png': 'PICTURE_UNKNOWN',
  'wide.png': 'PICTURE_TOO_LARGE',
};

/** Numbers without a pattern, the same every time. */
export const noise = (length: number, factor = 2654435761): Uint8Array => Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, factor) >>> 24);

/** Writes all of them into a folder. */
export async function writeBadPictures(folder: string): Promise<string> {
  const rgb = { raw: { width: 48, height: 32, channels: 3 } } as const;
  const jpeg = await sharp(noise(48 * 32 * 3), rgb)
    .jpeg()
    .toBuffer();
  const plain = await encodePng({ data: noise(48 * 32 * 3), shape: [32, 48, 3] });
  await writeTree(folder, {
    'plain.png': plain,
    'deep.png': await encodePng({ data: Uint16Array.from(noise(32 * 48), (x, i) => x * 256 + (i % 256)), shape: [32, 48] }),
    'cmyk.jpg': await sharp(noise(48 * 32 * 3), rgb)
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer(),
    'cut.jpg': jpeg.subarray(0, jpeg.length / 2),
    'empty.png': '',
    'head.png': plain.subarray(0, 20),
    'text.png': 'This is a text, whatever its name says.\n',
    'foreign.png': Buffer.concat([Buffer.from([0, 0, 0, 12]), Buffer.from('JXL \r\n\x87\n', 'latin1')]),
    'wide.png': await sharp({ create: { width: 20000, height: 3, channels: 3, background: 'grey' } })
      .png()
      .toBuffer(),
  });
  await mkdir(join(folder, 'folder.png'));
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling.png'));
  return folder;
}
