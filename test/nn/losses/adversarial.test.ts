// Adversarial losses and the gradient penalty: closed forms, and gradients of gradients by central differences.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { init, Parameter } from '../../../src/nn/index.ts';
import { type AdversarialKind, criticLoss, generatorLoss, gradientPenalty } from '../../../src/nn/losses/index.ts';
import { ResidualCritic } from '../../../src/nn/networks/index.ts';
import { conv2d, copyStep, mul, normal, square, sum, tanh } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { keep, scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';

const real = [2, -0.5, 0.3];
const made = [-1.2, 1.5, 0.2];
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const softplus = (x: number) => Math.log1p(Math.exp(x));
const relu = (x: number) => Math.max(0, x);

const formulas: Record<AdversarialKind, [real: (v: number) => number, made: (v: number) => number, generator: (v: number) => number]> = {
  crossEntropy: [(v) => softplus(-v), softplus, (v) => softplus(-v)],
  leastSquares: [(v) => (v - 1) ** 2, (v) => v ** 2, (v) => (v - 1) ** 2],
  wasserstein: [(v) => -v, (v) => v, (v) => -v],
  hinge: [(v) => relu(1 - v), (v) => relu(1 + v), (v) => -v],
};

describe.each(Object.entries(formulas))('%s', (name, [ofReal, ofMade, ofGenerator]) => {
  const kind = name as AdversarialKind;

  it('is the mean of its formula, and so are its gradients', () => {
    scope(() => {
      const [a, b] = [tensor(real), tensor(made)];
      const both = criticLoss(kind, a, b);
      expect(both.real.readSync()[0]).toBeCloseTo(mean(real.map(ofReal)), 6);
      expect(both.made.readSync()[0]).toBeCloseTo(mean(made.map(ofMade)), 6);
      expect(generatorLoss(kind, b).readSync()[0]).toBeCloseTo(mean(made.map(ofGenerator)), 6);
      const slopes: [(v: number) => number, (x: Tensor) => Tensor, number[]][] = [
        [ofReal, (x) => criticLoss(kind, x, b).real, real],
        [ofMade, (x) => criticLoss(kind, a, x).made, made],
        [ofGenerator, (x) => generatorLoss(kind, x), made],
      ];
      for (const [formula, loss, at] of slopes) {
        const x = tensor(at);
        const gradient = record(() => loss(x), { watch: [x] })
          .backward()
          .get(x)!
          .readSync();
        at.forEach((v, i) => {
          expect(gradient[i]).toBeCloseTo((formula(v + 1e-6) - formula(v - 1e-6)) / 2e-6 / 3, 5);
        });
      }
    });
  });
});

describe('gradientPenalty', () => {
  it('is (|w x| - 1)² for D(x) = Σ w x² / 2, with its gradient towards w', () => {
    scope(() => {
      // Real and made are equal, so that every point between them is known.
      const x = [0.6, -1.2, 0.4, 2];
      const values = [1.5, 0.7, -2, 0.3];
      const w = new Parameter(keep(tensor(values, [1, 4])));
      const points = tensor(x, [1, 4]);
      const tape = record(() => gradientPenalty((one) => mul(sum(mul(w, square(one))), 0.5), points, points, new Random(1)));
      const slope = Math.hypot(...x.map((v, i) => v * values[i]));
      expect(tape.value.readSync()[0]).toBeCloseTo((slope - 1) ** 2, 5);
      const gradient = tape.backward().get(w)!.readSync();
      x.forEach((v, i) => {
        expect(gradient[i]).toBeCloseTo((2 * (slope - 1) * v * v * values[i]) / slope, 5);
      });
      w.dispose();
    });
  });

  it('looks between real and made pictures, at a point of its own for each pair', () => {
    scope(() => {
      const seen: Tensor[] = [];
      const critic = (x: Tensor) => {
        seen.push(x);
        return sum(square(x));
      };
      gradientPenalty(critic, tensor([1, 1, 1, 1, 1, 1], [3, 2]), tensor([0, 0, 0, 0, 0, 0], [3, 2]), new Random(5));
      const points = seen[0].readSync();
      const shares = [points[0], points[2], points[4]];
      expect([points[1], points[3], points[5]]).toEqual(shares);
      expect(new Set(shares).size).toBe(3);
      for (const share of shares) expect(share > 0 && share < 1).toBe(true);
    });
  });

  it('has the gradient that central differences give, of a convolutional critic', () => {
    scope(() => {
      const random = new Random(3);
      const [first, second] = [
        [3, 1, 3, 3],
        [1, 3, 3, 3],
      ].map((shape, i) => new Parameter(keep(init.normal({ deviation: 0.4 })(shape, random.split(i)))));
      const [a, b] = [normal([2, 1, 6, 6], random), normal([2, 1, 6, 6], random)];
      const loss = () => gradientPenalty((x) => conv2d(tanh(conv2d(x, first)), second), a, b, new Random(9));
      const gradients = record(loss).backward();
      for (const parameter of [first, second]) {
        const [values, analytic] = [Float32Array.from(parameter.readSync()), gradients.get(parameter)!.readSync()];
        for (const i of [0, 4, 7, 13, 26]) {
          const at = (x: number) => {
            const moved = Float32Array.from(values);
            moved[i] = x;
            copyStep(parameter, tensor(moved, parameter.shape));
            return loss().readSync()[0];
          };
          const step = 1e-2;
          const numeric = (at(values[i] + step) - at(values[i] - step)) / (2 * step);
          copyStep(parameter, tensor(values, parameter.shape));
          expect(Math.abs(analytic[i] - numeric)).toBeLessThan(2e-2 * Math.max(1, Math.abs(numeric)));
        }
      }
      for (const parameter of [first, second]) parameter.dispose();
    });
  });

  it('reaches every weight of a residual critic but the last bias', () => {
    scope(() => {
      using critic = new ResidualCritic({ channels: 1, height: 16, width: 16, features: 4, random: new Random(1) });
      const random = new Random(2);
      const [a, b] = [normal([2, 1, 16, 16], random), normal([2, 1, 16, 16], random)];
      const gradients = record(() => gradientPenalty((x) => critic.judge(x).logits, a, b, random)).backward();
      const without = [...critic.namedParameters()].filter(([, one]) => !gradients.get(one)).map(([name]) => name);
      expect(without.filter((name) => !name.endsWith('bias') && !name.endsWith('shift'))).toEqual([]);
      expect(without).toContain('top.bias');
    });
  });
});
