// Agreement with torch's numbers on ties and edges, and positions that are no numbers.
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
  grid: number[];
  attrs: OpTable['gridSample']['attrs'];
  y: number[];
  dx: number[];
  dgrid: number[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/resample.json', import.meta.url), 'utf8')) as { gridSample: Golden[] };

/** The integer patterns of test/golden/resample.py. */
function pattern(shape: readonly number[], factor: number, shift: number, modulus: number, middle: number) {
  let i = 0;
  return tensor(build([...shape], () => (((factor * i++ + shift) % modulus) - middle) / 32).data, [...shape], { dtype: 'f32' });
}

it.each(golden.gridSample)('torch: $x $grid $attrs', ({ x: shape, grid: gridShape, attrs, y, dx, dgrid }) =>
  scope(() => {
    const x = pattern(shape, 37, 11, 101, 50);
    const grid = pattern(gridShape, 53, 29, 97, 48);
    const tape = record(() => ops.gridSample(x, grid, attrs), { watch: [x, grid] });
    expect(relativeError(tape.value.readSync(), y)).toBeLessThan(1e-6);
    const gradients = tape.backward(tape.value, pattern(tape.value.shape, 29, 5, 83, 41));
    expect(relativeError(gradients.get(x)!.readSync(), dx)).toBeLessThan(1e-6);
    expect(relativeError(gradients.get(grid)!.readSync(), dgrid)).toBeLessThan(1e-6);
  }),
);

it('positions that are infinite or no numbers read zero, or a pixel of the border', () =>
  scope(() => {
    const x = tensor([1, 2, 3, 4], [1, 1, 2, 2]);
    const grid = tensor([Number.NaN, 0, Infinity, Infinity, -1e30, 0, 1e30, 1e30], [1, 1, 4, 2]);
    expect(Array.from(ops.gridSample(x, grid).readSync())).toEqual([0, 0, 0, 0]);
    expect(Array.from(ops.gridSample(x, grid, { padding: 'border' }).readSync())).toEqual([2, 4, 2, 4]);
    for (const value of ops.gridSample(x, grid, { padding: 'reflection' }).readSync()) expect(value).toBeGreaterThanOrEqual(1);
    const dy = tensor([1, 1, 1, 1], [1, 1, 1, 4]);
    for (const padding of ['zero', 'border', 'reflection'] as const) {
      for (const value of ops.gridSampleGradGrid(x, grid, dy, { padding }).readSync()) expect(Number.isFinite(value)).toBe(true);
    }
  }));

it('a tap outside lets no infinity of the image through', () =>
  scope(() => {
    const x = tensor([Infinity, 1, 2, 3], [1, 1, 2, 2]);
    const grid = tensor([1, 1], [1, 1, 1, 2]);
    expect(Array.from(ops.gridSample(x, grid).readSync())).toEqual([0.75]);
  }));

it('says what does not fit', () =>
  scope(() => {
    const grid = tensor(new Float32Array(8), [1, 2, 2, 2]);
    expect(() => ops.gridSample(tensor([], [1, 1, 0, 2]), grid)).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gridSample: x has no pixels: 0 by 2; expected at least one]`,
    );
    expect(() => ops.gridSample(tensor(new Float32Array(8), [2, 1, 2, 2]), grid)).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gridSample: N is 1 in grid [1 2 2 2] but 2 in x [2 1 2 2]; expected them equal]`,
    );
    expect(() => ops.gridSample(tensor(new Float32Array(4), [1, 1, 2, 2]), tensor(new Float32Array(3), [1, 1, 1, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gridSample: axis 3 of grid [1 1 1 3] is 3; expected 2 (f32[N P Q 2])]`,
    );
    expect(() => ops.gridSampleGradX(tensor(new Float32Array(4), [1, 1, 2, 2]), grid, { height: 0, width: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: gridSampleGradX: height and width are 0 and 3; expected 1 to 2147483647]`,
    );
  }));
