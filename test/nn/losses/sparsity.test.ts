// Priors on masks: the divergence of Bernoulli distributions by closed forms and vectors, its gradient, total variation.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { bernoulliDivergence, sparsityLoss, totalVariation } from '../../../src/nn/losses/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

const exact = (p: number, q: number) => (p > 0 ? p * Math.log(p / q) : 0) + (p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0);

describe('bernoulliDivergence', () => {
  it('agrees with its formula', () => {
    scope(() => {
      const shares = [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.999];
      for (const p of [0, 0.001, 0.05, 0.5, 0.9, 1]) {
        const values = bernoulliDivergence(p, tensor(shares), { reduction: 'none' }).readSync();
        shares.forEach((q, i) => {
          expect(Math.abs(values[i] - exact(p, q)), `p ${p}, q ${q}`).toBeLessThan(1e-4 * Math.max(0.1, exact(p, q)));
        });
      }
    });
  });

  it('has these values', () => {
    scope(() => {
      const of = (p: number, q: number) => bernoulliDivergence(p, tensor([q])).readSync()[0];
      expect(of(0.5, 0.25)).toBeCloseTo(0.5 * Math.log(4 / 3), 6); // 0.5 ln 2 + 0.5 ln (2/3)
      expect(of(0, 0.5)).toBeCloseTo(Math.LN2, 6);
      expect(of(1, 0.5)).toBeCloseTo(Math.LN2, 6);
      expect(of(0.1, 0.2)).toBeCloseTo(0.03669001, 6);
      expect(of(0.3, 0.3)).toBeCloseTo(0, 6);
    });
  });

  it('is least where both are equal, and finite at the ends with a slope that leads away from them', () => {
    scope(() => {
      const ends = tensor([0, 1]);
      const tape = record(() => bernoulliDivergence(0.02, ends, { reduction: 'sum' }), { watch: [ends] });
      expect(Number.isFinite(tape.value.readSync()[0])).toBe(true);
      const [low, high] = tape.backward().get(ends)!.readSync();
      expect(low).toBeLessThan(-1);
      expect(high).toBeGreaterThan(1);
    });
  });

  it('refuses a share that is none', () => {
    scope(() =>
      expect(thrown(() => bernoulliDivergence(1.5, tensor([0.5])))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: bernoulliDivergence: p is 1.5; expected 0 … 1"`),
    );
  });
});

describe('sparsityLoss', () => {
  it('has for every pixel the slope that its sigmoid and its picture say', () => {
    scope(() => {
      const values = Array.from({ length: 24 }, (_, i) => Math.sin(i) - (i < 12 ? 2 : 0));
      const logits = tensor(values, [2, 1, 3, 4]);
      const tape = record(() => sparsityLoss(logits, 0.1), { watch: [logits] });
      const masks = values.map((x) => 1 / (1 + Math.exp(-x)));
      const shares = [0, 1].map((n) => masks.slice(12 * n, 12 * n + 12).reduce((a, b) => a + b) / 12);
      expect(tape.value.readSync()[0]).toBeCloseTo((exact(0.1, shares[0]) + exact(0.1, shares[1])) / 2, 5);
      const gradient = tape.backward().get(logits)!.readSync();
      masks.forEach((m, i) => {
        const q = shares[i < 12 ? 0 : 1];
        expect(gradient[i]).toBeCloseTo(((-0.1 / q + 0.9 / (1 - q)) / 12) * m * (1 - m) * 0.5, 5);
      });
    });
  });
});

describe('totalVariation', () => {
  it('is the mean step down and the mean step across', () => {
    scope(() => {
      expect(totalVariation(tensor([0, 1, 3, 0, 2, 3], [1, 1, 2, 3])).readSync()[0]).toBeCloseTo(1 / 3 + (1 + 2 + 2 + 1) / 4, 6);
      expect(thrown(() => totalVariation(tensor([0, 1], [1, 1, 1, 2])))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: totalVariation: x is [1 1 1 2]; expected at least 2 by 2 pixels"`,
      );
    });
  });
});
