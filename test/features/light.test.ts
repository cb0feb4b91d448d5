// Common light: what it takes out of pictures, and that partners change by the same amounts.
import { describe, expect, it } from 'vitest';
import { inLight } from '../../src/features/light.ts';
import { add, full, mul, uniform } from '../../src/ops/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';

const shape = [2, 3, 8, 6];

describe('inLight', () => {
  it('leaves pictures as they are', () => {
    scope(() => {
      const x = uniform(shape, new Random(1));
      expect(inLight('given', x).pictures[0].readSync()).toEqual(x.readSync());
    });
  });

  it.each([
    ['level', 1, 0.25],
    ['standard', 0.6, 0.25],
  ] as const)('%s does not see a change of light', (light, gain, offset) => {
    scope(() => {
      const x = uniform(shape, new Random(1));
      const [a, b] = [x, add(mul(x, gain), offset)].map((one) => inLight(light, one).pictures[0].readSync());
      a.forEach((value, i) => {
        expect(b[i]).toBeCloseTo(value, 5);
      });
    });
  });

  it('changes the partner by the amounts of the first', () => {
    scope(() => {
      const [x, y] = [uniform(shape, new Random(1)), uniform(shape, new Random(2))];
      const [lx, ly] = inLight('standard', x, y).pictures.map((one) => one.readSync());
      const [rx, ry] = [x, y].map((one) => one.readSync());
      const pixels = 3 * 8 * 6;
      for (const n of [0, 1]) {
        const factor = (lx[n * pixels] - lx[n * pixels + 1]) / (rx[n * pixels] - rx[n * pixels + 1]);
        expect(ly[n * pixels] - ly[n * pixels + 1]).toBeCloseTo(factor * (ry[n * pixels] - ry[n * pixels + 1]), 4);
      }
    });
  });

  it('does not blow up a picture without contrast', () => {
    scope(() => {
      const out = inLight('standard', full([1, 1, 4, 4], 0.3)).pictures[0].readSync();
      expect([...out].every((value) => value === 0.5)).toBe(true);
    });
  });
});
