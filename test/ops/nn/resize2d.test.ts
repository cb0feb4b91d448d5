// Agreement with torch's numbers, and what does not fit.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { OpTable } from '../../../src/autograd/define-op.ts';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { relativeError } from '../../support/cases.ts';
import { build } from '../../support/reference.ts';

interface Golden {
  x: number[];
  attrs: OpTable['resize2d']['attrs'];
  y: number[];
  dx: number[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/resample.json', import.meta.url), 'utf8')) as { resize2d: Golden[] };

/** The integer patterns of test/golden/resample.py. */
function pattern(shape: readonly number[], factor: number, shift: number, modulus: number, middle: number) {
  let i = 0;
  return tensor(build([...shape], () => (((factor * i++ + shift) % modulus) - middle) / 32).data, [...shape], { dtype: 'f32' });
}

it.each(golden.resize2d)('torch: $x $attrs', ({ x: shape, attrs, y, dx }) =>
  scope(() => {
    const x = pattern(shape, 37, 11, 101, 50);
    const tape = record(() => ops.resize2d(x, attrs), { watch: [x] });
    expect(relativeError(tape.value.readSync(), y)).toBeLessThan(1e-6);
    const gradient = tape.backward(tape.value, pattern(tape.value.shape, 29, 5, 83, 41)).get(x)!;
    expect(relativeError(gradient.readSync(), dx)).toBeLessThan(1e-6);
  }),
);

it('nearest copies pixels and invents none', () =>
  scope(() => {
    const x = tensor([Infinity, 1, Number.NaN, -2], [1, 1, 2, 2]);
    const y = ops.resize2d(x, { height: 3, width: 3 });
    expect(Array.from(y.readSync())).toEqual([Infinity, Infinity, 1, Infinity, Infinity, 1, Number.NaN, Number.NaN, -2]);
    expect(Array.from(ops.upsampleNearest(x, 3).readSync()).slice(0, 6)).toEqual([Infinity, Infinity, Infinity, 1, 1, 1]);
  }));

it('a large picture in bands gives what small pieces give', () =>
  scope(() => {
    // Rows of a picture that is constant along columns, and the other way round: a ramp stays the ramp.
    const x = tensor(build([1, 1, 700, 900], ([, , i, j]) => i + 2 * j).data, [1, 1, 700, 900], { dtype: 'f32' });
    for (const [height, width] of [
      [1400, 1800],
      [350, 450],
      [350, 1800],
      [1400, 450],
    ]) {
      const y = ops.resize2d(x, { height, width, mode: 'bilinear', antialias: true }).readSync();
      for (const p of [50, height >> 1, height - 50]) {
        for (const q of [50, width >> 1, width - 50]) {
          const expected = ((p + 0.5) * 700) / height - 0.5 + 2 * (((q + 0.5) * 900) / width - 0.5);
          expect(Math.abs(y[p * width + q] - expected), `${height} by ${width} at ${p}, ${q}`).toBeLessThan(1e-3);
        }
      }
    }
  }));

it('says what does not fit', () =>
  scope(() => {
    const x = tensor(new Float32Array(4), [1, 1, 2, 2]);
    expect(() => ops.resize2d(x, { height: 4, width: 4, alignCorners: true })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: resize2d: alignCorners is true for mode nearest; expected bilinear or bicubic]`,
    );
    expect(() => ops.resize2d(x, { height: 4, width: 4, mode: 'nearestExact', antialias: true })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: resize2d: antialias is true for mode nearestExact; expected bilinear or bicubic]`,
    );
    expect(() => ops.resize2d(x, { height: 4, width: 4, mode: 'bicubic', antialias: true, alignCorners: true })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: resize2d: alignCorners and antialias are both true; expected one of them]`,
    );
    expect(() => ops.resize2d(x, { height: 0, width: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: resize2d: x [1 1 2 2] cannot become 0 by 4; expected both with pixels or both without]`,
    );
    expect(() => ops.resize2d(x, { height: -1, width: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: resize2d: height and width are -1 and 4; expected 0 to 2147483647]`,
    );
    expect(() => ops.resize2d(tensor([], [1, 1, 0, 2]), { height: 1, width: 4 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: resize2d: x [1 1 0 2] cannot become 1 by 4; expected both with pixels or both without]`,
    );
    expect(() => ops.upsampleNearest(x, 1.5)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: upsampleNearest: factor is 1.5; expected a positive integer]`);
  }));
