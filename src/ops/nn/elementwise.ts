// Elementwise arithmetic with broadcasting; absolute values, signs and rounding.
//
// The four operations take a plain number for either operand: that costs no tensor, and no more than
// one pass over the other operand.
import { add as addTensors, defineOp, type OpFunction, sumTo } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A function of two operands, at least one of them a tensor. */
export interface Arithmetic {
  (a: Tensor, b: Tensor | number): Tensor;
  (a: number, b: Tensor): Tensor;
}

/** @internal Chooses between the forms for two tensors, for a number on the right, and for a number on the left. */
export function arithmetic(
  tensors: (a: Tensor, b: Tensor) => Tensor,
  numberRight: (x: Tensor, b: number) => Tensor,
  numberLeft: (a: number, x: Tensor) => Tensor,
): Arithmetic {
  return (a: Tensor | number, b: Tensor | number): Tensor =>
    typeof b === 'number' ? numberRight(a as Tensor, b) : typeof a === 'number' ? numberLeft(a, b) : tensors(a, b);
}

const subTensors = defineOp('sub', {
  backward: ({ a, b }, dy) => ({ a: () => sumTo(dy, a.shape), b: () => neg(sumTo(dy, b.shape)) }),
});
const mulTensors: OpFunction<'mul'> = defineOp('mul', {
  save: ['a', 'b'],
  backward: ({ a, b }, dy) => ({ a: () => sumTo(mulTensors(dy, b), a.shape), b: () => sumTo(mulTensors(dy, a), b.shape) }),
});
const divTensors: OpFunction<'div'> = defineOp('div', {
  save: ['b', 'out'],
  backward: ({ a, b, out }, dy) => ({
    a: () => sumTo(divTensors(dy, b), a.shape),
    b: () => neg(sumTo(divTensors(mulTensors(dy, out), b), b.shape)),
  }),
});
/** scale · x + shift, with two numbers. */
export const affine: OpFunction<'affine'> = defineOp('affine', {
  backward: (_, dy, { scale }) => ({ x: () => affine(dy, { scale }) }),
});

/** −x */
export const neg: OpFunction<'neg'> = defineOp('neg', { backward: (_, dy) => ({ x: () => neg(dy) }) });

/** numerator / x; the numerator is a number, default 1. */
export const reciprocal = defineOp('reciprocal', {
  save: ['x'],
  backward: ({ x }, dy, { numerator }) => ({ x: () => reciprocalGrad(x, dy, { numerator }) }),
});
/** −numerator · dy / x² */
export const reciprocalGrad: OpFunction<'reciprocalGrad'> = defineOp('reciprocalGrad', {
  save: ['x', 'out'],
  backward: ({ x, out }, g, { numerator }) => ({
    x: () => affine(divTensors(mulTensors(out, g), x), { scale: -2 }),
    dy: () => reciprocalGrad(x, g, { numerator }),
  }),
});

const plus = (x: Tensor, shift: number) => affine(x, { shift });
const times = (x: Tensor, scale: number) => affine(x, { scale });

/** a + b, broadcast from the right. */
export const add: Arithmetic = arithmetic(addTensors, plus, (a, x) => plus(x, a));
/** a − b, broadcast from the right. */
export const sub: Arithmetic = arithmetic(
  subTensors,
  (x, b) => plus(x, -b),
  (a, x) => affine(x, { scale: -1, shift: a }),
);
/** a · b, broadcast from the right. */
export const mul: Arithmetic = arithmetic(mulTensors, times, (a, x) => times(x, a));
/** a / b, broadcast from the right. Division by a number multiplies with its reciprocal. */
export const div: Arithmetic = arithmetic(
  divTensors,
  (x, b) => times(x, 1 / b),
  (a, x) => reciprocal(x, { numerator: a }),
);

/** |x|; gradient 0 at 0. */
export const abs = defineOp('abs', { save: ['x'], backward: ({ x }, dy) => ({ x: () => absGrad(x, dy) }) });
/** dy · sign(x) */
export const absGrad: OpFunction<'absGrad'> = defineOp('absGrad', {
  save: ['x'],
  backward: ({ x }, g) => ({ dy: () => absGrad(x, g) }),
});

/** −1, 0 or 1. */
export const sign = defineOp('sign', 'constant');
/** The largest integer not above x. */
export const floor = defineOp('floor', 'constant');
/** The smallest integer not below x. */
export const ceil = defineOp('ceil', 'constant');
/** The nearest integer; halves go to the even one. */
export const round = defineOp('round', 'constant');
