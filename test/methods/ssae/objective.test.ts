// The two-area error against plain loops, and what it is where an area is empty.
import { describe, expect, it } from 'vitest';
import { squaredErrors } from '../../../src/methods/ssae/objective.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { uniformSource } from '../../support/cases.ts';

const shape = [2, 3, 5, 7] as const;
const pixels = shape[2] * shape[3];

function numbers(count: number, seed: number): Float32Array {
  const uniform = uniformSource(seed);
  return Float32Array.from({ length: count }, uniform);
}

/** Both areas averaged over their own weight, all in float64. */
function reference(output: Float32Array, target: Float32Array, opacity: Float32Array, lambda: number) {
  const sums = { clean: 0, corrupted: 0, left: 0, covered: 0 };
  for (let n = 0; n < shape[0]; n++) {
    for (let p = 0; p < pixels; p++) {
      const m = opacity[n * pixels + p];
      sums.left += 1 - m;
      sums.covered += m;
      for (let c = 0; c < shape[1]; c++) {
        const i = (n * shape[1] + c) * pixels + p;
        sums.clean += (1 - m) * (output[i] - target[i]) ** 2;
        sums.corrupted += m * (output[i] - target[i]) ** 2;
      }
    }
  }
  return {
    clean: ((1 - lambda) * sums.clean) / (shape[1] * Math.max(sums.left, 1)),
    corrupted: (lambda * sums.corrupted) / (shape[1] * Math.max(sums.covered, 1)),
  };
}

describe('squaredErrors', () => {
  const count = shape[0] * shape[1] * pixels;
  const [output, target, opacity] = [numbers(count, 1), numbers(count, 2), numbers(shape[0] * pixels, 3)];
  const terms = (weighting: 'areas' | 'plain', mask: Float32Array, lambda = 0.3) =>
    scope(() => {
      const made = squaredErrors(tensor(output, shape), tensor(target, shape), tensor(mask, [2, 1, 5, 7]), { weighting, lambda });
      return Object.fromEntries(Object.entries(made).map(([name, value]) => [name, value.readSync()[0]]));
    });

  it('averages both areas apart', () => {
    const expected = reference(output, target, opacity, 0.3);
    const made = terms('areas', opacity);
    expect(Object.keys(made)).toEqual(['clean', 'corrupted']);
    expect(made.clean).toBeCloseTo(expected.clean, 6);
    expect(made.corrupted).toBeCloseTo(expected.corrupted, 6);
  });

  it('weighs a small corruption as much as a large one', () => {
    const small = new Float32Array(2 * pixels).fill(0);
    small.fill(1, 0, 4);
    expect(terms('areas', small).corrupted).toBeCloseTo(reference(output, target, small, 0.3).corrupted, 6);
    expect(terms('areas', small).corrupted).toBeGreaterThan(0.01);
  });

  it('has no corrupted part where nothing is', () => {
    expect(terms('areas', new Float32Array(2 * pixels)).corrupted).toBe(0);
  });

  it('is the mean squared error where asked to be plain', () => {
    const expected = output.reduce((sum, x, i) => sum + (x - target[i]) ** 2, 0) / count;
    expect(terms('plain', opacity)).toEqual({ error: expect.closeTo(expected, 6) });
  });
});
