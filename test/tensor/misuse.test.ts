// What a wrong call says: one BlemishError each, with its code, where it happened, what is wrong and what was expected.
import { expect, it } from 'vitest';
import { BlemishError } from '../../src/errors.ts';
import { ops, record, scope, setThreads, sync, type Tensor, tensor } from '../../src/index.ts';
import { rejected, thrown } from '../support/thrown.ts';

type Table = Record<string, (x: Tensor, y: Tensor) => unknown>;
const untyped = ops as unknown as Record<string, (...args: unknown[]) => unknown>;

function said(table: Table): Record<string, string> {
  return scope(() => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    const y = tensor([1, 2, 3, 4], [2, 2]);
    return Object.fromEntries(Object.entries(table).map(([name, call]) => [name, thrown(() => call(x, y))]));
  });
}

it('operands', () => {
  expect(
    said({
      'shapes that do not broadcast': (x, y) => ops.add(x, y),
      'wrong rank': (x) => ops.reorderLayout(x),
      'wrong dtype': (x) => ops.mul(x, tensor(Uint8Array.of(1, 2, 3))),
      'missing operand': (x) => untyped.mul(x),
      'no operand at all': () => untyped.neg(),
      'null operand': (x) => untyped.mul(null, x),
      'a plain list': (x) => untyped.mul(x, [1, 2, 3]),
      'a number': (x) => untyped.matmul(x, 2),
      'a look-alike': (x) => untyped.mul(x, { tensorId: 1, handle: 1, shape: [2, 3] }),
      'a promise of numbers': (x) => untyped.mul(x, x.read()),
      'disposed operand': (x, y) => {
        y.dispose();
        return ops.mul(x, y);
      },
    }),
  ).toMatchInlineSnapshot(`
    {
      "a look-alike": "ARGUMENT_INVALID: mul: b is [object Object]; expected a tensor",
      "a number": "ARGUMENT_INVALID: matmul: b is [object Number]; expected a tensor",
      "a plain list": "ARGUMENT_INVALID: mul: b is [object Array]; expected a tensor",
      "a promise of numbers": "ARGUMENT_INVALID: mul: b is [object Promise]; expected a tensor",
      "disposed operand": "TENSOR_DISPOSED: mul: b [2 2] was disposed; expected a live tensor",
      "missing operand": "INPUT_MISSING: mul: b is missing; expected f32[...b]",
      "no operand at all": "INPUT_MISSING: neg: x is missing; expected f32[...]",
      "null operand": "INPUT_MISSING: mul: a is missing; expected f32[...a]",
      "shapes that do not broadcast": "SHAPE_MISMATCH: add: a [2 3] and b [2 2] do not broadcast; expected extents equal or 1, from the right",
      "wrong dtype": "DTYPE_MISMATCH: mul: b is u8; expected f32 (f32[...b])",
      "wrong rank": "SHAPE_MISMATCH: reorderLayout: x [2 3] has rank 2; expected f32[N C H W]",
    }
  `);
});

it('attributes', () => {
  expect(
    said({
      unknown: (x) => untyped.neg(x, { strength: 1 }),
      'unknown among others': () => untyped.fill({ shape: [3], value: 1, extents: [3] }),
      'missing list': () => untyped.fill({ value: 1 }),
      'missing number': () => untyped.fill({ shape: [3] }),
      'none at all': () => untyped.fill(),
      'NaN for a number': () => ops.fill({ shape: [2], value: Number.NaN }),
      'infinity for a number': () => ops.fill({ shape: [2], value: Number.POSITIVE_INFINITY }),
      'text for a number': () => untyped.fill({ shape: [2], value: '1' }),
      'NaN within a list': () => ops.fill({ shape: [2, Number.NaN], value: 1 }),
      'a fraction within integers': () => ops.fill({ shape: [2.5], value: 1 }),
      'a number for a list': () => untyped.fill({ shape: 2, value: 1 }),
      'a negative extent': () => ops.fill({ shape: [-2], value: 1 }),
      'nine extents': () => ops.fill({ shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], value: 1 }),
      'extents whose product overflows': () => ops.fill({ shape: [2 ** 32, 2 ** 32], value: 1 }),
      'more than any memory holds': () => ops.fill({ shape: [2 ** 24, 2 ** 23], value: 1 }),
    }),
  ).toMatchInlineSnapshot(`
    {
      "NaN for a number": "ATTRIBUTE_INVALID: fill: attribute value is NaN; expected a finite number",
      "NaN within a list": "ATTRIBUTE_INVALID: fill: attribute shape is NaN; expected an integer",
      "a fraction within integers": "ATTRIBUTE_INVALID: fill: attribute shape is 2.5; expected an integer",
      "a negative extent": "SHAPE_MISMATCH: fill: shape holds -2; expected no negative extent",
      "a number for a list": "ATTRIBUTE_INVALID: fill: attribute shape is 2; expected a list of numbers",
      "extents whose product overflows": "OUT_OF_MEMORY: fill: the result would be [4294967296 4294967296]; expected at most 2^48 numbers",
      "infinity for a number": "ATTRIBUTE_INVALID: fill: attribute value is Infinity; expected a finite number",
      "missing list": "ATTRIBUTE_INVALID: fill: attribute shape is missing; expected a list of numbers",
      "missing number": "ATTRIBUTE_INVALID: fill: attribute value is missing; expected a number",
      "more than any memory holds": "OUT_OF_MEMORY: fill: memory: 562949953421312 bytes were asked for with 40 in use; expected so much to be free",
      "nine extents": "SHAPE_MISMATCH: fill: shape has 9 extents; expected at most 8",
      "none at all": "ATTRIBUTE_INVALID: fill: attribute shape is missing; expected a list of numbers",
      "text for a number": "ATTRIBUTE_INVALID: fill: attribute value is '1'; expected a finite number",
      "unknown": "ATTRIBUTE_INVALID: neg: attribute strength is unknown; expected none at all",
      "unknown among others": "ATTRIBUTE_INVALID: fill: attribute extents is unknown; expected one of shape, value",
    }
  `);
});

it('making, reading and reshaping', () => {
  const gone = tensor([1, 2]);
  gone.dispose();
  expect(
    said({
      'numbers that do not fill the shape': () => tensor([1, 2, 3], [2, 2]),
      'a negative extent': () => tensor([], [-1]),
      'nine extents': () => tensor([1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
      'an unknown dtype': () => tensor([1], [1], { dtype: 'f16' as never }),
      'an unknown device': () => tensor([1], [1], { device: 'tpu' }),
      'NaN where finite numbers were asked for': () => tensor([1, Number.NaN], [2], { finite: true }),
      'a shape of another size': (x) => ops.reshape(x, [4, 2]),
      'a shape of a size that overflows to none': () => ops.reshape(tensor([], [0]), [2 ** 32, 2 ** 32]),
      'two open extents': (x) => ops.reshape(x, [-1, -1]),
      'reshape of no tensor': () => untyped.reshape([1, 2], [2]),
      'reading what was disposed': () => gone.readSync(),
      'reshaping what was disposed': () => ops.reshape(gone, [2, 1]),
      'detaching what was disposed': () => ops.detach(gone),
      'no threads': () => setThreads(0),
      'half a thread': () => setThreads(1.5),
    }),
  ).toMatchInlineSnapshot(`
    {
      "NaN where finite numbers were asked for": "ARGUMENT_INVALID: tensor: number 1 is NaN; expected finite numbers",
      "a negative extent": "ARGUMENT_INVALID: tensor: shape is [-1]; expected at most 8 non-negative integers",
      "a shape of a size that overflows to none": "SHAPE_MISMATCH: reshape: x [0] holds 0 numbers; expected fewer than 2^48 for [4294967296 4294967296]",
      "a shape of another size": "SHAPE_MISMATCH: reshape: x [2 3] holds 6 numbers; expected 8 for [4 2]",
      "an unknown device": "DEVICE_UNAVAILABLE: device: tpu does not exist here; expected cpu (this build has no CUDA)",
      "an unknown dtype": "ARGUMENT_INVALID: tensor: dtype is f16; expected one of f32, f64, u8, i32",
      "detaching what was disposed": "TENSOR_DISPOSED: detach: x [2] was disposed; expected a live tensor",
      "half a thread": "ARGUMENT_INVALID: setThreads: 1.5; expected 1 … 1024",
      "nine extents": "ARGUMENT_INVALID: tensor: shape is [1,1,1,1,1,1,1,1,1]; expected at most 8 non-negative integers",
      "no threads": "ARGUMENT_INVALID: setThreads: 0; expected 1 … 1024",
      "numbers that do not fill the shape": "SHAPE_MISMATCH: tensor: 3 numbers came for shape [2 2]; expected 4",
      "reading what was disposed": "TENSOR_DISPOSED: readSync: the tensor [2] was disposed; expected a live tensor",
      "reshape of no tensor": "ARGUMENT_INVALID: reshape: x is [object Array]; expected a tensor",
      "reshaping what was disposed": "TENSOR_DISPOSED: reshape: x [2] was disposed; expected a live tensor",
      "two open extents": "SHAPE_MISMATCH: reshape: x [2 3] does not fit [-1 -1]; expected 6 numbers",
    }
  `);
});

it('promises', async () => {
  const gone = tensor([1, 2]);
  gone.dispose();
  const pair = tensor([1, 2]);
  const found = {
    'reading what was disposed': await rejected(gone.read()),
    'one number of two': await rejected(pair.item()),
    'a device that is not there': await rejected(sync('cuda:7')),
  };
  pair.dispose();
  expect(found).toMatchInlineSnapshot(`
    {
      "a device that is not there": "DEVICE_UNAVAILABLE: device: cuda:7 does not exist here; expected cpu (this build has no CUDA)",
      "one number of two": "SHAPE_MISMATCH: item: the tensor is [2]; expected one number",
      "reading what was disposed": "TENSOR_DISPOSED: read: the tensor [2] was disposed; expected a live tensor",
    }
  `);
});

it('the tape', () => {
  expect(
    said({
      'a loss of several numbers': (x) => {
        using tape = record(() => ops.mul(x, x), { watch: [x] });
        tape.backward();
      },
      'a loss from nowhere': (x) => record(() => ops.sumTo(ops.mul(x, x), [])).backward(),
      'no loss': () => record(() => undefined).backward(),
    }),
  ).toMatchInlineSnapshot(`
    {
      "a loss from nowhere": "TAPE_MISUSED: backward: the loss was not computed from any parameter or watched tensor on this tape; expected one that was",
      "a loss of several numbers": "TAPE_MISUSED: backward: the loss is [2 3]; expected one number, or a seed of that shape",
      "no loss": "TAPE_MISUSED: backward: the recorded value is no tensor; expected the loss as an argument",
    }
  `);
});

it('every error is a BlemishError, and nothing is left behind by a call that failed', () => {
  const x = tensor([1, 2, 3]);
  const y = tensor([1, 2]);
  for (let i = 0; i < 100; i++) {
    try {
      ops.add(x, y);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(BlemishError);
    }
  }
  x.dispose();
  y.dispose();
});
