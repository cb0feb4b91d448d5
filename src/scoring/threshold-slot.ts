// The threshold within a model file: two records of fixed length, so that it can be changed in place and no crash can lose it.
//
// A record is written in one go, first over the one that is not in force, then, once that lies on the disk, over the other. At
// any moment one of the two is whole: after a crash the file holds the old threshold or the new one. At rest both say the same,
// so that damage to one of them changes nothing.
import { createHash } from 'node:crypto';

/** What stands in a record. */
export interface Thresholds {
  /** For image scores; null: none. */
  readonly threshold: number | null;
  /** For the numbers of maps; null: none. */
  readonly pixelThreshold: number | null;
}

export interface Slot extends Thresholds {
  /** Counts the changes; the larger one is in force. */
  readonly sequence: number;
}

/** Keys of the two records among the file's metadata. */
export const slotKeys = ['thresholds.0', 'thresholds.1'] as const;

/** Characters of a record: all ASCII, none of which JSON would escape, so that even half a record leaves the header readable. */
export const slotLength = 96;

const textOf = (value: number | null): string => (value === null ? 'none' : String(value));

/** Ties a record to its own words and to its own model. */
const checkOf = (words: string, digest: string): string => createHash('sha256').update(`${words} ${digest}`).digest('hex').slice(0, 16);

/** @param digest of the rest of the header */
export function encodeSlot({ sequence, threshold, pixelThreshold }: Slot, digest: string): string {
  const words = `${sequence} ${textOf(threshold)} ${textOf(pixelThreshold)}`;
  return `${words} ${checkOf(words, digest)}`.padEnd(slotLength);
}

function numberFrom(text: string): number | null | undefined {
  if (text === 'none') return null;
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : undefined;
}

/** null for a record that is torn, damaged or another model's. */
export function decodeSlot(text: string | undefined, digest: string): Slot | null {
  const match = /^(\d{1,15}) (\S{1,24}) (\S{1,24}) ([0-9a-f]{16}) *$/.exec(text ?? '');
  if (!match || text?.length !== slotLength) return null;
  const [, sequence, first, second, check] = match;
  const threshold = numberFrom(first);
  const pixelThreshold = numberFrom(second);
  if (threshold === undefined || pixelThreshold === undefined) return null;
  return check === checkOf(`${sequence} ${first} ${second}`, digest) ? { sequence: Number(sequence), threshold, pixelThreshold } : null;
}

/** The record in force, and which one may be overwritten first; null where neither is whole. */
export function slotInForce(texts: readonly (string | undefined)[], digest: string): { slot: Slot; spare: 0 | 1 } | null {
  const [a, b] = texts.map((text) => decodeSlot(text, digest));
  if (a && (!b || a.sequence >= b.sequence)) return { slot: a, spare: 1 };
  return b ? { slot: b, spare: 0 } : null;
}
