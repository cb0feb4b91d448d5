// Kinds of pictures: how well each is told from the good ones, and how well its defects are found.
import type { Random } from '../tensor/random.ts';
import type { JudgedPicture, KindRow } from './evaluation.ts';
import { estimateAuroc, type MeasureOptions } from './measures.ts';

const mean = (values: readonly number[]): number | null => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : null);

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Good ones first, then in the order in which they came. */
export async function kindsOf(pictures: readonly JudgedPicture[], options: MeasureOptions, random: Random): Promise<KindRow[]> {
  const good = pictures.filter((p) => p.label === 0);
  const groups = new Map<string, JudgedPicture[]>();
  for (const picture of [...pictures].sort((a, b) => a.label - b.label)) {
    const key = JSON.stringify([picture.label, picture.kind]);
    groups.set(key, [...(groups.get(key) ?? []), picture]);
  }
  const rows: KindRow[] = [];
  for (const [key, group] of groups) {
    const [{ kind, label }] = group;
    rows.push({
      kind,
      label,
      pictures: group.length,
      masked: group.filter((p) => p.mask === 'used').length,
      auroc: label === 1 ? await estimateAuroc([...good, ...group], options, random.split(key)) : null,
      aupimo: mean(group.flatMap((p) => (p.aupimo === null ? [] : [p.aupimo]))),
      flagged: group[0].anomalous === null ? null : group.filter((p) => p.anomalous).length,
      medianScore: median(group.map((p) => p.score)),
    });
  }
  return rows;
}
