// Which pictures a gallery of limited size shows: mistakes, and the ends of every kind.
import type { JudgedPicture } from './evaluation.ts';

/** Takes from each list in turn, what was not taken yet, until there are enough. */
function inTurn(lists: readonly (readonly number[])[], chosen: Set<number>, enough: number): void {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let i = 0; i < longest; i++) {
    for (const list of lists) {
      if (chosen.size >= enough) return;
      if (i < list.length) chosen.add(list[i]);
    }
  }
}

/** Both ends first, the middle last. */
const fromTheEnds = (list: readonly number[]): number[] => list.map((_, i) => (i % 2 ? list[list.length - (i + 1) / 2] : list[i / 2]));

/**
 * Positions of at most `most` pictures, ascending: at first mistakes, worst first and up to half of the room, then the highest and
 * lowest scores of every kind in turn.
 */
export function pick(pictures: readonly Pick<JudgedPicture, 'kind' | 'label' | 'score' | 'anomalous'>[], most: number): number[] {
  const order = pictures.map((_, i) => i).sort((a, b) => pictures[b].score - pictures[a].score || a - b);
  if (order.length <= most) return order.sort((a, b) => a - b);
  const missed = order.filter((i) => pictures[i].label === 1 && pictures[i].anomalous === false).reverse();
  const falseAlarms = order.filter((i) => pictures[i].label === 0 && pictures[i].anomalous);
  const kinds = [...new Set(pictures.map((p) => p.kind))];
  const chosen = new Set<number>();
  inTurn([missed, falseAlarms], chosen, Math.ceil(most / 2));
  inTurn(
    kinds.map((kind) => fromTheEnds(order.filter((i) => pictures[i].kind === kind))),
    chosen,
    most,
  );
  return [...chosen].sort((a, b) => a - b);
}
