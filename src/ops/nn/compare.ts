// Larger and smaller, comparisons, choice by a condition, and clamping.
import { defineOp, full, type OpFunction, sumTo } from '../../autograd/define-op.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Arithmetic, arithmetic } from './elementwise.ts';

const maximumTensors = defineOp('maximum', {
  save: ['a', 'b'],
  backward: ({ a, b }, dy) => ({ a: () => sumTo(maximumGrad(a, b, dy), a.shape), b: () => sumTo(maximumGrad(b, a, dy), b.shape) }),
});
const minimumTensors = defineOp('minimum', {
  save: ['a', 'b'],
  backward: ({ a, b }, dy) => ({ a: () => sumTo(maximumGrad(b, a, dy), a.shape), b: () => sumTo(maximumGrad(a, b, dy), b.shape) }),
});

/** dy where a > b, half of it where they are equal, else 0. */
export const maximumGrad: OpFunction<'maximumGrad'> = defineOp('maximumGrad', {
  save: ['a', 'b'],
  backward: ({ a, b }, g) => ({ dy: () => maximumGrad(a, b, g) }),
});

/** Relations that numbers can be compared by. */
export type Relation = 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'equal' | 'notEqual';

const compareTensors = defineOp('compare', 'constant');
const compareScalar = defineOp('compareScalar', 'constant');

const mirrored: Record<Relation, Relation> = {
  less: 'greater',
  lessEqual: 'greaterEqual',
  greater: 'less',
  greaterEqual: 'lessEqual',
  equal: 'equal',
  notEqual: 'notEqual',
};

/** 1 where a stands in the relation to b, else 0, as f32; broadcast from the right. Either operand may be a number. */
export function compare(a: Tensor | number, relation: Relation, b: Tensor | number): Tensor {
  if (typeof b === 'number') return compareScalar(a as Tensor, { value: b, relation });
  if (typeof a === 'number') return compareScalar(b, { value: a, relation: mirrored[relation] });
  return compareTensors(a, b, { relation });
}

/** 1 where a < b, else 0. */
export const less = (a: Tensor | number, b: Tensor | number): Tensor => compare(a, 'less', b);
/** 1 where a ≤ b, else 0. */
export const lessEqual = (a: Tensor | number, b: Tensor | number): Tensor => compare(a, 'lessEqual', b);
/** 1 where a > b, else 0. */
export const greater = (a: Tensor | number, b: Tensor | number): Tensor => compare(a, 'greater', b);
/** 1 where a ≥ b, else 0. */
export const greaterEqual = (a: Tensor | number, b: Tensor | number): Tensor => compare(a, 'greaterEqual', b);
/** 1 where a = b, else 0. */
export const equal = (a: Tensor | number, b: Tensor | number): Tensor => compare(a, 'equal', b);
/** 1 where a ≠ b, else 0. */
export const notEqual = (a: Tensor | number, b: Tensor | number): Tensor => compare(a, 'notEqual', b);

const whereTensors: OpFunction<'where'> = defineOp('where', {
  save: ['condition'],
  backward: ({ condition, a, b }, dy) => ({
    a: () => sumTo(where(condition, dy, 0), a.shape),
    b: () => sumTo(where(condition, 0, dy), b.shape),
  }),
});

/** a where the condition (of any type) is not 0, else b; all broadcast from the right. a and b may be numbers. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  const made: Tensor[] = [];
  const operand = (x: Tensor | number): Tensor => {
    if (typeof x !== 'number') return x;
    made.push(full([], x));
    return made[made.length - 1];
  };
  try {
    return whereTensors(condition, operand(a), operand(b));
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** x moved into [min, max] (default −∞ and ∞); the gradient passes where x lies within, ends included. */
export const clamp = defineOp('clamp', {
  save: ['x'],
  backward: ({ x }, dy, { min, max }) => ({ x: () => clampGrad(x, dy, { min, max }) }),
});
/** dy where x lies in [min, max], else 0. */
export const clampGrad: OpFunction<'clampGrad'> = defineOp('clampGrad', {
  save: ['x'],
  backward: ({ x }, g, { min, max }) => ({ dy: () => clampGrad(x, g, { min, max }) }),
});

/** The larger of a and b, broadcast from the right; NaN where either is. Between equal tensors the gradient is halved. */
export const maximum: Arithmetic = arithmetic(
  maximumTensors,
  (x, min) => clamp(x, { min }),
  (min, x) => clamp(x, { min }),
);
/** The smaller of a and b, broadcast from the right; NaN where either is. Between equal tensors the gradient is halved. */
export const minimum: Arithmetic = arithmetic(
  minimumTensors,
  (x, max) => clamp(x, { max }),
  (max, x) => clamp(x, { max }),
);
