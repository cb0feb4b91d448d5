// The objective term by term: values in closed form, and gradients by central differences.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { entropyCost, type ObjectiveOptions, objective, readout, restorationCost, type Seen } from '../../../src/methods/information/objective.ts';
import { full, normal } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';

const options: ObjectiveOptions = {
  contrast: null,
  temperature: 0.5,
  entropy: 'isotropic',
  kernel: 1,
  variance: 0.5,
  consistency: 1,
  centre: 'mean',
};
const [count, width] = [12, 3];
const seenOf = (codes: Tensor, more: Partial<Seen> = {}): Seen => ({
  codes,
  centre: full([1, width], 0.3),
  restored: null,
  recognised: null,
  views: null,
  again: null,
  logAverage: full([], -1e30),
  ...more,
});
const values = (shape: readonly number[], seed: number) =>
  Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (
      (r) => () =>
        r.normal()
    )(new Random(seed)),
  );

/** Largest difference between the tape's gradient and central differences, over the largest of those. */
function gradientError(shape: readonly number[], f: (x: Tensor) => Tensor): number {
  const at = values(shape, 7);
  const step = 1e-2;
  const number = (data: Float32Array) => scope(() => f(tensor(data, shape)).readSync()[0]);
  const numeric = Array.from(at, (_, i) => {
    const moved = (by: number) => number(at.map((x, j) => (j === i ? x + by : x)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const exact = scope(() => {
    const x = tensor(at, shape);
    return record(() => f(x), { watch: [x] })
      .backward()
      .get(x)!
      .readSync();
  });
  const largest = Math.max(...numeric.map(Math.abs));
  expect(largest).toBeGreaterThan(1e-4);
  return Math.max(...numeric.map((n, i) => Math.abs(n - exact[i]))) / largest;
}

const total = (terms: Record<string, Tensor>) => {
  const [term, ...others] = Object.values(terms);
  expect(others).toEqual([]);
  return term;
};

describe('gradients', () => {
  it.each(['isotropic', 'gaussian', 'renyi2', 'distance', 'norm'] as const)('of the entropy by %s', (entropy) => {
    expect(gradientError([count, width], (codes) => total(objective(seenOf(codes), { ...options, entropy }, 0.7)))).toBeLessThan(0.01);
  });

  it.each(['origin', 'first'] as const)('of the distance from the centre %s', (centre) => {
    expect(gradientError([count, width], (codes) => total(objective(seenOf(codes), { ...options, entropy: 'distance', centre }, 1)))).toBeLessThan(0.01);
  });

  it.each([0.5, 0, 2])('of the reconstruction with variance %d', (variance) => {
    const target = tensor(values([2, 1, 3, 4], 3), [2, 1, 3, 4]);
    const f = (output: Tensor) => total(objective(seenOf(full([2, width], 0), { restored: { output, target } }), { ...options, entropy: 'none', variance }, 1));
    expect(gradientError([2, 1, 3, 4], f)).toBeLessThan(0.01);
    target.dispose();
  });

  it('of recognising transforms', () => {
    const labels = tensor(Int32Array.of(0, 3, 1, 2, 3), [5], { dtype: 'i32' });
    const f = (logits: Tensor) =>
      total(objective(seenOf(full([5, width], 0), { recognised: { logits, labels, entropy: Math.log(4) } }), { ...options, entropy: 'none' }, 1));
    expect(gradientError([5, 4], f)).toBeLessThan(0.01);
    labels.dispose();
  });

  it.each(['infoNCE', 'jsd'] as const)('of the contrast %s', (contrast) => {
    const second = tensor(values([6, 4], 4), [6, 4]);
    const f = (first: Tensor) => total(objective(seenOf(full([6, width], 0), { views: { first, second } }), { ...options, contrast, entropy: 'none' }, 1));
    expect(gradientError([6, 4], f)).toBeLessThan(0.01);
    second.dispose();
  });

  it('of Donsker and Varadhan, with the average as a constant', () => {
    const second = tensor(values([6, 4], 4), [6, 4]);
    // A loss with a fixed average: the same before every call.
    const f = (first: Tensor) =>
      total(
        objective(
          seenOf(full([6, width], 0), { views: { first, second }, logAverage: full([], 0.4) }),
          { ...options, contrast: 'donskerVaradhan', entropy: 'none' },
          1,
        ),
      );
    // A hundredth of the average is this batch's own, and counts as a constant too: so much may differ.
    expect(gradientError([6, 4], f)).toBeLessThan(0.03);
    second.dispose();
  });

  it('of the consistency, towards both sides', () => {
    const other = tensor(values([4, width], 5), [4, width]);
    for (const side of ['first', 'second'] as const) {
      const f = (x: Tensor) =>
        total(
          objective(
            seenOf(full([4, width], 0), { again: side === 'first' ? { first: x, second: other } : { first: other, second: x } }),
            { ...options, consistency: 3, entropy: 'none' },
            1,
          ),
        );
      expect(gradientError([4, width], f)).toBeLessThan(0.01);
    }
    other.dispose();
  });
});

describe('entropies', () => {
  const nats = (variance: number) => 0.5 * Math.log(2 * Math.PI * Math.E * variance);

  it('of Gaussian codes are those of the law, per number', () => {
    scope(() => {
      const codes = normal([20000, 4], new Random(1), { deviation: 2 });
      for (const entropy of ['isotropic', 'gaussian'] as const)
        expect(entropyCost(codes, full([1, 4], 0), { entropy, kernel: 1, centre: 'mean' }).readSync()[0]).toBeCloseTo(nats(4), 1);
    });
  });

  it('by all covariances is below that by one variance where codes are correlated', () => {
    scope(() => {
      const one = normal([500, 1], new Random(2));
      const codes = tensor(Float32Array.from([...one.readSync()].flatMap((x, i) => [x, x + 0.1 * Math.sin(i)])), [500, 2]);
      const [isotropic, gaussian] = (['isotropic', 'gaussian'] as const).map(
        (entropy) => entropyCost(codes, full([1, 2], 0), { entropy, kernel: 1, centre: 'mean' }).readSync()[0],
      );
      expect(gaussian).toBeLessThan(isotropic - 0.5);
    });
  });

  it('measure distances from the centre that is set', () => {
    scope(() => {
      const codes = tensor([1, 1, 3, 1], [2, 2]);
      const from = (centre: ObjectiveOptions['centre']) => entropyCost(codes, tensor([1, 0], [1, 2]), { entropy: 'distance', kernel: 1, centre }).readSync()[0];
      expect(['mean', 'origin', 'first'].map((centre) => from(centre as 'mean'))).toEqual([0.5, 3, 1.5]);
    });
  });
});

describe('objective', () => {
  it('at variance one half is the mean squared error; at 0 half its logarithm', () => {
    scope(() => {
      const restored = { output: full([2, 1, 2, 2], 0.5), target: full([2, 1, 2, 2], 0.1) };
      expect(restorationCost(restored, 0.5).readSync()[0]).toBeCloseTo(0.16, 6);
      expect(restorationCost(restored, 0).readSync()[0]).toBeCloseTo(0.5 * Math.log(0.16), 4);
    });
  });

  it('weighs the entropy by beta, and has no term that nothing asks for', () => {
    scope(() => {
      const codes = tensor(values([count, width], 7), [count, width]);
      const [once, thrice] = [1, 3].map((beta) => objective(seenOf(codes), options, beta));
      expect(Object.keys(once)).toEqual(['entropy']);
      expect(thrice.entropy.readSync()[0]).toBeCloseTo(3 * once.entropy.readSync()[0], 5);
      expect(Object.keys(objective(seenOf(codes), { ...options, entropy: 'none' }, 1))).toEqual([]);
    });
  });

  it('starts the moving average with the first batch and moves it on', () => {
    scope(() => {
      const [first, second] = [4, 5].map((seed) => tensor(values([6, 4], seed), [6, 4]));
      const logAverage = full([], -1e30);
      const seen = seenOf(full([6, width], 0), { views: { first, second }, logAverage });
      const h = { ...options, contrast: 'donskerVaradhan', entropy: 'none' } as const;
      // e^(apart - average) is one at first.
      const { contrast } = objective(seen, h, 1);
      const scores = readout(seen, h, 1).information.readSync()[0];
      const average = logAverage.readSync()[0];
      expect(average).toBeGreaterThan(-10);
      expect(1 - contrast.readSync()[0]).toBeCloseTo(scores + average, 4);
    });
  });
});

describe('readout', () => {
  it('adds up to the bound, in nats', () => {
    scope(() => {
      const codes = tensor(values([count, width], 7), [count, width]);
      const target = full([count, 1, 2, 2], 0.1);
      const labels = tensor(new Int32Array(count), [count], { dtype: 'i32' });
      const seen = seenOf(codes, {
        restored: { output: full([count, 1, 2, 2], 0.5), target },
        recognised: { logits: full([count, 4], 0), labels, entropy: Math.log(4) },
      });
      const told = Object.fromEntries(Object.entries(readout(seen, options, 0.2)).map(([name, value]) => [name, value.readSync()[0]]));
      expect(Object.keys(told)).toEqual(['entropy', 'information', 'bound', 'kozachenkoLeonenko']);
      // Logits that say nothing have no information.
      expect(told.information).toBeCloseTo(-2 * Math.log(2 * Math.PI * Math.E * 0.16), 3);
      expect(told.bound).toBeCloseTo(told.information - 0.2 * told.entropy, 4);
      expect(told.entropy).toBeCloseTo(width * entropyCost(codes, codes, options).readSync()[0], 4);
      // Both estimate the entropy of the same law.
      expect(Math.abs(told.kozachenkoLeonenko - told.entropy)).toBeLessThan(2);
    });
  });
});
