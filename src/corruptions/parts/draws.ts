// Draws of chance, and the declared ranges that several corruptions draw from.
import { must } from '../../errors.ts';
import { real } from '../../hyper.ts';
import type { Random } from '../../tensor/random.ts';

/** Uniform between two numbers. */
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();
/** Between two positive numbers with a uniform logarithm: each doubling is as likely as the next. */
export const logBetween = (random: Random, low: number, high: number): number => low * (high / low) ** random.uniform();
export const chance = (random: Random, probability: number): boolean => random.uniform() < probability;
export const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)];
export const sign = (random: Random): number => (chance(random, 0.5) ? 1 : -1);

/** Hyper-parameters by the same names wherever a corruption has them; `mixture` hands them on. */
export const shared = {
  smallest: real(0.004, 1, 0.015, 'least diameter, as a share of the shorter side'),
  largest: real(0.004, 1, 0.4, 'greatest diameter, as a share of the shorter side; not below the least'),
  faintest: real(0.02, 1, 0.15, 'least opacity in the middle of a defect'),
  contrast: real(0.02, 1, 0.5, 'greatest difference in brightness of made textures, colours and tones'),
  attracted: real(0, 1, 0.5, 'share of defects that are drawn to busy places, rather than lie anywhere'),
};

/** Refuses a range whose ends are exchanged. */
export function ordered<K extends string>(where: string, values: Readonly<Record<K, number>>, low: K, high: K): void {
  must(values[low] <= values[high], `${where}: ${low} is ${values[low]}, ${high} ${values[high]}; expected ${low} not above ${high}`);
}

/** A diameter in pixels, at least three; small ones as likely as large ones, doubling by doubling. */
export const diameterOf = (random: Random, side: number, least: number, most: number): number => Math.max(3, side * logBetween(random, least, most));

/**
 * The difference in brightness of a content that shows with the given opacity. What is seen of it, their product, lies
 * between what a careful eye just sees and `greatest`; faint as likely as strong, doubling by doubling.
 */
export function contrastOf(random: Random, greatest: number, opacity: number, least = 0.04): number {
  return Math.min(1, logBetween(random, Math.min(least, greatest), greatest) / opacity);
}
