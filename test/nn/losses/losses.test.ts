// Losses: their formulas in float64, their gradients by central differences, and numbers at the ends of the scale.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import {
  bceWithLogits,
  crossEntropy,
  focalWithLogits,
  huber,
  l1,
  l2,
  losses,
  msgmsLoss,
  msSsimLoss,
  ssimLoss,
  twoAreaLoss,
} from '../../../src/nn/losses/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { gms } from '../../ops/error-maps/gradient-magnitude.cases.ts';
import { areas } from '../../ops/error-maps/pixel.cases.ts';
import { similarity } from '../../ops/error-maps/ssim.cases.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { type NdArray, nd } from '../../support/reference.ts';
import { thrown } from '../../support/thrown.ts';

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
type Reduction = 'mean' | 'sum' | 'none';

interface Check {
  loss: (x: Tensor, t: Tensor, reduction?: Reduction) => Tensor;
  /** The map without reduction. */
  reference: (x: ArrayLike<number>, t: ArrayLike<number>) => number[];
  target: 'normal' | 'unit';
}

const each = (f: (x: number, t: number) => number) => (x: ArrayLike<number>, t: ArrayLike<number>) => Array.from(x, (v, i) => f(v, t[i]));
const shape = [3, 4, 5];

/** -Σ share log softmax over the middle axis. */
const softCrossEntropy = (smoothing: number) => (x: ArrayLike<number>, t: ArrayLike<number>) => {
  const out: number[] = [];
  for (let n = 0; n < 3; n++) {
    for (let p = 0; p < 5; p++) {
      const at = (c: number) => (n * 4 + c) * 5 + p;
      const log = Math.log([0, 1, 2, 3].reduce((sum, c) => sum + Math.exp(x[at(c)]), 0));
      out.push([0, 1, 2, 3].reduce((sum, c) => sum - ((1 - smoothing) * t[at(c)] + smoothing / 4) * (x[at(c)] - log), 0));
    }
  }
  return out;
};

const focal = (gamma: number, positive: number, negative: number) =>
  each((x, t) => {
    const p = 1 / (1 + Math.exp(-x));
    return -positive * t * (1 - p) ** gamma * Math.log(p) - negative * (1 - t) * p ** gamma * Math.log(1 - p);
  });

const checks: Record<string, Check> = {
  l2: { loss: (x, t, reduction) => l2(x, t, { reduction }), reference: each((x, t) => (x - t) ** 2), target: 'normal' },
  l1: { loss: (x, t, reduction) => l1(x, t, { reduction }), reference: each((x, t) => Math.abs(x - t)), target: 'normal' },
  huber: {
    loss: (x, t, reduction) => huber(x, t, { reduction }),
    reference: each((x, t) => (Math.abs(x - t) <= 1 ? (x - t) ** 2 / 2 : Math.abs(x - t) - 0.5)),
    target: 'normal',
  },
  'huber 0.3': {
    loss: (x, t, reduction) => huber(x, t, { reduction, delta: 0.3 }),
    reference: each((x, t) => (Math.abs(x - t) <= 0.3 ? (x - t) ** 2 / 2 : 0.3 * (Math.abs(x - t) - 0.15))),
    target: 'normal',
  },
  bceWithLogits: { loss: (x, t, reduction) => bceWithLogits(x, t, { reduction }), reference: each((x, t) => softplus(x) - t * x), target: 'unit' },
  'bceWithLogits, weighted': {
    loss: (x, t, reduction) => bceWithLogits(x, t, { reduction, positiveWeight: 3 }),
    reference: each((x, t) => 3 * t * softplus(-x) + (1 - t) * softplus(x)),
    target: 'unit',
  },
  focalWithLogits: { loss: (x, t, reduction) => focalWithLogits(x, t, { reduction }), reference: focal(2, 1, 1), target: 'unit' },
  'focalWithLogits, weighted': {
    loss: (x, t, reduction) => focalWithLogits(x, t, { reduction, gamma: 0.5, alpha: 0.25 }),
    reference: focal(0.5, 0.25, 0.75),
    target: 'unit',
  },
  'focalWithLogits, not focused': {
    loss: (x, t, reduction) => focalWithLogits(x, t, { reduction, gamma: 0 }),
    reference: each((x, t) => softplus(x) - t * x),
    target: 'unit',
  },
  'crossEntropy of shares': { loss: (x, t, reduction) => crossEntropy(x, t, { reduction }), reference: softCrossEntropy(0), target: 'unit' },
  'crossEntropy, smoothed': {
    loss: (x, t, reduction) => crossEntropy(x, t, { reduction, labelSmoothing: 0.1 }),
    reference: softCrossEntropy(0.1),
    target: 'unit',
  },
};

describe.each(Object.entries(checks))('%s', (_, { loss, reference, target }) => {
  const x = fillOperand({ shape }, 3);
  const t = fillOperand({ shape, values: target }, 4);
  const map = reference(x.data, t.data);
  const sum = map.reduce((a, b) => a + b, 0);

  it('is its formula, by mean, by sum and as a map', () => {
    scope(() => {
      const [a, b] = [tensor(Float32Array.from(x.data), shape), tensor(Float32Array.from(t.data), shape)];
      expect(relativeError(loss(a, b).readSync(), [sum / map.length])).toBeLessThan(2e-6);
      expect(relativeError(loss(a, b, 'sum').readSync(), [sum])).toBeLessThan(2e-6);
      expect(relativeError(loss(a, b, 'none').readSync(), map)).toBeLessThan(2e-6);
      expect(loss(a, b).shape).toEqual([]);
    });
  });

  it('has its gradient', () => {
    scope(() => {
      const [a, b] = [tensor(Float32Array.from(x.data), shape), tensor(Float32Array.from(t.data), shape)];
      const gradient = record(() => loss(a, b, 'sum'), { watch: [a] })
        .backward()
        .get(a)!
        .readSync();
      const step = 1e-6;
      const moved = (i: number, by: number) =>
        reference(
          x.data.map((v, j) => (i === j ? v + by : v)),
          t.data,
        ).reduce((p, q) => p + q, 0);
      const expected = Array.from(x.data, (_v, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
      expect(relativeError(gradient, expected)).toBeLessThan(1e-5);
    });
  });
});

const average = (map: NdArray) => map.data.reduce((a, b) => a + b, 0) / map.data.length;
const wang = { window: 'gaussian', size: 11, sigma: 1.5, border: 'zero', range: 1, k1: 0.01, k2: 0.03, epsilon: 0, part: 'ssim' };
const halved = ({ shape: [n, c, h, w], data }: NdArray): NdArray =>
  nd(
    [n, c, h / 2, w / 2],
    Array.from({ length: (n * c * h * w) / 4 }, (_, i) => {
      const corner = Math.floor(i / (w / 2)) * 2 * w + (i % (w / 2)) * 2;
      return (data[corner] + data[corner + 1] + data[corner + w] + data[corner + w + 1]) / 4;
    }),
  );
const mask = fillOperand({ shape: [2, 1, 8, 6], values: 'unit' }, 9);
const oneScale = (x: NdArray, t: NdArray) => 1 - average(gms(x, t, { c: 0.0026, epsilon: 1e-12, masking: 0 }));

/** Two levels, halved once; each channel's mean to the power of its level's weight, and not below 0. */
function twoLevels(x: NdArray, t: NdArray): number {
  const attrs = { ...wang, size: 3, border: 'valid' };
  const levels = [similarity(x, t, { ...attrs, part: 'contrast' }), similarity(halved(x), halved(t), attrs)];
  const products = Array.from({ length: 6 }, (_, plane) =>
    levels.reduce((product, { shape: [, , h, w], data }, level) => {
      const own = data.subarray(plane * h * w, (plane + 1) * h * w);
      return product * Math.max(0, own.reduce((a, b) => a + b, 0) / own.length) ** [0.4, 0.7][level];
    }, 1),
  );
  return 1 - products.reduce((a, b) => a + b, 0) / 6;
}

/** Losses that look at pictures as a whole. */
const pictureChecks: Record<string, { loss: (x: Tensor, t: Tensor) => Tensor; reference: (x: NdArray, t: NdArray) => number }> = {
  ssimLoss: { loss: (x, t) => ssimLoss(x, t), reference: (x, t) => 1 - average(similarity(x, t, wang)) },
  'ssimLoss by another convention': {
    loss: (x, t) => ssimLoss(x, t, { preset: 'kornia', size: 5 }),
    reference: (x, t) => 1 - average(similarity(x, t, { ...wang, size: 5, border: 'reflect', epsilon: 1e-12 })),
  },
  msSsimLoss: { loss: (x, t) => msSsimLoss(x, t, { size: 3, weights: [0.4, 0.7] }), reference: twoLevels },
  msgmsLoss: { loss: (x, t) => msgmsLoss(x, t, { scales: 2 }), reference: (x, t) => (oneScale(x, t) + oneScale(halved(x), halved(t))) / 2 },
  twoAreaLoss: {
    loss: (x, t) => twoAreaLoss(x, t, toTensor(mask), { lambda: 0.2 }),
    reference: (x, t) => areas(x, t, mask, 0.2).terms.reduce((a, b) => a + b),
  },
};

describe.each(Object.entries(pictureChecks))('%s', (_, { loss, reference }) => {
  const pictures = [2, 3, 8, 6];
  const x = fillOperand({ shape: pictures, values: 'unit' }, 5);
  const t = fillOperand({ shape: pictures, values: 'unit' }, 6);

  it('is its formula and has its gradient', () => {
    scope(() => {
      const [a, b] = [toTensor(x), toTensor(t)];
      const tape = record(() => loss(a, b), { watch: [a, b] });
      expect(tape.value.shape).toEqual([]);
      expect(relativeError(tape.value.readSync(), [reference(x, t)])).toBeLessThan(2e-6);
      const gradients = tape.backward();
      for (const [operand, own] of [[a, x] as const, [b, t] as const]) {
        const along = fillOperand({ shape: pictures }, 7).data;
        const moved = (by: number) =>
          nd(
            pictures,
            own.data.map((v, i) => v + by * along[i]),
          );
        const at = (by: number) => (own === x ? reference(moved(by), t) : reference(x, moved(by)));
        const found = gradients.get(operand)!.readSync();
        expect(relativeError([along.reduce((sum, v, i) => sum + v * found[i], 0)], [(at(1e-5) - at(-1e-5)) / 2e-5])).toBeLessThan(2e-5);
      }
    });
  });
});

describe('at the ends of the scale', () => {
  it('bceWithLogits stays exact', () => {
    scope(() => {
      const logits = tensor([10, -10, 100, -100, 100, -100, 0]);
      const target = tensor([1, 0, 1, 0, 0, 1, 1]);
      const found = bceWithLogits(logits, target, { reduction: 'none' }).readSync();
      expect(relativeError(found, [softplus(-10), softplus(-10), 0, 0, 100, 100, Math.LN2])).toBeLessThan(1e-6);
      expect(relativeError(found.slice(0, 2), [softplus(-10), softplus(-10)])).toBeLessThan(1e-6);
    });
  });

  it('focalWithLogits stays exact, and so does its gradient', () => {
    scope(() => {
      const logits = tensor([100, -100, 100, -100, -12]);
      const target = tensor([1, 0, 0, 1, 0]);
      const tape = record(() => focalWithLogits(logits, target, { gamma: 0.5, reduction: 'none' }), { watch: [logits] });
      // (1 - p)^γ is 1 where all is wrong; p^γ log(1 - p) at -12 with p = e⁻¹² / (1 + e⁻¹²).
      const p = Math.exp(-12) / (1 + Math.exp(-12));
      const own = -Math.sqrt(p) * Math.log1p(-p);
      expect(relativeError(tape.value.readSync().slice(0, 4), [0, 0, 100, 100])).toBeLessThan(1e-6);
      expect(relativeError(tape.value.readSync().slice(4), [own])).toBeLessThan(1e-5);
      const gradient = tape
        .backward(tape.value, tensor([1, 1, 1, 1, 1]))
        .get(logits)!
        .readSync();
      expect(relativeError(gradient.slice(0, 4), [0, 0, 1, -1])).toBeLessThan(1e-6);
      expect(relativeError(gradient.slice(4), [0.5 * (1 - p) * own + Math.sqrt(p) * p])).toBeLessThan(1e-5);
    });
  });

  it('crossEntropy takes class numbers', () => {
    scope(() => {
      const logits = tensor([1000, 0, -1000, 1, 2, 3], [2, 3]);
      const found = crossEntropy(logits, tensor([0, 2], [2], { dtype: 'i32' }), { reduction: 'none' }).readSync();
      expect(Math.abs(found[0])).toBe(0);
      expect(found[1]).toBeCloseTo(Math.log(Math.exp(-2) + Math.exp(-1) + 1), 6);
      const pixels = tensor(
        Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
        [2, 3, 2, 2],
      );
      expect(crossEntropy(pixels, tensor([0, 1, 2, 0, 1, 1, 2, 2], [2, 2, 2], { dtype: 'i32' }), { reduction: 'none' }).shape).toEqual([2, 2, 2]);
    });
  });

  it('refuses what does not fit', () => {
    scope(() => {
      const x = tensor([1, 2, 3, 4], [2, 2]);
      expect(thrown(() => crossEntropy(x, tensor([0], [1], { dtype: 'i32' })))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: crossEntropy: target is [1] for logits [2 2]; expected [2]"`,
      );
      expect(thrown(() => crossEntropy(x, x, { labelSmoothing: 2 }))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: crossEntropy: labelSmoothing is 2; expected a number from 0 to 1"`,
      );
      expect(thrown(() => huber(x, x, { delta: 0 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: huber: delta is 0; expected a positive number"`);
      expect(thrown(() => focalWithLogits(x, x, { gamma: -1 }))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: focalWithLogits: gamma is -1; expected a number of at least 0"`,
      );
      expect(thrown(() => focalWithLogits(x, x, { alpha: 2 }))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: focalWithLogits: alpha is 2; expected null or a number from 0 to 1"`,
      );
      expect(thrown(() => bceWithLogits(x, x, { positiveWeight: -1 }))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: bceWithLogits: positiveWeight is -1; expected at least 0"`,
      );
    });
  });
});

it('every loss has a check', () => {
  for (const name of Object.keys(losses))
    expect(
      Object.keys({ ...checks, ...pictureChecks }).some((check) => check.startsWith(name)),
      name,
    ).toBe(true);
});
