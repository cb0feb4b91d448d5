// Smooth noise over the plane and small helpers for made-up pictures, all from a seeded source.
import type { Random } from '../../tensor/random.ts';

export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;
export const clamp = (x: number, least = 0, most = 1): number => Math.min(most, Math.max(least, x));
export const between = (random: Random, least: number, most: number): number => lerp(least, most, random.uniform());
export const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)];

/** 0 at 0, 1 at 1, flat at both. */
const smooth = (t: number): number => t * t * (3 - 2 * t);

/** Value noise in [-1, 1]: an independent value at every integer point, smoothly joined. */
export function noiseOf(random: Random): (x: number, y: number) => number {
  const seed = random.integer(2 ** 32);
  const at = (x: number, y: number) => mix(seed ^ Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77)) / 2 ** 31 - 1;
  return (x, y) => {
    const i = Math.floor(x);
    const j = Math.floor(y);
    const u = smooth(x - i);
    const v = smooth(y - j);
    return lerp(lerp(at(i, j), at(i + 1, j), u), lerp(at(i, j + 1), at(i + 1, j + 1), u), v);
  };
}

/** 32 bits of which each depends on all of h's (the finaliser of MurmurHash3). */
function mix(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}
