// Maps as pictures: 16-bit grey PNG files from which the scores can be read back.
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { anyUnit, greyMap, greyUnit, most } from '../scoring/grey-map.ts';
import type { Scoring } from '../scoring/result.ts';
import { writeWhole } from '../tensor/partial-file.ts';
import { encodePng } from '../tensor/pictures.ts';
import type { MapPlace } from './result-row.ts';

/**
 * Writes maps to a folder. The score of a pixel is `offset + unit * grey`, within half a unit. Unit and offset are the same for the whole
 * run, so that maps can be compared by eye (the threshold is grey 16384, a quarter of white, and 0 is black), but for a map that does not
 * fit between black and white: that one has its own. Both stand in the row of the picture, and in the file itself, as the chunk `pCAL`.
 */
export class MapFolder {
  private readonly folder: string;
  private unit: number | null;
  private readonly taken = new Set<string>();

  /** @param threshold the score that is a quarter of white, such as `detector.pixelThreshold`; null: the largest of the first map is */
  constructor(folder: string, threshold: number | null) {
    this.folder = folder;
    this.unit = greyUnit(threshold);
  }

  /** Writes the map of a result that has one; a file of that name is always whole. */
  async write({ name, index, map, width, height }: Pick<Scoring, 'name' | 'index' | 'map' | 'width' | 'height'>): Promise<MapPlace> {
    const scores = map!;
    let low = 0;
    let high = 0;
    for (const score of scores) {
      if (score < low) low = score;
      if (score > high) high = score;
    }
    this.unit ??= greyUnit(high);
    const common = this.unit ?? anyUnit;
    const fits = low === 0 && high <= most * common;
    const [unit, offset] = fits ? [common, 0] : [Math.max((high - low) / most, Number.MIN_VALUE), low];
    const grey = await greyMap(scores, unit, offset);
    const path = join(this.folder, this.placeOf(name, index));
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, withScale(await encodePng({ data: grey, shape: [height, width, 1] }), unit, offset));
    return { path, unit, offset };
  }

  /** Within the folder whatever the name says: `a/b.png` for a picture below the working folder, the whole path for others. */
  private placeOf(name: string, index: number): string {
    const near = relative('.', resolve(name));
    const inside = near.startsWith('..') || resolve(near) === near ? resolve(name).replace(/^[a-z]:/i, '') : near;
    const parts = inside.split(sep).filter((part) => part !== '');
    // One picture may come several times, and a number stands where there is no name.
    let place = `${parts.join('/')}.png`;
    for (let more = `-${index}`; this.taken.has(place); more += `-${index}`) place = `${parts.join('/')}${more}.png`;
    this.taken.add(place);
    return place;
  }
}

/** Bytes of a PNG file's signature and its first chunk, the header. */
const headBytes = 33;

/** The file with a chunk pCAL behind its header: what grey 0 and 65535 stand for, `p0 + p1 * grey / 65535` (PNG 1.2, extensions). */
function withScale(png: Uint8Array, unit: number, offset: number): Uint8Array[] {
  const range = new DataView(new ArrayBuffer(10));
  range.setInt32(4, most);
  range.setUint8(9, 2);
  // Equation type 0, linear, with two parameters; the unit of the physical value is a score.
  const data = Buffer.concat([Buffer.from('anomaly score\0', 'latin1'), Buffer.from(range.buffer), Buffer.from(`score\0${offset}\0${unit * most}`, 'latin1')]);
  const body = Buffer.concat([Buffer.from('pCAL', 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return [png.subarray(0, headBytes), chunk, png.subarray(headBytes)];
}
