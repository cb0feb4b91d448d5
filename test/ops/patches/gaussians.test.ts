// Gaussians of positions beyond single calls: batches, scikit-learn's numbers, threads, failures.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { setThreads } from '../../../src/tensor/device.ts';
import { keep, scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const list = (x: Tensor) => Array.from(x.readSync());
const pictures = (shape: readonly number[], seed: number) => keep(toTensor(fillOperand({ shape }, seed)));

/** Fits to x, given in batches of so many pictures. */
function fitted(x: Tensor, batch: number, options: ops.GaussianFitOptions = {}) {
  const [, ...shape] = x.shape as [number, number, number, number];
  const gaussians = new ops.PositionGaussians(shape, { ledoitWolf: true });
  try {
    for (let from = 0; from < x.shape[0]; from += batch)
      scope(() => gaussians.add(ops.slice(x, [from, 0, 0, 0], [Math.min(batch, x.shape[0] - from), ...shape])));
    return scope(() => {
      const { mean, whitening, amount, logDet } = gaussians.fit(options);
      return { mean: list(mean), whitening: list(whitening), amount: list(amount), logDet: list(logDet), map: list(ops.mahalanobisMap(x, mean, whitening)) };
    });
  } finally {
    gaussians.dispose();
  }
}

describe('PositionGaussians', () => {
  it('gives what scikit-learn and numpy give', () => {
    // One position, nine vectors of four channels.
    const numbers = Array.from({ length: 9 }, (_, n) =>
      Array.from({ length: 4 }, (_, c) => ((7 * n * n + 3 * c * c + 5 * n * c) % 11) + 3 * n * (c + 1)),
    ).flat();
    const x = keep(tensor(numbers, [9, 4, 1, 1]));
    const expected = {
      none: { amount: 0, logDet: 11.092731922539604, map: [2.448844091211056, 1.4566624062525666, 1.8289544500508206] },
      ledoitWolf: { amount: 0.12200654355921975, logDet: 19.702817418320453, map: [1.812542567700957, 1.2364737504949606, 0.8209719869326748] },
      oas: { amount: 0.27138139889834056, logDet: 21.800035438315664, map: [1.879292657932075, 1.2890069866730145, 0.8160483497594158] },
    };
    for (const [shrinkage, { amount, logDet, map }] of Object.entries(expected)) {
      const own = fitted(x, 4, { shrinkage: shrinkage as 'none' });
      expect(relativeError(own.amount, [amount])).toBeLessThan(1e-6);
      expect(relativeError(own.logDet, [logDet])).toBeLessThan(1e-6);
      expect(relativeError(own.map.slice(0, 3), map)).toBeLessThan(1e-6);
    }
    x.dispose();
  });

  it('does not depend on how pictures come in batches', () => {
    const x = pictures([23, 5, 3, 4], 1);
    for (const shrinkage of ['none', 'ledoitWolf', 'oas'] as const) {
      const whole = fitted(x, 23, { shrinkage });
      for (const batch of [1, 2, 10]) {
        const parts = fitted(x, batch, { shrinkage });
        for (const key of ['mean', 'whitening', 'amount', 'map'] as const)
          expect(relativeError(parts[key], whole[key]), `${shrinkage} ${key}`).toBeLessThan(2e-6);
      }
    }
    x.dispose();
  });

  it('does not depend on the number of threads', () => {
    const x = pictures([40, 30, 9, 11], 2);
    const run = (threads: number) => {
      setThreads(threads);
      return fitted(x, 16, { shrinkage: 'ledoitWolf' });
    };
    try {
      expect(run(3)).toEqual(run(1));
    } finally {
      setThreads(2);
      x.dispose();
    }
  });

  it('distances have the mean square that their law says', () => {
    // With the covariance of the same vectors: the squares add up to (n - 1) C exactly.
    const x = pictures([50, 6, 2, 3], 3);
    const { map } = fitted(x, 50, { epsilon: 0 });
    expect(map.reduce((sum, d) => sum + d * d, 0)).toBeCloseTo(6 * 49 * 6, 1);
    x.dispose();
  });

  it('says where a covariance is singular', () => {
    const x = keep(tensor(new Float32Array(5 * 2 * 1 * 3).fill(1), [5, 2, 1, 3]));
    expect(thrown(() => fitted(x, 5, { epsilon: 0 }))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: gaussianWhitening: the covariance at position 0 is not positive definite: pivot 0 is 0.000000; expected positive pivots: a larger epsilon, or shrinkage"`,
    );
    expect(thrown(() => fitted(x, 5, { shrinkage: 'ledoitWolf' }))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: gaussianWhitening: the covariance at position 0 is not positive definite: pivot 0 is 0.000000; expected positive pivots: a larger epsilon, or shrinkage"`,
    );
    expect(fitted(x, 5).map).toEqual(new Array(15).fill(0));
    x.dispose();
    const odd = keep(tensor([1, Number.NaN, 3, 4], [2, 1, 1, 2]));
    expect(thrown(() => fitted(odd, 2))).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: gaussianWhitening: the covariance at position 1 is not positive definite: pivot 0 is nan; expected positive pivots: a larger epsilon, or shrinkage"`,
    );
    odd.dispose();
  });

  it('names the position also where the work is divided', () => {
    // Of 600 channels some 46 positions are one call.
    const positions = 50;
    const shape = [positions, (600 * 601) / 2] as const;
    const diagonal = (p: number) => (at: number) => p * shape[1] + (at * (at + 3)) / 2;
    const numbers = new Float64Array(shape[0] * shape[1]);
    for (let p = 0; p < positions; p++) for (let i = 0; i < 600; i++) numbers[diagonal(p)(i)] = p === 48 && i === 7 ? 0 : 3;
    const [mean, scatter] = [keep(tensor(new Float64Array(positions * 600), [positions, 600])), keep(tensor(numbers, shape))];
    scope(() => {
      expect(thrown(() => ops.whitenMoments({ mean, scatter }, 4, { epsilon: 0 }).logDet.readSync())).toMatchInlineSnapshot(
        `"NUMERICAL_FAILURE: gaussianWhitening: the covariance at position 48 is not positive definite: pivot 7 is 0.000000; expected positive pivots: a larger epsilon, or shrinkage"`,
      );
      const { whitening, logDet } = ops.whitenMoments({ mean, scatter }, 4, { epsilon: 1 });
      expect([whitening.shape, logDet.shape]).toEqual([[positions, shape[1]], [positions]]);
      expect(logDet.readSync()[49]).toBeCloseTo(600 * Math.log(2), 3);
    });
    mean.dispose();
    scatter.dispose();
  });

  it('refuses a gradient by the whitening', () => {
    scope(() => {
      const whitening = tensor([1, 0.5, 2], [1, 3]);
      const tape = record(() => ops.sum(ops.mahalanobisMap(tensor([1, 2], [1, 2, 1, 1]), tensor([0, 0], [1, 2]), whitening)), { watch: [whitening] });
      expect(thrown(() => tape.backward())).toMatchInlineSnapshot(
        `"TAPE_MISUSED: mahalanobisMap: has no gradient by whitening, which is followed by a tape; expected it inside noGrad or detached"`,
      );
    });
  });

  it('refuses other extents and missing moments', () => {
    const gaussians = new ops.PositionGaussians([2, 3, 3]);
    scope(() => {
      expect(thrown(() => gaussians.add(tensor([1, 2], [1, 2, 1, 1])))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: PositionGaussians.add: x is [1 2 1 1]; expected [N 2 3 3]"`,
      );
      expect(thrown(() => gaussians.fit())).toMatchInlineSnapshot(`"ARGUMENT_INVALID: PositionGaussians.fit: no picture was added; expected at least one"`);
      gaussians.add(toTensor(fillOperand({ shape: [4, 2, 3, 3] }, 1)));
      expect(thrown(() => gaussians.fit({ shrinkage: 'ledoitWolf' }))).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: PositionGaussians.fit: shrinkage is 'ledoitWolf'; expected the option ledoitWolf at construction"`,
      );
    });
    gaussians.dispose();
  });
});
