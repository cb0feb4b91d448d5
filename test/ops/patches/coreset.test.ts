// Nearest vectors and coresets beyond single calls: chunks, errors, threads, cancellation, streams in little memory.
import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.ts';
import { memory, setThreads } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { keep, scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, toTensor } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const normal = (shape: readonly number[], seed: number) => keep(toTensor(fillOperand({ shape }, seed)));
const list = (x: Tensor) => Array.from(x.readSync());

async function withThreads<R>(threads: number, body: () => R | Promise<R>): Promise<R> {
  setThreads(threads);
  try {
    return await body();
  } finally {
    setThreads(2);
  }
}

describe('nearest', () => {
  it('does not depend on the number of threads, and finds each vector itself at distance 0', async () => {
    const x = normal([900, 40], 1);
    const run = () =>
      scope(() => {
        const { distances, indices } = ops.nearest(x, x, { k: 5 });
        return [list(distances), list(indices)];
      });
    const [one, three] = [await withThreads(1, run), await withThreads(3, run)];
    expect(three).toEqual(one);
    for (let i = 0; i < 900; i++) {
      expect(one[0][5 * i]).toBe(0);
      expect(one[1][5 * i]).toBe(i);
    }
    x.dispose();
  });

  it('gives the same in several calls as in one', () => {
    scope(() => {
      // More products than one call may make, so that the queries are dealt out.
      const bank = toTensor(fillOperand({ shape: [40000, 256], values: 'unit' }, 1));
      const x = ops.slice(bank, [37000, 0], [3000, 256]);
      const whole = ops.nearest(x, bank, { k: 2 });
      expect(list(whole.indices).filter((_, i) => i % 2 === 0)).toEqual(Array.from({ length: 3000 }, (_, i) => 37000 + i));
      const last = ops.nearest(ops.slice(x, [2400, 0], [600, 256]), bank, { k: 2 });
      expect(list(last.distances)).toEqual(list(whole.distances).slice(4800));
      expect(list(last.indices)).toEqual(list(whole.indices).slice(4800));
    });
  });

  it('leaves out the query itself, but not its duplicates', () => {
    scope(() => {
      const x = tensor([0, 0, 3, 4, 0, 0, 30, 40], [4, 2]);
      const { distances, indices } = ops.nearest(x, x, { excludeSelf: true });
      expect(list(distances)).toEqual([0, 5, 0, 45]);
      expect(list(indices)).toEqual([2, 0, 0, 1]);
    });
  });

  it('refuses what it cannot answer', () => {
    scope(() => {
      const [x, bank] = [tensor([1, 2], [1, 2]), tensor([1, 2, 3, 4], [2, 2])];
      expect(thrown(() => ops.nearest(x, bank, { k: 3 }))).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: nearest: k is 3 for bank [2 2]; expected 1 to 2"`);
      expect(thrown(() => ops.nearest(bank, bank, { k: 2, excludeSelf: true }))).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: nearest: k is 2 for bank [2 2], of which a query leaves out itself; expected 1 to 1"`,
      );
      expect(thrown(() => ops.nearest(x, bank, { excludeSelf: true }))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: nearest: x is [1 2] and bank [2 2]; expected as many rows, to leave out each query itself"`,
      );
      expect(thrown(() => ops.nearest(x, tensor([1, 2, 3], [1, 3])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: nearest: D is 3 in bank [1 3] but 2 in x [1 2]; expected them equal"`,
      );
      expect(thrown(() => ops.nearest(tensor([], [0, 2]), tensor([], [0, 2])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: nearest: bank [0 2] has no vector for a query to find; expected at least 1"`,
      );
      expect(thrown(() => ops.nearest(tensor([1, Number.NaN], [1, 2]), bank).distances.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: nearest: x row 0 holds NaN or infinity; expected finite numbers"`,
      );
      expect(thrown(() => ops.nearest(x, tensor([1, 2, 3, Infinity], [2, 2])).distances.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: nearest: bank row 1 holds NaN or infinity; expected finite numbers"`,
      );
    });
  });
});

describe('kCentreGreedy', () => {
  it('picks the same with any number of threads and any stretch', async () => {
    const x = normal([9000, 70], 3);
    const run = async () => {
      const { indices, radii } = await ops.kCentreGreedy(x, 60, { first: 5 });
      const out = [list(indices), list(radii)];
      indices.dispose();
      radii.dispose();
      return out;
    };
    const [one, three] = [await withThreads(1, run), await withThreads(3, run)];
    expect(three).toEqual(one);
    expect(new Set(one[0]).size).toBe(60);
    for (let i = 2; i < 60; i++) expect(one[1][i]).toBeLessThanOrEqual(one[1][i - 1]);
    // Every row lies within the last radius of a pick.
    scope(() => {
      const picks = ops.gather(x, tensor(one[0], [60], { dtype: 'i32' }));
      expect(Math.max(...list(ops.nearest(x, picks).distances))).toBeLessThanOrEqual(one[1][59] * (1 + 1e-6));
    });
    x.dispose();
  });

  it('stops when told to, and leaves nothing behind', async () => {
    const x = normal([300, 8], 4);
    const control = new AbortController();
    control.abort(new Error('enough'));
    await expect(ops.kCentreGreedy(x, 100, { signal: control.signal })).rejects.toThrow('enough');
    x.dispose();
  });

  it('does not read beyond its picks where it is told of more than there are', () => {
    scope(() => {
      const x = tensor([1, 2, 3, 4], [4, 1]);
      const ints = (...list: number[]) => tensor(Int32Array.from(list));
      for (const seen of [-500_000_000, 3]) {
        const target = ints(0, 0, 0);
        ops.kCentreStep(x, target, tensor([0, 0, 0]), tensor([9, 9, 9, 9]), ints(1, seen, 1, 1), ops.full([1, 1, 16], 0), { from: 1 });
        expect(thrown(() => target.readSync())).toBe(
          `NUMERICAL_FAILURE: kCentreStep: seen holds ${seen} in row 1 after 1 picks; expected what the steps before left there`,
        );
      }
    });
  });

  it('refuses what it cannot do', async () => {
    const x = keep(tensor([1, 2, Number.NaN, 4], [2, 2]));
    await expect(ops.kCentreGreedy(x, 3)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: kCentreGreedy: count is 3 for 2 rows; expected an integer from 0 to 2]`,
    );
    await expect(ops.kCentreGreedy(x, 1, { first: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: kCentreStep: first is 2 for 2 rows; expected one of them]`,
    );
    await expect(ops.kCentreGreedy(x, 1)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: kCentreStep: x row 1 holds NaN or infinity; expected finite numbers]`,
    );
    x.dispose();
  });
});

describe('StreamingCoreset', () => {
  const feed = async (coreset: ops.StreamingCoreset, x: Tensor, batch: number) => {
    for (let from = 0; from < x.shape[0]; from += batch) {
      const part = keep(scope(() => ops.slice(x, [from, 0], [Math.min(batch, x.shape[0] - from), x.shape[1]])));
      await coreset.add(part);
      part.dispose();
    }
  };

  it('is the greedy choice among all vectors while they fit', async () => {
    const x = normal([2500, 6], 5);
    const coreset = new ops.StreamingCoreset({ dimension: 6 });
    await feed(coreset, x, 333);
    const { vectors, exact, seen, radius } = await coreset.select(40);
    const { indices, radii } = await ops.kCentreGreedy(x, 40);
    expect({ exact, seen, radius }).toEqual({ exact: true, seen: 2500, radius: list(radii)[39] });
    expect(list(vectors)).toEqual(scope(() => list(ops.gather(x, indices))));
    for (const made of [x, vectors, indices, radii]) made.dispose();
    coreset.dispose();
  });

  it('keeps to its memory, and its radius covers all that came', async () => {
    const x = normal([5000, 4], 6);
    const coreset = new ops.StreamingCoreset({ dimension: 4, bytes: 48 * 1000 });
    expect(coreset.capacity).toBe(1000);
    await feed(coreset, x, 700);
    const { vectors, exact, seen, radius } = await coreset.select(100);
    expect([exact, seen, vectors.shape]).toEqual([false, 5000, [100, 4]]);
    const farthest = scope(() => Math.max(...list(ops.nearest(x, vectors).distances)));
    expect(farthest).toBeLessThanOrEqual(radius);
    // The bound is of use: within a few times what the greedy choice among all reaches.
    const { indices, radii } = await ops.kCentreGreedy(x, 100);
    expect(farthest).toBeLessThan(2 * list(radii)[99]);
    for (const made of [x, vectors, indices, radii]) made.dispose();
    coreset.dispose();
  });

  it('takes no more memory than it was given', async () => {
    const batch = normal([500, 64], 8);
    const projections = [undefined, keep(scope(() => ops.sparseRandomProjection(64, 16, new Random(1))))];
    for (const projection of projections) {
      const before = memory('cpu', { resetPeak: true }).liveBytes;
      const coreset = new ops.StreamingCoreset({ dimension: 64, bytes: 4e6, projection });
      for (let i = 0; i < 40; i++) await coreset.add(batch);
      (await coreset.select(20)).vectors.dispose();
      coreset.dispose();
      // What a call needs for its own work comes on top, such as part of a batch.
      const most = memory('cpu').peakBytes - before - batch.size * 4;
      expect(most).toBeGreaterThan(3e6);
      expect(most).toBeLessThan(4.1e6);
    }
    for (const made of [batch, projections[1]]) made?.dispose();
  });

  it('chooses by projected distances, and gives the vectors themselves', async () => {
    const x = normal([400, 5], 7);
    const projection = keep(tensor([1, 0, 0, 0, 0], [5, 1]));
    const coreset = new ops.StreamingCoreset({ dimension: 5, projection });
    await coreset.add(x);
    const { vectors } = await coreset.select(3);
    const first = keep(scope(() => ops.slice(x, [0, 0], [400, 1])));
    const { indices, radii } = await ops.kCentreGreedy(first, 3);
    expect(list(vectors)).toEqual(scope(() => list(ops.gather(x, indices))));
    for (const made of [x, vectors, projection, first, indices, radii]) made.dispose();
    coreset.dispose();
  });

  it('refuses too little memory and other extents', async () => {
    expect(thrown(() => new ops.StreamingCoreset({ dimension: 4, bytes: 50 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: StreamingCoreset: bytes is 50; expected at least 96, for two vectors of 4"`,
    );
    const coreset = new ops.StreamingCoreset({ dimension: 4 });
    const x = normal([3, 5], 1);
    await expect(coreset.add(x)).rejects.toThrowErrorMatchingInlineSnapshot(`[BlemishError: StreamingCoreset.add: x is [3 5]; expected [n 4]]`);
    await expect(coreset.select(1)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: StreamingCoreset.select: no vector came; expected at least one]`,
    );
    x.dispose();
    coreset.dispose();
  });

  it('may be reduced to fewer than half when it is full, and still covers what came within its radius', async () => {
    const x = normal([400, 3], 6);
    const coreset = new ops.StreamingCoreset({ dimension: 3, bytes: 42 * 100, reduceTo: 20 });
    expect(coreset.capacity).toBe(100);
    await coreset.add(x);
    const { vectors, radius, exact, seen } = await coreset.select(20);
    expect([vectors.shape, exact, seen]).toEqual([[20, 3], false, 400]);
    const farthest = scope(() => ({ distances: list(ops.nearest(x, vectors).distances) })).distances;
    expect(Math.max(...farthest)).toBeLessThanOrEqual(radius * (1 + 1e-6));
    expect(thrown(() => new ops.StreamingCoreset({ dimension: 3, bytes: 42 * 100, reduceTo: 51 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: StreamingCoreset: reduceTo is 51; expected a whole number from 1 to 50, half of what fits"`,
    );
    for (const one of [x, vectors]) one.dispose();
    coreset.dispose();
  });
});
