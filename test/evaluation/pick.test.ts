// Which pictures a gallery shows when it cannot show all.
import { describe, expect, it } from 'vitest';
import { pick } from '../../src/evaluation/pick.ts';

const picture = (kind: string, score: number, threshold: number | null = 5) => ({
  kind,
  label: (kind === 'good' ? 0 : 1) as 0 | 1,
  score,
  anomalous: threshold === null ? null : score > threshold,
});

describe('pick', () => {
  it('takes all where there is room', () => {
    const few = [picture('good', 1), picture('hole', 9), picture('scratch', 2)];
    expect(pick(few, 3)).toEqual([0, 1, 2]);
    expect(pick(few, 50)).toEqual([0, 1, 2]);
  });

  it('takes mistakes first, worst first, for half of the room, then both ends of every kind', () => {
    const many = [
      ...[1, 2, 3, 4, 6, 8].map((score) => picture('good', score)), // 4, 5: false alarms
      ...[1.5, 4.5, 7, 8, 9, 10, 11].map((score) => picture('hole', score)), // 6, 7: missed
      ...[0.5, 12, 13, 14].map((score) => picture('scratch', score)), // 13: missed
    ];
    expect(pick(many, 2)).toEqual([5, 13]);
    // Missed 13, 6 and false alarms 5, 4; then of holes 12, of scratches 16, of good 0, of holes 11: the ends that are not there yet.
    expect(pick(many, 8)).toEqual([0, 4, 5, 6, 11, 12, 13, 16]);
  });

  it('shows every kind, also where no threshold is in force', () => {
    const kinds = Array.from({ length: 10 }, (_, k) => Array.from({ length: 20 }, (_, i) => picture(k ? `kind ${k}` : 'good', 20 * k + i, null))).flat();
    const chosen = pick(kinds, 20).map((i) => kinds[i]);
    expect(chosen).toHaveLength(20);
    expect(new Set(chosen.map((p) => p.kind)).size).toBe(10);
    // The highest and the lowest of each.
    expect(chosen.filter((p) => p.kind === 'kind 3').map((p) => p.score)).toEqual([60, 79]);
  });

  it('never takes more than asked for, nor one twice', () => {
    const missed = Array.from({ length: 30 }, (_, i) => picture('hole', i / 10));
    const chosen = pick([...missed, picture('good', 1)], 10);
    expect(chosen).toHaveLength(10);
    expect(new Set(chosen).size).toBe(10);
    expect(chosen).toContain(30);
  });
});
