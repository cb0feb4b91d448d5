// Image scores: plain arithmetic on maps, each map for itself.
import { expect, it } from 'vitest';
import { maxScore, meanScore, topShareScore } from '../../src/scoring/image-score.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { uniformSource } from '../support/cases.ts';
import { thrown } from '../support/thrown.ts';

const numbers = (map: () => Tensor) => Array.from(scope(() => ({ numbers: map().readSync() })).numbers);

it('are the largest number, the mean of the largest ones, the mean', () => {
  const uniform = uniformSource(8);
  const [count, height, width] = [3, 13, 17];
  const maps = Array.from({ length: count }, () => Float32Array.from({ length: height * width }, () => 4 * uniform() - 1));
  const all = () => tensor(Float32Array.from(maps.flatMap((map) => [...map])), [count, 1, height, width]);
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const top = (map: Float32Array, share: number) => mean([...map].sort((a, b) => b - a).slice(0, Math.max(1, Math.round(share * map.length))));
  expect(numbers(() => maxScore(all()))).toEqual(maps.map((map) => Math.max(...map)));
  numbers(() => meanScore(all())).forEach((score, i) => expect(score).toBeCloseTo(mean([...maps[i]]), 6));
  for (const share of [1e-9, 0.01, 0.1, 0.5, 1]) {
    numbers(() => topShareScore(all(), share)).forEach((score, i) => expect(score).toBeCloseTo(top(maps[i], share), 6));
  }
});

it('pass NaN on, of its own map only', () => {
  const map = () => tensor([1, Number.NaN, 3, 4], [2, 1, 1, 2]);
  for (const score of [maxScore, meanScore, (x: Tensor) => topShareScore(x, 0.5)]) {
    const [first, second] = numbers(() => score(map()));
    expect(first).toBeNaN();
    expect(second).toBeGreaterThan(3);
  }
});

it('refuse what is no map, and no share', () => {
  scope(() => {
    expect(thrown(() => maxScore(tensor(new Float32Array(12), [1, 3, 2, 2])))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: maxScore: the map is [1 3 2 2]; expected [N 1 H W] with pixels"`,
    );
    expect(thrown(() => meanScore(tensor(new Float32Array(0), [1, 1, 0, 2])))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: meanScore: the map is [1 1 0 2]; expected [N 1 H W] with pixels"`,
    );
    expect(thrown(() => topShareScore(tensor([1]), 0.5))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: topShareScore: the map is [1]; expected [N 1 H W] with pixels"`,
    );
    expect(thrown(() => topShareScore(tensor([1], [1, 1, 1, 1]), 0))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: topShareScore: share is 0; expected above 0 and at most 1"`,
    );
  });
});
