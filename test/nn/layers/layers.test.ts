// What the layers' conformance cannot say: refusals, what 'same' means, statistics, and spectral norms that are right.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { BatchNorm2d, Conv2d, ConvTranspose2d, Dropout, GroupNorm, Linear, SpectralNorm, Upsample, UpsampleConv2d } from '../../../src/nn/layers/index.ts';
import { add, copyStep, mul, sumTo } from '../../../src/ops/index.ts';
import { memory } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const random = new Random(1);
const normals = (shape: readonly number[], seed = 1) => tensor(Float32Array.from(fillOperand({ shape }, seed).data), shape);

describe('convolutions', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [[4, 5] as const, 1],
    [3, 2],
    [2, 3],
  ])('of kernel %j and dilation %i keep extents with same', (kernel, dilation) => {
    using layer = new Conv2d(2, 2, kernel, { random, padding: 'same', dilation });
    scope(() => expect(layer.forward(normals([1, 2, 9, 8])).shape).toEqual([1, 2, 9, 8]));
  });

  it('begin with the same weights with and without bias', () => {
    using one = new Conv2d(3, 4, 3, { random: new Random(7) });
    using other = new Conv2d(3, 4, 3, { random: new Random(7), bias: false });
    expect(other.weight.readSync()).toEqual(one.weight.readSync());
    expect(Math.max(...one.weight.readSync())).toBeLessThanOrEqual(1 / Math.sqrt(27));
    expect(Math.max(...one.bias!.readSync().map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(27));
  });

  it('refuse what cannot be, and leave nothing behind', () => {
    const before = memory().liveTensors;
    expect(thrown(() => new Conv2d(3, 4, 0, { random }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Conv2d: kernel is 0; expected whole numbers of at least 1"`,
    );
    expect(thrown(() => new Conv2d(3, 4, 3, { random, groups: 2 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Conv2d: inputs is 3 with 2 groups; expected a multiple of the groups"`,
    );
    expect(thrown(() => new Conv2d(3, 4, 3, { random, padding: 'same', stride: [1, 2] }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Conv2d: padding is 'same' with stride 1 2; expected stride 1"`,
    );
    expect(thrown(() => new ConvTranspose2d(4, 6, 3, { random, groups: 4 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: ConvTranspose2d: outputs is 6 with 4 groups; expected a multiple of the groups"`,
    );
    expect(thrown(() => new UpsampleConv2d(4, 1.5, 3, { random }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: UpsampleConv2d: outputs is 1.5; expected whole numbers of at least 1"`,
    );
    expect(thrown(() => new Linear(0, 3, { random }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Linear: inputs is 0; expected a whole number of at least 1"`);
    expect(thrown(() => new GroupNorm(3, 4))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: GroupNorm: channels is 4 with 3 groups; expected a multiple of the groups"`,
    );
    expect(thrown(() => new BatchNorm2d(4, { epsilon: 0 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: BatchNorm2d: epsilon is 0; expected a positive number"`);
    expect(thrown(() => new BatchNorm2d(4, { momentum: 2 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: BatchNorm2d: momentum is 2; expected a number from 0 to 1"`,
    );
    expect(thrown(() => new Dropout({ random, probability: 1 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Dropout: probability is 1; expected at least 0 and below 1"`,
    );
    expect(thrown(() => new Upsample({ factor: 0 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Upsample: factor is 0 0; expected positive numbers"`);
    expect(memory().liveTensors).toBe(before);
  });
});

describe('BatchNorm2d', () => {
  it('gathers the mean and the unbiased variance', () => {
    using layer = new BatchNorm2d(2, { momentum: 0.25 });
    const x = fillOperand({ shape: [3, 2, 2, 1] }, 5);
    scope(() => void layer.forward(tensor(Float32Array.from(x.data), x.shape)));
    for (const c of [0, 1]) {
      const own = Array.from(x.data).filter((_, i) => Math.floor(i / 2) % 2 === c);
      const mean = own.reduce((a, b) => a + b, 0) / 6;
      const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 5;
      expect(layer.runningMean.readSync()[c]).toBeCloseTo(0.25 * mean, 6);
      expect(layer.runningVariance.readSync()[c]).toBeCloseTo(0.75 + 0.25 * variance, 6);
    }
  });

  it('needs more than one number per channel in training mode only', () => {
    using layer = new BatchNorm2d(2);
    expect(thrown(() => scope(() => layer.forward(normals([1, 2, 1, 1]))))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: BatchNorm2d: x is [1 2 1 1], one number per channel; expected more in training mode"`,
    );
    layer.eval();
    scope(() => expect(layer.forward(normals([1, 2, 1, 1])).shape).toEqual([1, 2, 1, 1]));
  });
});

describe('Dropout', () => {
  it('drops its share and keeps the expectation, anew at each call', () => {
    const layer = new Dropout({ random: new Random(4), probability: 0.3 });
    scope(() => {
      const x = tensor(new Float32Array(20_000).fill(1));
      const [a, b] = [layer.forward(x).readSync(), layer.forward(x).readSync()];
      expect(a).not.toEqual(b);
      expect(a.filter((v) => v === 0).length / 20_000).toBeCloseTo(0.3, 1);
      expect(a.every((v) => v === 0 || Math.abs(v - 1 / 0.7) < 1e-6)).toBe(true);
      expect(layer.eval().forward(x)).toBe(x);
    });
  });
});

/** Largest singular value of a matrix, by many power iterations in float64. */
function largestSingular(data: ArrayLike<number>, rows: number): number {
  const columns = data.length / rows;
  let left = new Float64Array(rows).fill(1);
  let size = 0;
  for (let n = 0; n < 2000; n++) {
    const right = Float64Array.from({ length: columns }, (_, c) => left.reduce((sum, u, r) => sum + u * data[r * columns + c], 0));
    const next = Float64Array.from({ length: rows }, (_, r) => right.reduce((sum, v, c) => sum + v * data[r * columns + c], 0));
    const norm = Math.hypot(...next);
    size = Math.sqrt(norm);
    left = next.map((v) => v / norm);
  }
  return size;
}

describe('SpectralNorm', () => {
  it('divides by the largest singular value once training has followed it', () => {
    using layer = new SpectralNorm(new Linear(7, 5, { random, bias: false }), { random });
    for (let n = 0; n < 200; n++) scope(() => void layer.forward(normals([1, 7], n)));
    const identity = Float32Array.from({ length: 49 }, (_, i) => (i % 8 === 0 ? 1 : 0));
    layer.eval();
    const columns = scope(() => ({ numbers: layer.forward(tensor(identity, [7, 7])).readSync() })).numbers;
    expect(largestSingular(columns, 7)).toBeCloseTo(1, 5);
  });

  it('takes estimates that averaging has shortened for what they point to', () => {
    using layer = new SpectralNorm(new Linear(7, 5, { random, bias: false }), { random });
    layer.eval();
    scope(() => {
      const x = normals([2, 7]);
      const before = layer.forward(x).readSync();
      for (const estimate of [layer.left, layer.right]) copyStep(estimate, mul(estimate, 0.5));
      expect(relativeError(layer.forward(x).readSync(), before)).toBeLessThan(1e-6);
    });
  });

  it('gives right gradients when it ran twice before the walk back', () => {
    using layer = new SpectralNorm(new Linear(4, 3, { random, bias: false }), { random });
    const [x, y, weights] = [fillOperand({ shape: [2, 4] }, 1), fillOperand({ shape: [2, 4] }, 2), fillOperand({ shape: [2, 3] }, 3)];
    const start = layer.left.readSync();
    const first = layer.layer.weight.readSync();
    scope(() => {
      const given = [x, y, weights].map((v) => tensor(Float32Array.from(v.data), v.shape));
      const tape = record(() => sumTo(mul(add(layer.forward(given[0]), layer.forward(given[1])), given[2]), []));
      const gradient = tape.backward().get(layer.layer.weight)!.readSync();

      // The same in float64, the singular vectors held at what each of the two passes found.
      const unit = (v: number[]) => v.map((a) => a / Math.hypot(...v));
      const multiply = (w: ArrayLike<number>, v: number[]) => [0, 1, 2].map((r) => v.reduce((sum, a, c) => sum + a * w[r * 4 + c], 0));
      const across = (w: ArrayLike<number>, u: number[]) => [0, 1, 2, 3].map((c) => u.reduce((sum, a, r) => sum + a * w[r * 4 + c], 0));
      let u = Array.from(start);
      const pairs = [0, 1].map(() => {
        const v = unit(across(first, u));
        u = unit(multiply(first, v));
        return { u, v };
      });
      const f = (w: ArrayLike<number>) =>
        pairs.reduce((sum, pair, k) => {
          const sigma = pair.u.reduce((s, a, r) => s + a * multiply(w, pair.v)[r], 0);
          const input = [x, y][k].data;
          return (
            sum +
            [0, 1].reduce(
              (s, n) => s + multiply(w, Array.from(input.slice(4 * n, 4 * n + 4))).reduce((t, out, r) => t + (out / sigma) * weights.data[n * 3 + r], 0),
              0,
            )
          );
        }, 0);
      const step = 1e-6;
      const base = Array.from(first);
      const moved = (i: number, by: number) => f(base.map((w, j) => (i === j ? w + by : w)));
      expect(
        relativeError(
          gradient,
          base.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step)),
        ),
      ).toBeLessThan(1e-5);
      expect(relativeError(layer.left.readSync(), u)).toBeLessThan(1e-5);
    });
  });

  it('moves its estimate in training mode only', () => {
    using layer = new SpectralNorm(new Conv2d(3, 4, 3, { random }), { random });
    const run = () => scope(() => void layer.forward(normals([1, 3, 5, 5])));
    const before = layer.left.readSync();
    layer.eval();
    run();
    expect(layer.left.readSync()).toEqual(before);
    layer.train();
    run();
    expect(layer.left.readSync()).not.toEqual(before);
    expect(thrown(() => new SpectralNorm(layer.layer, { random, iterations: 0 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: SpectralNorm: iterations is 0; expected a whole number of at least 1"`,
    );
  });
});
