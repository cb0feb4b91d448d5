// What the steps' cases cannot say: refusals, numbers that are none, memory that nobody wrote.
import { describe, expect, it } from 'vitest';
import { adamStep, clipScale, copyStep, lerpStep, sgdStep } from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const message = (call: () => void): string => {
  try {
    scope(call);
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
  return 'no error';
};

describe('refusals', () => {
  it('names what is out of range', () => {
    const x = () => tensor([1, 2]);
    expect(message(() => adamStep(x(), x(), x(), x(), null, { rate: 0.1, beta2: 1 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID adamStep: attribute beta2 is 1.000000; expected 0 <= beta2 < 1"`,
    );
    expect(message(() => adamStep(x(), x(), x(), x(), null, { rate: -1 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID adamStep: attribute rate is -1.000000; expected at least 0"`,
    );
    expect(message(() => adamStep(x(), x(), x(), x(), null, { rate: 1, step: 0 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID adamStep: attribute step is 0; expected at least 1"`,
    );
    expect(message(() => sgdStep(x(), null, x(), null, { rate: 1, momentum: 0.9 }))).toMatchInlineSnapshot(
      `"INPUT_MISSING sgdStep: velocity is missing; expected it with momentum, dampening or nesterov"`,
    );
    expect(message(() => clipScale([x()], { maxNorm: -1 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID clipScale: attribute maxNorm is -1.000000; expected at least 0"`,
    );
    expect(message(() => lerpStep(x(), tensor([1]), { amount: 0.5 }))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH lerpStep: value [1] differs from target [2]; expected equal extents in f32[...]"`,
    );
    expect(message(() => copyStep(x(), tensor([1, 2], [2], { dtype: 'f64' })))).toMatchInlineSnapshot(
      `"DTYPE_MISMATCH copyStep: value is f64 but target is f32; expected one type"`,
    );
    expect(message(() => adamStep(x(), x(), x(), x(), tensor([1, 2]), { rate: 1 }))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH adamStep: scale [2] has rank 1; expected f32[]"`,
    );
  });
});

describe('special numbers', () => {
  it('shows a NaN or infinite gradient in the scale and the norm', () => {
    scope(() => {
      const [scale, norm] = clipScale([tensor([1, Number.NaN])], { maxNorm: 1 });
      expect([scale.readSync()[0], norm.readSync()[0]]).toEqual([Number.NaN, Number.NaN]);
      const [zero, infinite] = clipScale([tensor([1, Number.NEGATIVE_INFINITY])], { maxNorm: 1 });
      expect([zero.readSync()[0], infinite.readSync()[0]]).toEqual([0, Number.POSITIVE_INFINITY]);
    });
  });

  it('starts a velocity from the gradient whatever its memory held', () => {
    scope(() => {
      const parameter = tensor([1, 1]);
      const velocity = tensor([Number.NaN, Number.POSITIVE_INFINITY]);
      sgdStep(parameter, velocity, tensor([2, 4]), null, { rate: 0.5, momentum: 0.9, start: true });
      expect([...velocity.readSync()]).toEqual([2, 4]);
      expect([...parameter.readSync()]).toEqual([0, -1]);
    });
  });

  it('ends exactly at the ends of an interpolation', () => {
    scope(() => {
      const target = tensor([0.1, 1e-20, 3]);
      lerpStep(target, tensor([0.7, 1e20, -3e-7]), { amount: 1 });
      expect(target.readSync()).toEqual(Float32Array.of(0.7, 1e20, -3e-7));
    });
  });
});
