// What cases cannot say of rankings: NaN, types, counts, large samples, threads.
import { afterAll, expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.ts';
import { build, setThreads } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const { threads } = build();
afterAll(() => setThreads(threads));

it('tells the place of a NaN at the read', () =>
  scope(() => {
    const bad = tensor(Float32Array.of(1, 2, Number.NaN, Number.NaN));
    const fine = tensor([1, 2]);
    expect(thrown(() => ops.ranking(bad, fine)[0].readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: ranking: positives[2] is NaN; expected numbers or infinities"`,
    );
    expect(thrown(() => ops.ranking(fine, bad)[0].readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: ranking: negatives[2] is NaN; expected numbers or infinities"`,
    );
    expect(thrown(() => ops.rocArea(tensor(Float64Array.of(Number.NaN)), tensor(Float64Array.of(1))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: rocArea: positives[0] is NaN; expected numbers or infinities"`,
    );
    const large = new Float32Array(1e6).fill(1);
    large.fill(Number.NaN, 700_001, 900_000);
    large[499_999] = Number.NaN;
    expect(thrown(() => ops.ranking(tensor(large), fine)[0].readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: ranking: positives[499999] is NaN; expected numbers or infinities"`,
    );
    expect(ops.ranking(fine, tensor([0, 1]))[0].readSync()[0]).toBe(0.875);
  }));

it('says what does not fit', () =>
  scope(() => {
    const scores = tensor([1, 2]);
    const bytes = tensor(Uint8Array.of(1, 2));
    const weights = tensor(Int32Array.of(1, 1), [1, 2]);
    expect(thrown(() => ops.ranking(bytes, bytes))).toMatchInlineSnapshot(`"DTYPE_MISMATCH: ranking: positives is u8; expected f32 or f64"`);
    expect(thrown(() => ops.ranking(scores, tensor(Float64Array.of(1))))).toMatchInlineSnapshot(
      `"DTYPE_MISMATCH: ranking: negatives is f64 but positives is f32; expected one type"`,
    );
    expect(thrown(() => ops.ranking(scores, scores, weights))).toMatchInlineSnapshot(
      `"INPUT_MISSING: ranking: negativeWeights is missing; expected the weights of both classes or of neither"`,
    );
    expect(thrown(() => ops.ranking(scores, scores, null, weights))).toMatchInlineSnapshot(
      `"INPUT_MISSING: ranking: positiveWeights is missing; expected the weights of both classes or of neither"`,
    );
    expect(thrown(() => ops.rocArea(scores, scores, null, { limit: 0 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: rocArea: limit is 0.000000; expected a false positive rate above 0 and at most 1"`,
    );
    expect(thrown(() => ops.rocArea(scores, scores, tensor(Int32Array.of(3, 0))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: rocArea: sizes[1] is 0; expected at least 1, the pixels of a region"`,
    );
    expect(thrown(() => ops.rocCurve(scores, scores, null, { points: 3 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: rocCurve: points is 3; expected 4 … 16777216"`,
    );
    expect(thrown(() => ops.pimo(scores, tensor(Int32Array.of(2)), scores, tensor(Int32Array.of(2)), { lower: 0.5, upper: 0.1 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: pimo: lower is 0.500000 and upper 0.100000; expected 0 < lower < upper <= 1"`,
    );
    expect(thrown(() => ops.pimo(scores, tensor(Int32Array.of(3)), scores, tensor(Int32Array.of(2))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: pimo: lengths add up to 3; expected 2, as there are so many scores"`,
    );
    expect(thrown(() => ops.pimo(scores, tensor(Int32Array.of(3, -1)), scores, tensor(Int32Array.of(2))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: pimo: lengths[1] is -1; expected at least 0"`,
    );
    expect(thrown(() => ops.pimo(scores, tensor(Int32Array.of(2)), scores, tensor(Int32Array.of(2, 0))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: pimo: negativeLengths[1] is 0; expected at least 1"`,
    );
    expect(thrown(() => ops.tally(scores, tensor(Int32Array.of(2)), tensor(Float64Array.of(1, 2))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: tally: thresholds[1] is 2.000000; expected numbers, none above the one before it"`,
    );
    expect(thrown(() => ops.tally(scores, tensor(Int32Array.of(2)), tensor(Float64Array.of(Number.NaN))).readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: tally: thresholds[0] is nan; expected numbers, none above the one before it"`,
    );
    expect(thrown(() => ops.resampleCounts({ items: -1, key: [1, 2, 3, 4] }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: resampleCounts: items is -1; expected 0 to 2147483647"`,
    );
    expect(thrown(() => ops.resampleCounts({ items: 3, key: [1, 2, 3] }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: resampleCounts: key holds 3 numbers; expected the four of Random's nextKey"`,
    );
    const tallies = tensor(Float64Array.of(1, 2), [1, 2]);
    expect(thrown(() => ops.tallyCurves(tallies, tallies, null, { scale: 'log' }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: tallyCurves: lower is 0.000000 and upper 1.000000; expected 0 <= lower < upper <= 1, on a logarithmic scale 0 < lower"`,
    );
    expect(thrown(() => ops.tallyCurves(tallies, tallies, null, { upper: 1.5 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: tallyCurves: lower is 0.000000 and upper 1.500000; expected 0 <= lower < upper <= 1, on a logarithmic scale 0 < lower"`,
    );
    expect(thrown(() => ops.partition(scores, tensor(Int32Array.of(1, 0)), { count: 3 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: partition: count is 3; expected 0 to 2, as x has so many numbers"`,
    );
    expect(thrown(() => ops.partition(scores, tensor(Int32Array.of(1, 0)), { count: 2 })[0].readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: partition: sizes has 1 numbers that are not 0; expected 2, as count says"`,
    );
    expect(thrown(() => ops.components(scores))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: components: mask [2] has rank 1; expected T[...n H W]"`);
  }));

it('counts pairs exactly where there are more than float32, or a sum of float64 shares, could', () =>
  scope(() => {
    // 300,000 positives, one above each 10 of 3,000,000 negatives and below the next: a known number of pairs.
    const [p, n] = [300_000, 3_000_000];
    const positives = Float64Array.from({ length: p }, (_, i) => 10 * ((i * 7919) % p) + 9.5);
    const negatives = Float64Array.from({ length: n }, (_, i) => (i * 7919) % n);
    const [auroc] = ops.ranking(tensor(positives), tensor(negatives));
    const won = (10 * p * (p + 1)) / 2;
    expect(auroc.readSync()[0]).toBe(won / (p * n));
  }));

it('gives the same bits for any number of threads', () => {
  const bits = (count: number): number[] => {
    setThreads(count);
    return scope(() => {
      const random = new Random(4);
      const positives = ops.normal([70_001], random, { mean: 1 });
      const negatives = ops.normal([400_003], random);
      const sizes = tensor(Int32Array.from({ length: 70_001 }, (_, i) => 1 + (i % 97)));
      const lengths = tensor(Int32Array.of(70_000, 1));
      const normals = tensor(Int32Array.of(400_000, 3));
      const weights = (items: number) => ops.resampleCounts({ items, resamples: 5, key: random.nextKey() });
      const thresholds = tensor(Float64Array.from({ length: 300 }, (_, k) => 3 - k / 50));
      const tallies = ops.tally(negatives, tensor(Int32Array.of(100_000, 200_000, 100_003)), thresholds);
      return [
        ...ops.ranking(positives, negatives),
        ...ops.ranking(positives, negatives, weights(70_001), weights(400_003)),
        ops.rocArea(positives, negatives, sizes, { limit: 0.3 }),
        ...ops.rocCurve(positives, negatives, sizes, { points: 100 }),
        ops.pimo(positives, lengths, negatives, normals, { lower: 1e-3, upper: 0.5 }),
        ...ops.pimoCurve(positives, lengths, negatives, normals, { points: 50 }),
        tallies,
        ...ops.tallyCurves(tallies, tallies, weights(3)),
        ops.regionSizes(ops.reshape(ops.bernoulli([12, 100, 100], random, 0.4), [12, 100, 100])),
      ].flatMap((result) => Array.from(result.readSync()));
    });
  };
  const one = bits(1);
  for (const count of [2, 3, 5]) expect(bits(count)).toEqual(one);
});
