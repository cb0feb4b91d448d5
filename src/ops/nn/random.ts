// Random tensors and dropout. A `Random` hands out a new key per call; a key itself repeats the numbers.
import { defineOp, type OpFunction } from '../../autograd/define-op.ts';
import { Random, type RandomKey } from '../../tensor/random.ts';
import type { Shape, Tensor } from '../../tensor/tensor.ts';

const keyFrom = (source: Random | RandomKey): RandomKey => (source instanceof Random ? source.nextKey() : source);

/** Raw words of the generator as i32, from block number `block` (low and high word) of a key. */
export const randomBits = defineOp('randomBits', 'constant');
const uniformOp = defineOp('uniform', 'constant');
const normalOp = defineOp('normal', 'constant');
const bernoulliOp = defineOp('bernoulli', 'constant');
const dropoutOp: OpFunction<'dropout'> = defineOp('dropout', {
  backward: (_, dy, { key, probability }) => ({ x: () => dropoutOp(dy, { key, probability }) }),
});

/** Uniform numbers between `low` (default 0) and `high` (1): f32[...shape]. */
export function uniform(shape: Shape, source: Random | RandomKey, options: { low?: number; high?: number } = {}): Tensor {
  return uniformOp({ shape, key: keyFrom(source), ...options });
}

/** Normal numbers with the given mean (default 0) and standard deviation (1): f32[...shape]. */
export function normal(shape: Shape, source: Random | RandomKey, options: { mean?: number; deviation?: number } = {}): Tensor {
  return normalOp({ shape, key: keyFrom(source), ...options });
}

/** 1 with the given probability (default one half), else 0: f32[...shape]. */
export function bernoulli(shape: Shape, source: Random | RandomKey, probability = 0.5): Tensor {
  return bernoulliOp({ shape, key: keyFrom(source), probability });
}

/**
 * Drops each element with the given probability (0 ≤ p < 1, default one half) and divides the others by 1 − p, so that
 * expectations stay. The mask is made anew in the backward pass; nothing is saved.
 */
export function dropout(x: Tensor, source: Random | RandomKey, probability = 0.5): Tensor {
  return dropoutOp(x, { key: keyFrom(source), probability });
}
