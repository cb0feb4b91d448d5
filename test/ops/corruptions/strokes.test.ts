// Strokes: length times width, and what is refused.
import { expect, it } from 'vitest';
import { strokes } from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { thrown } from '../../support/thrown.ts';

it.each([0, 0.4, 1.3])('covers its length times its width and round ends at an angle of %f', (angle) => {
  const [length, halfWidth] = [60, 2.5];
  const [dx, dy] = [(length / 2) * Math.cos(angle), (length / 2) * Math.sin(angle)];
  scope(() => {
    const points = tensor([-dx, -dy, halfWidth, 1, dx, dy, halfWidth, 1], [1, 1, 2, 4]);
    const layer = strokes(points, tensor([1], [1, 1]), tensor([50.3, 49.6], [1, 2]), { height: 100, width: 100 }).readSync() as Float32Array;
    const area = layer.reduce((a, b) => a + b, 0);
    expect(area / (2 * length * halfWidth + Math.PI * (halfWidth ** 2 + 1 / 12))).toBeCloseTo(1, 1);
  });
});

it('says what does not fit', () => {
  scope(() => {
    const centre = tensor([1, 1], [1, 2]);
    expect(thrown(() => strokes(tensor([], [1, 1, 0, 4]), tensor([1], [1, 1]), centre, { height: 3, width: 3 }))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: strokes: points has strokes of no points; expected at least one for each"`,
    );
    const nowhere = strokes(tensor([Number.NaN, 0, 1, 1], [1, 1, 1, 4]), tensor([1], [1, 1]), centre, { height: 3, width: 3 });
    expect(thrown(() => nowhere.readSync())).toMatchInlineSnapshot(
      `"NUMERICAL_FAILURE: strokes: points holds nan at position 0; expected numbers within 2^24"`,
    );
  });
});
