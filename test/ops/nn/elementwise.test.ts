// Numbers as operands, messages, and results that do not depend on threads, strides or layout.
import { afterEach, expect, it } from 'vitest';
import { definedOps } from '../../../src/autograd/define-op.ts';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { build, setThreads } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { broadcastAt, build as buildArray, nd } from '../../support/reference.ts';

const threads = build().threads;
afterEach(() => setThreads(threads));

const list = (x: Tensor): number[] => Array.from(x.readSync());

it('numbers stand for either operand', () => {
  scope(() => {
    const x = tensor([-2, 0.5, 4]);
    expect(list(ops.add(x, 2))).toEqual([0, 2.5, 6]);
    expect(list(ops.add(2, x))).toEqual([0, 2.5, 6]);
    expect(list(ops.sub(x, 2))).toEqual([-4, -1.5, 2]);
    expect(list(ops.sub(2, x))).toEqual([4, 1.5, -2]);
    expect(list(ops.mul(x, 2))).toEqual([-4, 1, 8]);
    expect(list(ops.mul(2, x))).toEqual([-4, 1, 8]);
    expect(list(ops.div(x, 2))).toEqual([-1, 0.25, 2]);
    expect(list(ops.div(2, x))).toEqual([-1, 4, 0.5]);
    expect(list(ops.maximum(x, 1))).toEqual([1, 1, 4]);
    expect(list(ops.minimum(1, x))).toEqual([-2, 0.5, 1]);
    expect(list(ops.pow(x, 2))).toEqual([4, 0.25, 16]);
    expect(list(ops.pow(4, x))).toEqual([0.0625, 2, 256]);
    expect(list(ops.less(x, 0.5))).toEqual([1, 0, 0]);
    expect(list(ops.less(0.5, x))).toEqual([0, 0, 1]);
    expect(list(ops.lessEqual(0.5, x))).toEqual([0, 1, 1]);
    expect(list(ops.greater(0.5, x))).toEqual([1, 0, 0]);
    expect(list(ops.greaterEqual(x, 0.5))).toEqual([0, 1, 1]);
    expect(list(ops.equal(x, 0.5))).toEqual([0, 1, 0]);
    expect(list(ops.notEqual(0.5, x))).toEqual([1, 0, 1]);
    expect(list(ops.where(ops.greater(x, 0), x, -1))).toEqual([-1, 0.5, 4]);
    expect(list(ops.where(ops.greater(x, 0), 1, 0))).toEqual([0, 1, 1]);
  });
});

it('gradients with numbers', () => {
  scope(() => {
    const x = tensor([0.5, 2, 4]);
    const gradient = (f: (x: Tensor) => Tensor) =>
      list(
        record(() => ops.sumTo(f(x), []), { watch: [x] })
          .backward()
          .get(x)!,
      );
    expect(gradient((t) => ops.sub(3, ops.mul(t, 2)))).toEqual([-2, -2, -2]);
    expect(gradient((t) => ops.div(2, t))).toEqual([-8, -0.5, -0.125]);
    expect(gradient((t) => ops.maximum(t, 2))).toEqual([0, 1, 1]);
    expect(gradient((t) => ops.pow(t, 2))).toEqual([1, 4, 8]);
    expect(gradient((t) => ops.pow(1, t))).toEqual([0, 0, 0]);
    expect(gradient((t) => ops.where(ops.greater(t, 1), t, 7))).toEqual([0, 1, 1]);
    expect(gradient((t) => ops.maximum(t, tensor([1, 2, 3])))).toEqual([0, 0.5, 1]);
  });
});

it('the power of zero has a gradient in its exponent', () => {
  scope(() => {
    const a = tensor([0, 2]);
    const b = tensor([2, 3]);
    const gradients = record(() => ops.sumTo(ops.pow(a, b), []), { watch: [a, b] }).backward();
    expect(list(gradients.get(a)!)).toEqual([0, 12]);
    expect(list(gradients.get(b)!)).toEqual([0, Math.fround(8 * Math.fround(Math.LN2))]);
  });
});

it('third derivatives that do not exist are refused, not zero', () => {
  scope(() => {
    const x = tensor([0.5]);
    const second = () =>
      record(
        () =>
          record(() => ops.silu(x), { watch: [x] })
            .backward()
            .get(x)!,
        { watch: [x] },
      )
        .backward()
        .get(x)!;
    expect(list(second())[0]).toBeCloseTo(0.44, 1);
    expect(() => record(second, { watch: [x] })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: siluCurvature: has no gradient, but x is followed by a tape; expected it inside noGrad or detached]`,
    );
  });
});

it('messages', () => {
  scope(() => {
    const x = tensor([1, 2, 3]);
    expect(() => ops.add(x, tensor([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: add: a [3] and b [2] do not broadcast; expected extents equal or 1, from the right]`,
    );
    expect(() => ops.where(ops.less(x, 2), x, tensor([1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: where: condition [3], a [3] and b [2] do not broadcast; expected extents equal or 1, from the right]`,
    );
    expect(() => ops.maximumGrad(x, x, tensor([1]))).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: maximumGrad: dy is [1] but a and b broadcast to [3]; expected them equal]`,
    );
    expect(() => ops.mul(2 as never, 3 as never)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: affine: x is [object Number]; expected a tensor]`);
    expect(() => ops.mul(x, Number.NaN)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: affine: attribute scale is NaN; expected a finite number]`);
    expect(() => ops.clamp(x, { min: 1, max: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: clamp: min is 1.000000 and max 0.000000; expected min not above max]`,
    );
    expect(() => ops.leakyRelu(x, { slope: -0.1 })).toThrowErrorMatchingInlineSnapshot(
      `[BlemishError: leakyRelu: slope is -0.100000; expected no negative number]`,
    );
    expect(() => ops.softplus(x, { beta: 0 })).toThrowErrorMatchingInlineSnapshot(`[BlemishError: softplus: beta is 0.000000; expected a positive number]`);
    expect(() => ops.toUnitRange(x)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: toUnitRange: x is f32; expected u8 (u8[...])]`);
  });
});

// Odd enough that parts begin within a vector, large enough that there are parts.
const size = 100003;
const unary = [
  'neg',
  'abs',
  'sign',
  'floor',
  'round',
  'square',
  'sqrt',
  'rsqrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'softplus',
  'silu',
  'gelu',
  'mish',
  'hardSigmoid',
  'hardSwish',
  'clamp',
  'affine',
  'reciprocal',
];
const binary = [
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'maximum',
  'compare',
  'reluGrad',
  'sigmoidGrad',
  'siluGrad',
  'geluGrad',
  'mishGrad',
  'softplusGrad',
  'eluGrad',
];

it('the same bits whatever the number of threads', () => {
  scope(() => {
    const random = new Random(5);
    const a = ops.normal([size], random, { deviation: 3 });
    const b = ops.normal([size], random, { deviation: 3 });
    const all = () =>
      [...unary.map((name) => [name, definedOps.get(name)!.call(a)]), ...binary.map((name) => [name, definedOps.get(name)!.call(a, b)])] as [string, Tensor][];
    setThreads(1);
    const one = all();
    for (const count of [2, 3]) {
      setThreads(count);
      all().forEach(([name, result], i) => {
        expect(Buffer.compare(Buffer.from(result.readSync().buffer), Buffer.from(one[i][1].readSync().buffer)), `${name} with ${count} threads`).toBe(0);
      });
    }
  });
});

it.each([
  [[3, 40001], [40001]],
  [
    [3, 40001],
    [3, 1],
  ],
  [[40001, 3], [3]],
  [
    [40001, 3],
    [40001, 1],
  ],
  [
    [7, 1, 9, 1, 401],
    [5, 1, 3, 401],
  ],
  [[1, 120007], [1]],
])('parts of a broadcast begin within rows: %j %j', (shapeA, shapeB) => {
  setThreads(3);
  scope(() => {
    const random = new Random(6);
    const a = ops.normal(shapeA, random);
    const b = ops.normal(shapeB, random);
    const [p, q] = [nd(shapeA, a.readSync()), nd(shapeB, b.readSync())];
    for (const [x, y, z] of [
      [a, b, 1],
      [b, a, -1],
    ] as const) {
      const result = ops.sub(x, y);
      const expected = buildArray(result.shape, (i) => Math.fround(z * (broadcastAt(p, i) - broadcastAt(q, i))));
      expect(Buffer.compare(Buffer.from(result.readSync().buffer), Buffer.from(Float32Array.from(expected.data).buffer))).toBe(0);
    }
  });
});

it('what a convolution hands on in its own layout comes out the same', () => {
  scope(() => {
    const random = new Random(7);
    const x = ops.normal([2, 32, 9, 7], random);
    const weight = ops.normal([32, 32, 3, 3], random, { deviation: 0.1 });
    const own = () => ops.conv2dPlain(x, weight, null, { padding: 1 });
    const plain = ops.reshape(tensor(own().readSync(), [2, 32, 9, 7]), [2, 32, 9, 7]);
    const scale = ops.normal([32, 1, 1], random);
    const both = (f: (y: Tensor) => Tensor) => expect(list(f(own()))).toEqual(list(f(plain)));
    both((y) => ops.relu(y));
    both((y) => ops.mul(ops.add(y, 1), y));
    both((y) => ops.mul(y, tensor([0.5])));
    both((y) => ops.mul(y, scale));
    both((y) => ops.add(y, plain));
    both((y) => ops.where(ops.greater(y, 0), y, ops.neg(y)));
    both((y) => ops.toBytes(y));
    both((y) => ops.toDouble(y));
    both((y) => ops.dropout(y, [1, 2, 3, 4]));
  });
});
