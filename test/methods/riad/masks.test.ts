// Hidden sets: disjoint, equally large, whole cells, all of the picture, by chance that a seed repeats.
import { describe, expect, it } from 'vitest';
import { hiddenSets, partition } from '../../../src/methods/riad/masks.ts';
import { sum } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { thrown } from '../../support/thrown.ts';

describe('partition', () => {
  it('gives every set as many cells as any other, or one more', () => {
    for (const [count, sets] of [
      [12, 3],
      [13, 3],
      [5, 4],
    ]) {
      const own = partition(count, sets, new Random(3));
      const sizes = Array.from({ length: sets }, (_, s) => own.filter((one) => one === s).length).sort();
      expect(sizes[sets - 1] - sizes[0]).toBeLessThanOrEqual(1);
      expect(own).toHaveLength(count);
    }
  });

  it('follows from the seed, and places sets anywhere', () => {
    expect(partition(64, 3, new Random(1))).toEqual(partition(64, 3, new Random(1)));
    const draws = Array.from({ length: 300 }, (_, seed) => partition(6, 2, new Random(seed)));
    // Every cell is as likely in one set as in the other: 150 ± 5 deviations of 8.7.
    for (let cell = 0; cell < 6; cell++) expect(Math.abs(draws.filter((own) => own[cell] === 0).length - 150)).toBeLessThan(44);
  });
});

describe('hiddenSets', () => {
  const options = { height: 8, width: 12, cell: 4, sets: 3, device: 'cpu' };

  it('hides every pixel once, by whole cells', () => {
    scope(() => {
      const hidden = hiddenSets({ ...options, random: new Random(2) });
      expect(hidden.shape).toEqual([3, 1, 8, 12]);
      expect([...sum(hidden, 0).readSync()]).toEqual(new Array(96).fill(1));
      const numbers = hidden.readSync();
      for (let s = 0; s < 3; s++)
        for (let row = 0; row < 8; row++)
          for (let column = 0; column < 12; column++) {
            const corner = (s * 8 + row - (row % 4)) * 12 + column - (column % 4);
            expect(numbers[(s * 8 + row) * 12 + column]).toBe(numbers[corner]);
          }
    });
  });

  it('refuses cells that do not fit', () => {
    expect(thrown(() => hiddenSets({ ...options, cell: 8, random: new Random(2) }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: riad: cells of 8 pixels in 8 by 12; expected extents that are multiples of it, with at least 3 cells"`,
    );
    expect(thrown(() => hiddenSets({ ...options, width: 8, cell: 8, random: new Random(2) }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: riad: cells of 8 pixels in 8 by 8; expected extents that are multiples of it, with at least 3 cells"`,
    );
  });
});
