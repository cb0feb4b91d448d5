// Initialisers: their moments and bounds, and that a seed repeats them.
import { describe, expect, it } from 'vitest';
import * as init from '../../src/nn/init.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { thrown } from '../support/thrown.ts';

const shape = [64, 32, 3, 3];
const numbers = (make: init.Initializer, extents: readonly number[] = shape, seed = 1) => scope(() => ({ data: make(extents, new Random(seed)).readSync() })).data;

function moments(data: ArrayLike<number>): { mean: number; deviation: number; most: number } {
  const list = Array.from(data);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  return { mean, deviation: Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length), most: Math.max(...list.map(Math.abs)) };
}

// fanIn 288, fanOut 576
it.each<[string, init.Initializer, number, number]>([
  ['kaimingUniform', init.kaimingUniform(), Math.sqrt(2 / 288), Math.sqrt(6 / 288)],
  ['kaimingUniform, fanOut, tanh', init.kaimingUniform({ mode: 'fanOut', nonlinearity: 'tanh' }), 5 / 3 / Math.sqrt(576), (5 / 3) * Math.sqrt(3 / 576)],
  ['kaimingUniform, slope √5', init.defaultWeight, 1 / Math.sqrt(3 * 288), 1 / Math.sqrt(288)],
  ['kaimingNormal', init.kaimingNormal(), Math.sqrt(2 / 288), Number.POSITIVE_INFINITY],
  ['kaimingNormal, leakyRelu 0.2', init.kaimingNormal({ slope: 0.2 }), Math.sqrt(2 / 1.04 / 288), Number.POSITIVE_INFINITY],
  ['xavierUniform', init.xavierUniform(), Math.sqrt(2 / 864), Math.sqrt(6 / 864)],
  ['xavierNormal', init.xavierNormal({ gain: 3 }), 3 * Math.sqrt(2 / 864), Number.POSITIVE_INFINITY],
  ['normal', init.normal({ deviation: 0.02 }), 0.02, Number.POSITIVE_INFINITY],
  ['uniform', init.uniform(-2, 2), 2 / Math.sqrt(3), 2],
  // The deviation of a normal variable within ±2, and within ±0.5.
  ['truncatedNormal', init.truncatedNormal({ deviation: 0.02 }), 0.02 * 0.879626, 0.04],
  ['truncatedNormal, narrow', init.truncatedNormal({ limit: 0.5 }), 0.283947, 0.5],
])('%s has its deviation and bound', (_, make, deviation, bound) => {
  const found = moments(numbers(make));
  expect(found.deviation / deviation).toBeGreaterThan(0.98);
  expect(found.deviation / deviation).toBeLessThan(1.02);
  expect(Math.abs(found.mean)).toBeLessThan((4 * deviation) / Math.sqrt(64 * 288));
  expect(found.most).toBeLessThanOrEqual(bound * (1 + 1e-6));
  if (Number.isFinite(bound)) expect(found.most).toBeGreaterThan(bound * 0.99);
  expect(numbers(make)).toEqual(numbers(make));
  expect(numbers(make)).not.toEqual(numbers(make, shape, 2));
});

it('fills with what it is told', () => {
  expect(numbers(init.zeros, [3])).toEqual(Float32Array.of(0, 0, 0));
  expect(numbers(init.ones, [2])).toEqual(Float32Array.of(1, 1));
  expect(numbers(init.constant(0.3), [1])).toEqual(Float32Array.of(0.3));
  expect(moments(numbers(init.normal({ mean: 5 }))).mean).toBeCloseTo(5, 1);
});

describe('orthogonal', () => {
  it.each([[[6, 4, 3, 3]], [[36, 2, 3, 1]], [[5, 5]], [[1, 7]], [[7, 1]]])('%j has rows or columns of length gain at right angles', (extents) => {
    const data = numbers(init.orthogonal({ gain: 2 }), extents);
    const rows = extents[0];
    const columns = data.length / rows;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const at = (vector: number, i: number) => (rows <= columns ? data[vector * columns + i] : data[i * columns + vector]);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
        expect(Math.abs(dot - (a === b ? 4 : 0))).toBeLessThan(1e-5);
      }
    }
  });
});

it('counts fans as PyTorch does', () => {
  expect(init.fansOf([64, 32, 3, 5])).toEqual({ fanIn: 480, fanOut: 960 });
  expect(init.fansOf([10, 20])).toEqual({ fanIn: 20, fanOut: 10 });
  expect(['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'].map((name) => init.gainOf(name as init.Nonlinearity))).toEqual([1, 1, 5 / 3, Math.SQRT2, Math.sqrt(2 / 1.0001), 0.75]);
});

it('refuses what makes no sense', () => {
  expect(thrown(() => init.kaimingUniform()([5], new Random(1)))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: init: a weight is [5]; expected at least two axes, out and in"`);
  expect(thrown(() => init.orthogonal()([5], new Random(1)))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: orthogonal: the weight is [5]; expected at least two axes"`);
  expect(thrown(() => init.uniform(1, 0))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: uniform: low is 1 and high 0; expected low <= high"`);
  expect(thrown(() => init.truncatedNormal({ limit: 0 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: truncatedNormal: deviation is 1 and limit 0; expected at least 0 and above 0"`);
});
