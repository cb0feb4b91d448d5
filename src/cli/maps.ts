// Maps as pictures: 16-bit grey PNG files, one unit of grey for the whole run, so that maps can be compared.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { anyUnit, greyMap, greyUnit } from '../scoring/grey-map.ts';
import type { Scoring } from '../scoring/result.ts';
import { encodePng } from '../tensor/pictures.ts';
import type { MapFile } from './rows.ts';

export class MapWriter {
  private readonly folder: string;
  private readonly threshold: number | null;
  private unit: number | null = null;
  private readonly taken = new Set<string>();

  /** @param threshold the score that is a quarter of white; null: the largest score of the first map is */
  constructor(folder: string, threshold: number | null) {
    this.folder = folder;
    this.threshold = threshold;
  }

  /** Writes the map of a result that has one. What lies above white is white, what lies below zero is black. */
  async write({ name, index, map, width, height }: Scoring): Promise<MapFile> {
    const scores = map!;
    this.unit ??= greyUnit(this.threshold, scores);
    const unit = this.unit ?? anyUnit;
    const grey = await greyMap(scores, unit);
    const path = join(this.folder, this.placeOf(name, index));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await encodePng({ data: grey, shape: [height, width, 1] }));
    return { path, unit };
  }

  /** Within the folder whatever the name says: `a/b.png` for a picture below the working folder, the whole path for others. */
  private placeOf(name: string, index: number): string {
    const near = relative('.', resolve(name));
    const inside = near.startsWith('..') || resolve(near) === near ? resolve(name).replace(/^[a-z]:/i, '') : near;
    const parts = inside.split(sep).filter((part) => part !== '');
    // One picture may come several times, and a number stands where there is no name.
    let place = `${parts.join('/')}.png`;
    if (this.taken.has(place)) place = `${parts.join('/')}-${index}.png`;
    this.taken.add(place);
    return place;
  }
}
