// Picture files to measure with: JPEGs of blurred noise, which is about as hard to decode as a photograph.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Writes so many pictures of a side into a folder, and names them. */
export async function makePictures(folder: string, count: number, side: number): Promise<string[]> {
  const paths: string[] = [];
  for (let n = 0; n < count; n++) {
    const noise = Uint8Array.from({ length: side * side * 3 }, (_, i) => Math.imul(i + 1 + n, 2654435761) >>> 24);
    const path = join(folder, `${n}.jpg`);
    const raw = { raw: { width: side, height: side, channels: 3 } } as const;
    await writeFile(path, await sharp(noise, raw).blur(1.5).normalise().jpeg({ quality: 90 }).toBuffer());
    paths.push(path);
  }
  return paths;
}
