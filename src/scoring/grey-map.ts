// Maps as grey pictures of 16 bits: a pixel times the unit is its score.
import { nextTurn } from '../tensor/waiting.ts';

const most = 65535;
/** The threshold lies at a quarter of the range: four times as much can still be told apart. */
const atThreshold = 16384;
/** Pixels between two turns of the event loop. */
const stretch = 1 << 20;

/** The score of one step of grey: the pixel threshold is a quarter of white; without one the largest score of a map is; null where it has none above 0. */
export function greyUnit(pixelThreshold: number | null, map: Float32Array): number | null {
  if (pixelThreshold !== null && pixelThreshold > 0) return pixelThreshold / atThreshold;
  const largest = map.reduce((a, b) => Math.max(a, b), 0);
  return largest > 0 ? largest / atThreshold : null;
}

/** The same, unless the map reaches beyond white: then its largest number is white, so that nothing of it is lost. */
export function wholeUnit(pixelThreshold: number | null, map: Float32Array): number {
  const largest = map.reduce((a, b) => Math.max(a, b), 0);
  return Math.max(greyUnit(pixelThreshold, map) ?? anyUnit, largest / most);
}

/** Used where nothing is above 0: any would do. */
export const anyUnit = 1 / atThreshold;

/** A map in grey. What lies above white is white, what lies below zero is black. Large ones leave the event loop its turns. */
export async function greyMap(map: Float32Array, unit: number): Promise<Uint16Array> {
  const grey = new Uint16Array(map.length);
  for (let from = 0; from < map.length; from += stretch) {
    if (from) await nextTurn();
    const to = Math.min(map.length, from + stretch);
    for (let i = from; i < to; i++) grey[i] = Math.min(most, Math.max(0, Math.round(map[i] / unit)));
  }
  return grey;
}
