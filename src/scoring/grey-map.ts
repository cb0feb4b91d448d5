// Maps as grey pictures of 16 bits: the score of a pixel is an offset, mostly 0, and the unit times its grey.
import { nextTurn } from '../tensor/waiting.ts';
import { largestWithin } from './area.ts';

export const most = 65535;
/** The threshold lies at a quarter of the range: four times as much can still be told apart. */
export const atThreshold = 16384;
/** Pixels between two turns of the event loop. */
const stretch = 1 << 20;

/** The score of one step of grey by which a score of `quarter` is a quarter of white; null where that is none above 0. */
export const greyUnit = (quarter: number | null): number | null => (quarter !== null && quarter > 0 ? quarter / atThreshold : null);

/** Used where nothing is above 0: any would do. */
export const anyUnit = 1 / atThreshold;

/**
 * The score of one step of grey: the pixel threshold is a quarter of white, or without one the largest score of the map, unless the map reaches
 * beyond white: then its largest number is white, so that nothing of it is lost.
 */
export function wholeUnit(pixelThreshold: number | null, map: Float32Array): number {
  const largest = Math.max(0, largestWithin(map, null));
  return Math.max(greyUnit(pixelThreshold) ?? greyUnit(largest) ?? anyUnit, largest / most);
}

/** A map in grey. What lies above white is white, what lies below the offset is black. Large ones leave the event loop its turns. */
export async function greyMap(map: Float32Array, unit: number, offset = 0): Promise<Uint16Array> {
  const grey = new Uint16Array(map.length);
  for (let from = 0; from < map.length; from += stretch) {
    if (from) await nextTurn();
    const to = Math.min(map.length, from + stretch);
    for (let i = from; i < to; i++) grey[i] = Math.min(most, Math.max(0, Math.round((map[i] - offset) / unit)));
  }
  return grey;
}
