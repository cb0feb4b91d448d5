// Elementwise arithmetic with broadcasting.
import { add, defineOp, type OpFunction, sumTo } from '../../autograd/define-op.ts';

export { add };

/** a - b, broadcast from the right. */
export const sub = defineOp('sub', {
  backward: ({ a, b }, dy) => ({ a: () => sumTo(dy, a.shape), b: () => sumTo(neg(dy), b.shape) }),
});

/** a * b, broadcast from the right. */
export const mul: OpFunction<'mul'> = defineOp('mul', {
  save: ['a', 'b'],
  backward: ({ a, b }, dy) => ({ a: () => sumTo(mul(dy, b), a.shape), b: () => sumTo(mul(dy, a), b.shape) }),
});

/** a / b, broadcast from the right. */
export const div: OpFunction<'div'> = defineOp('div', {
  save: ['b', 'out'],
  backward: ({ a, b, out }, dy) => ({
    a: () => sumTo(div(dy, b), a.shape),
    b: () => sumTo(neg(div(mul(dy, out), b)), b.shape),
  }),
});

/** -x */
export const neg: OpFunction<'neg'> = defineOp('neg', { backward: (_, dy) => ({ x: () => neg(dy) }) });
