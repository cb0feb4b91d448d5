// What sparsity-prior minimises: its terms in float64, its gradient by central differences, and what a mask comes to.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { halves } from '../../../src/methods/parts/adversaries.ts';
import { discrepancy, inUsualUnits, maskObjective, restoreObjective, supervisedObjective } from '../../../src/methods/sparsity-prior/objective.ts';
import { Sgd } from '../../../src/nn/optim/index.ts';
import { Parameter } from '../../../src/nn/parameter.ts';
import { add, full, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { keep, scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';

const options = { sparsity: 3, normalShare: 0.01, defectShare: 0.1, variation: 0.5, binary: 0.2 };
const [n, h, w] = [2, 3, 4];
const values = (seed: number, low: number, high: number) => {
  const random = new Random(seed);
  return Array.from({ length: n * h * w }, () => low + (high - low) * random.uniform());
};
const [logits, spoiltLogits] = [values(1, -3, 1), values(2, -3, 2)];
const [errors, spoiltErrors] = [values(3, 0, 2), values(4, 0, 9)];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const divergence = (p: number, q: number) => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));

function termsOf(x: readonly number[], e: readonly number[], share: number): Record<string, number> {
  const m = x.map(sigmoid);
  const at = (i: number, y: number, z: number) => m[(i * h + y) * w + z];
  const [down, across]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (let y = 0; y < h; y++) {
      for (let z = 0; z < w; z++) {
        if (y + 1 < h) down.push(Math.abs(at(i, y + 1, z) - at(i, y, z)));
        if (z + 1 < w) across.push(Math.abs(at(i, y, z + 1) - at(i, y, z)));
      }
    }
  }
  const shares = [0, 1].map((i) => mean(m.slice(i * h * w, (i + 1) * h * w)));
  return {
    explained: mean(m.map((one, i) => (1 - one) * e[i])),
    sparsity: 3 * mean(shares.map((q) => divergence(share, q))),
    variation: 0.5 * (mean(down) + mean(across)),
    binary: 0.2 * mean(m.map((one) => one * (1 - one))),
  };
}

function reference(x: readonly number[], y: readonly number[]): Record<string, number> {
  const [a, b] = [termsOf(x, errors, 0.01), termsOf(y, spoiltErrors, 0.1)];
  return Object.fromEntries(Object.keys(a).map((name) => [name, (a[name] + b[name]) / 2]));
}

const map = (list: readonly number[]) => tensor(list, [n, 1, h, w]);
const total = (terms: Readonly<Record<string, number>>) => Object.values(terms).reduce((a, b) => a + b, 0);
const sumOf = (terms: Readonly<Record<string, Tensor>>) => Object.values(terms).reduce((a, b) => add(a, b));

describe('maskObjective', () => {
  it('is its formula, and has the gradient of central differences', () => {
    scope(() => {
      const [normal, spoilt] = [map(logits), map(spoiltLogits)];
      const discrepancies = { normalDiscrepancy: map(errors), spoiltDiscrepancy: map(spoiltErrors) };
      const terms = maskObjective({ normal, spoilt, ...discrepancies }, options);
      const expected = reference(logits, spoiltLogits);
      for (const [name, term] of Object.entries(terms)) expect(term.readSync()[0], name).toBeCloseTo(expected[name], 5);
      expect(Object.keys(terms)).toEqual(Object.keys(expected));
      const again = record(() => sumOf(maskObjective({ normal, spoilt, ...discrepancies }, options)), { watch: [normal, spoilt] });
      const gradients = again.backward();
      const [a, b] = [gradients.get(normal)!.readSync(), gradients.get(spoilt)!.readSync()];
      const moved = (list: readonly number[], i: number, by: number) => list.map((x, k) => (k === i ? x + by : x));
      for (let i = 0; i < n * h * w; i++) {
        const slope = (of: (by: number) => Record<string, number>) => (total(of(1e-5)) - total(of(-1e-5))) / 2e-5;
        expect(a[i]).toBeCloseTo(
          slope((by) => reference(moved(logits, i, by), spoiltLogits)),
          4,
        );
        expect(b[i]).toBeCloseTo(
          slope((by) => reference(logits, moved(spoiltLogits, i, by))),
          4,
        );
      }
    });
  });

  it('covers what is discrepant and little else, as far as the expected share lets it; everything without it', () => {
    const cover = (settings: typeof options) => {
      const side = 10;
      const parameter = new Parameter(keep(full([2, 1, side, side], -2)));
      using optimizer = new Sgd([parameter], { rate: 100 });
      // Five pixels of a hundred disagree strongly, in the spoilt picture alone.
      const e = Float32Array.from({ length: side * side }, (_, i) => (i < 5 ? 8 : 1));
      for (let step = 0; step < 400; step++) {
        scope(() => {
          const tape = record(() => {
            const [normal, spoilt] = halves(parameter);
            return sumOf(
              maskObjective({ normal, spoilt, normalDiscrepancy: full([1, 1, side, side], 1), spoiltDiscrepancy: tensor(e, [1, 1, side, side]) }, settings),
            );
          });
          optimizer.step(tape.backward());
        });
      }
      const masks = Array.from(parameter.readSync(), sigmoid);
      parameter.dispose();
      const [normal, spoilt] = [masks.slice(0, 100), masks.slice(100)];
      return { normal: mean(normal), inside: mean(spoilt.slice(0, 5)), outside: mean(spoilt.slice(5)) };
    };
    const settings = { ...options, normalShare: 0.001, defectShare: 0.05, variation: 0, binary: 0 };
    const covered = cover(settings);
    expect(covered.inside).toBeGreaterThan(0.95);
    expect(covered.outside).toBeLessThan(0.05);
    expect(covered.normal).toBeLessThan(0.02);
    const without = cover({ ...settings, sparsity: 0 });
    expect(without.outside).toBeGreaterThan(0.95);
    expect(without.normal).toBeGreaterThan(0.95);
  });
});

describe('discrepancy', () => {
  it('is 0 of equal pictures, and in units of the normal ones', () => {
    scope(() => {
      const x = uniform([2, 3, 16, 16], new Random(1));
      expect(Math.max(...discrepancy(x, x, 0.2).readSync())).toBeLessThan(1e-6);
      const apart = tensor([1, 3, 2, 40], [4, 1, 1, 1]);
      expect(Array.from(inUsualUnits(apart, 15).readSync())).toEqual([0.5, 1.5, 1, 15]);
      expect(inUsualUnits(full([2, 1, 2, 2], 0), 15).readSync()[0]).toBe(0);
    });
  });

  it('is the mean absolute difference of flat pictures', () => {
    scope(() => {
      const map = discrepancy(full([1, 3, 8, 8], 0.5), full([1, 3, 8, 8], 0.2), 0).readSync();
      for (const value of map) expect(value).toBeCloseTo(0.3, 6);
    });
  });
});

describe('restoreObjective', () => {
  it('has its terms, weighted', () => {
    scope(() => {
      const [x, y] = [full([1, 1, 16, 16], 0.5), full([1, 1, 16, 16], 0.3)];
      const verdict = (logit: number, feature: number) => ({ logits: tensor([logit]), features: full([1, 2, 2, 2], feature) });
      const settings = { adversarial: 2, context: 50, structure: 10, latent: 3 };
      const terms = restoreObjective(x, y, verdict(0, 1), verdict(-1, 3), settings);
      expect(terms.adversarial.readSync()[0]).toBeCloseTo(2 * Math.log1p(Math.E), 5);
      expect(terms.context.readSync()[0]).toBeCloseTo(10, 5);
      expect(terms.latent.readSync()[0]).toBeCloseTo(12, 5);
      expect(terms.structure.readSync()[0]).toBeGreaterThan(0);
      expect(restoreObjective(x, x, verdict(0, 1), verdict(0, 1), settings).structure.readSync()[0]).toBeCloseTo(0, 5);
    });
  });
});

describe('supervisedObjective', () => {
  it('is least for masks that are right', () => {
    scope(() => {
      const changed = tensor([0, 1, 1, 0], [1, 1, 2, 2]);
      const sharp = (sign: number) =>
        tensor(
          [-9, 9, 9, -9].map((x) => sign * x),
          [1, 1, 2, 2],
        );
      const none = full([1, 1, 2, 2], -9);
      expect(supervisedObjective(none, sharp(1), changed).focal.readSync()[0]).toBeLessThan(1e-6);
      expect(supervisedObjective(none, sharp(-1), changed).focal.readSync()[0]).toBeGreaterThan(1);
      expect(supervisedObjective(sharp(1), sharp(1), changed).focal.readSync()[0]).toBeGreaterThan(1);
    });
  });
});
