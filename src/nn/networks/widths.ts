// Channels of networks that halve pictures.

/** Channels at every level behind so many halvings: doubled at each, up to `widest` (default eight times the first), which no first level is cut to. */
export function doublingWidths(width: number, halvings: number, widest = 8 * width): number[] {
  return Array.from({ length: halvings + 1 }, (_, i) => Math.min(Math.max(width, widest), width * 2 ** i));
}
