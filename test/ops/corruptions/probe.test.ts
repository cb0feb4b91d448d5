// Choosing places: the busy one among empty ones, all alike where all are, and what is refused.
import { expect, it } from 'vitest';
import { busyPlaces, probeMean } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const size = 32;
/** How often each of four places in the corners is chosen in `pictures` pictures alike. */
function counts(picture: Float32Array, pictures: number): number[] {
  return scope(() => {
    const corners = [4, 4, 28, 4, 4, 28, 28, 28];
    const repeat = (x: ArrayLike<number>): Float32Array => Float32Array.from({ length: x.length * pictures }, (_, i) => x[i % x.length]);
    const x = tensor(repeat(picture), [pictures, 1, size, size]);
    const candidates = tensor(repeat(corners), [pictures, 4, 2]);
    const chosen = busyPlaces(x, candidates, tensor(repeat([3])), { key: new Random(4).nextKey() }).readSync();
    const found = [0, 0, 0, 0];
    for (let n = 0; n < pictures; n++) found[(chosen[2 * n] > 16 ? 1 : 0) + (chosen[2 * n + 1] > 16 ? 2 : 0)]++;
    return found;
  });
}

it('takes places that are alike equally often', () => {
  for (const count of counts(new Float32Array(size * size).fill(0.5), 4000)) {
    expect(count).toBeGreaterThan(900);
    expect(count).toBeLessThan(1100);
  }
});

it('mostly takes the busy place', () => {
  const picture = Float32Array.from({ length: size * size }, (_, i) => (i % size > 16 && i > 16 * size ? (i % 3) / 2 : 0.5));
  const [, , , busy] = counts(picture, 400);
  expect(busy).toBeGreaterThan(380);
});

it('says what does not fit', () => {
  scope(() => {
    const key = new Random(4).nextKey();
    const [x, reach] = [tensor(new Float32Array(9), [1, 1, 3, 3]), tensor([1])];
    const call = (use: () => Tensor) => thrown(() => use().readSync());
    expect(call(() => busyPlaces(x, tensor([], [1, 0, 2]), reach, { key }))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: busyPlaces: candidates has no place to choose; expected at least one for each picture"`,
    );
    expect(call(() => probeMean(tensor([], [1, 1, 0, 3]), tensor([0, 0], [1, 2]), reach))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: probeMean: x has no pixels: 0 by 3; expected at least one"`,
    );
    expect(call(() => probeMean(x, tensor([0, Number.NEGATIVE_INFINITY], [1, 2]), reach))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: probeMean: centre holds -inf at position 1; expected numbers within 2^24"`,
    );
  });
});
