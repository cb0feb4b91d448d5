// Indices that do not exist, and the order of the sums.
import { expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

it('refuses indices out of range at the read, as NUMERICAL_FAILURE', () =>
  scope(() => {
    const x = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(() => ops.gather(x, tensor(Int32Array.of(0, 3))).readSync()).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gather: index 3 at position 1 is outside axis 0 of extent 3; expected 0 to 2]`,
    );
    expect(() => ops.gather(x, tensor(Int32Array.of(0, -1)), 1).readSync()).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gather: index -1 at position 1 is outside axis 1 of extent 2; expected 0 to 1]`,
    );
    expect(() => ops.scatterAdd(tensor([1, 2]), tensor(Int32Array.of(7, 0)), [4]).readSync()).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: scatterAdd: index 7 at position 0 is outside axis 0 of extent 4; expected 0 to 3]`,
    );
    expect(Array.from(ops.gather(x, tensor(Int32Array.of(2))).readSync())).toEqual([5, 6]);
  }));

it('says what does not fit', () =>
  scope(() => {
    const x = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(() => ops.gather(x, tensor([0, 1]))).toThrowErrorMatchingInlineSnapshot(`[BlemishError: gather: indices is f32; expected i32 (i32[...i])]`);
    expect(() => ops.gather(x, tensor(Int32Array.of(0)), 2)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: gather: axis is 2; expected -2 to 1]`);
    expect(() => ops.gather(tensor([1], []), tensor(Int32Array.of(0)))).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gather: axis is 0 for x []; expected at least one axis]`,
    );
    expect(() => ops.scatterAdd(x, tensor(Int32Array.of(0, 1)), [3, 2])).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: scatterAdd: updates is [3 2]; expected [2 2] for shape [3 2], axis 0 and indices [2]]`,
    );
  }));

it('adds many rows to one without losing small ones', () =>
  scope(() => {
    const n = 200000;
    const sum = ops.scatterAdd(tensor(new Float32Array(n).fill(0.1)), tensor(new Int32Array(n)), [2]).readSync();
    expect(sum[0]).toBe(Math.fround(n * Math.fround(0.1)));
    expect(sum[1]).toBe(0);
  }));
