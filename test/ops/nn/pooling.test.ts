// Pooling beyond single calls: layouts, PyTorch's numbers, special values, refusals.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../bindings/native.ts';
import { record } from '../../../src/autograd/tape.ts';
import { adaptiveAveragePool2d, adaptiveMaxPool2d, averagePool2d, blockLayout, globalAveragePool, maxPool2d, mul, sumTo } from '../../../src/ops/index.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { callOp } from '../../support/check-op.ts';
import { thrown } from '../../support/thrown.ts';

const forms: [string, (x: Tensor) => Tensor][] = [
  ['maxPool2d', (x) => maxPool2d(x)],
  ['maxPool2d, ceil mode', (x) => maxPool2d(x, 3, { stride: 2, padding: [1, 0, 0, 1], ceilMode: true })],
  ['maxPool2d, stride 1', (x) => maxPool2d(x, [2, 3], { stride: 1, padding: 1 })],
  ['maxPool2d, dilation', (x) => maxPool2d(x, 2, { stride: 3, dilation: 2 })],
  ['averagePool2d', (x) => averagePool2d(x)],
  ['averagePool2d, ceil mode', (x) => averagePool2d(x, 3, { stride: 2, padding: [1, 0, 0, 1], ceilMode: true, countIncludePad: false })],
  ['averagePool2d, stride 1', (x) => averagePool2d(x, 3, { stride: 1, padding: 1 })],
  ['adaptiveAveragePool2d', (x) => adaptiveAveragePool2d(x, [3, 2])],
  ['adaptiveMaxPool2d', (x) => adaptiveMaxPool2d(x, [3, 4])],
  ['globalAveragePool', (x) => globalAveragePool(x)],
];

describe.each(forms)('%s', (_, pool) => {
  /** y, the gradient of x where dy comes as it is asked for, and a gradient of a gradient. */
  const numbers = (shape: readonly number[], blockedX: boolean, blockedDy: boolean) =>
    scope(() => {
      const x = toTensor(fillOperand(shape, 5));
      const forward = () => pool(blockedX ? blockLayout(x) : x);
      const first = record(forward, { watch: [x] });
      const y = first.value.readSync();
      const weights = toTensor(fillOperand(first.value.shape, 6));
      const dx = first.backward(first.value, blockedDy && weights.shape.length === 4 ? blockLayout(weights) : weights).get(x)!;
      const outer = record(
        () => {
          const inner = record(
            () => {
              const pooled = forward();
              return mul(pooled, pooled);
            },
            { watch: [x] },
          );
          return sumTo(mul(inner.backward(inner.value, weights).get(x)!, x), []);
        },
        { watch: [x] },
      );
      return [y, dx.readSync(), outer.backward().get(x)!.readSync()];
    });

  it.each([[[2, 32, 6, 8]], [[1, 16, 9, 7]]])('is the same in either layout: %j', (shape) => {
    const plain = numbers(shape, false, false);
    for (const [x, dy] of [
      [true, true],
      [true, false],
      [false, true],
    ]) {
      numbers(shape, x, dy).forEach((list, i) => expect(relativeError(list, plain[i])).toBeLessThan(1e-6));
    }
  });
});

it('the places of maxima read the same in either layout', () => {
  scope(() => {
    const x = toTensor(fillOperand([2, 32, 6, 8], 5));
    for (const [op, attrs] of [
      ['maxPool2d', {}],
      ['adaptiveMaxPool2d', { rows: 2, columns: 3 }],
    ] as const) {
      expect(callOp(op, [blockLayout(x)], attrs)[1].readSync()).toEqual(callOp(op, [x], attrs)[1].readSync());
    }
  });
});

interface Golden {
  kind: string;
  shape: number[];
  options: {
    kernel_size: number;
    stride: number;
    padding?: number;
    dilation?: number;
    ceil_mode?: boolean;
    count_include_pad?: boolean;
    output_size: number[];
  };
  pooled: number[];
  y: number[];
  dx: number[];
}
const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/normalization-pooling.json'), 'utf8')) as { pools: Golden[] };
const pattern = (shape: readonly number[], factor: number, shift: number, modulus: number, middle: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => (((factor * i + shift) % modulus) - middle) / 32),
    shape,
  );
};

it.each(golden.pools)('as PyTorch does it: $kind $shape $options', ({ kind, shape, options: o, pooled, y, dx }) => {
  scope(() => {
    const x = pattern(shape, 37, 11, 101, 50);
    const common = { stride: o.stride, padding: o.padding, ceilMode: o.ceil_mode };
    const pools: Record<string, () => Tensor> = {
      max_pool2d: () => maxPool2d(x, o.kernel_size, { ...common, dilation: o.dilation }),
      avg_pool2d: () => averagePool2d(x, o.kernel_size, { ...common, countIncludePad: o.count_include_pad }),
      adaptive_avg_pool2d: () => adaptiveAveragePool2d(x, o.output_size),
      adaptive_max_pool2d: () => adaptiveMaxPool2d(x, o.output_size),
    };
    const tape = record(pools[kind], { watch: [x] });
    expect(tape.value.shape).toEqual(pooled);
    expect(relativeError(tape.value.readSync(), y)).toBeLessThan(2e-6);
    const gradients = tape.backward(tape.value, pattern(pooled, 29, 5, 83, 41));
    expect(relativeError(gradients.get(x)!.readSync(), dx)).toBeLessThan(2e-6);
  });
});

it('NaN is the largest number of its window, infinities are ordinary', () => {
  const x = [Number.NaN, 1, Number.POSITIVE_INFINITY, 5, 2, 3, 4, Number.NEGATIVE_INFINITY];
  const lone = new Array(4).fill(Number.NEGATIVE_INFINITY);
  scope(() => {
    for (const options of [{}, { padding: [0, 0, 0, 1] }]) {
      expect(Array.from(maxPool2d(tensor(x, [1, 1, 2, 4]), 2, { stride: 2, ...options }).readSync())).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    }
    expect(Array.from(maxPool2d(tensor(lone, [1, 1, 2, 2])).readSync())).toEqual([Number.NEGATIVE_INFINITY]);
    expect(Array.from(adaptiveMaxPool2d(tensor(x, [1, 1, 2, 4]), [1, 2]).readSync())).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  });
});

it('a window of padding alone, which dilation makes possible, is minus infinity and gives no gradient', () => {
  scope(() => {
    const x = tensor([1, 2], [1, 1, 2, 1]);
    const tape = record(() => maxPool2d(x, [2, 1], { stride: 1, dilation: [4, 1], padding: [1, 3, 0, 0] }), { watch: [x] });
    expect(Array.from(tape.value.readSync())).toEqual([Number.NEGATIVE_INFINITY, 1]);
    expect(
      Array.from(
        tape
          .backward(tape.value, tensor([7, 9], [1, 1, 2, 1]))
          .get(x)!
          .readSync(),
      ),
    ).toEqual([9, 0]);
  });
});

it('refuses what does not fit', () => {
  scope(() => {
    const x = tensor(new Float32Array(24), [2, 3, 2, 2]);
    expect(thrown(() => maxPool2d(x, 3))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: maxPool2d: the kernel reaches over 3 but H is 2 with a padding of 0; expected the kernel to fit"`,
    );
    expect(thrown(() => maxPool2d(x, 0))).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: maxPool2d: kernel is 0; expected one or two integers of at least 1"`);
    expect(thrown(() => maxPool2d(x, 2, { stride: 0 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: maxPool2d: stride is 0; expected one or two integers of at least 1"`,
    );
    expect(thrown(() => maxPool2d(x, 2, { padding: 2 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: maxPool2d: attribute padding holds 2; expected 0 to 1, less than the 2 that the kernel reaches over"`,
    );
    expect(thrown(() => maxPool2d(tensor(new Float32Array(400), [1, 1, 20, 20]), 17))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: maxPool2d: attribute kernel spans 289 numbers; expected at most 256"`,
    );
    expect(thrown(() => averagePool2d(x, [1, 2, 3]))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: averagePool2d: kernel is [1 2 3]; expected one or two integers of at least 1"`,
    );
    expect(thrown(() => adaptiveAveragePool2d(x, [0, 1]))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: adaptiveAveragePool2d: extents is [0 1]; expected one or two integers of at least 1"`,
    );
    expect(thrown(() => callOp('averagePool2dGrad', [x], { height: 9, width: 9 }))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: averagePool2dGrad: dy is [2 3 2 2] but a picture of that height and width gives P = 4, Q = 4; expected them to agree"`,
    );
  });
});
