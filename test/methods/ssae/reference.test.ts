// What is usual at each position: mean and deviation against plain loops, batches of any size, few pictures, none.
import { describe, expect, it } from 'vitest';
import { PositionReference } from '../../../src/methods/ssae/reference.ts';
import { add, gaussianBlur, mul, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';

const [height, width] = [9, 12];
const maps = (count: number, seed: number): Float32Array =>
  scope(() => add(mul(uniform([count, 1, height, width], new Random(seed)), 2), -5).readSync() as Float32Array);

function settled(numbers: Float32Array, batches: readonly number[]): PositionReference {
  const reference = new PositionReference(height, width);
  let at = 0;
  for (const count of batches) {
    const size = count * height * width;
    scope(() => reference.observe(tensor(numbers.subarray(at, at + size), [count, 1, height, width])));
    at += size;
  }
  reference.settle();
  return reference;
}

/** By the definition, in float64 apart from the blur. */
function plain(numbers: Float32Array): { expected: Float32Array; deviation: Float32Array } {
  const pixels = height * width;
  const count = numbers.length / pixels;
  const at = (p: number) => Array.from({ length: count }, (_, n) => numbers[n * pixels + p]);
  const means = Array.from({ length: pixels }, (_, p) => at(p).reduce((a, b) => a + b) / count);
  const variances = means.map((mean, p) => at(p).reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
  const drawn = (values: number[]) => {
    const smooth = scope(() => gaussianBlur(tensor(Float32Array.from(values), [1, 1, height, width]), 2).readSync() as Float32Array);
    const all = smooth.reduce((a, b) => a + b) / pixels;
    return smooth.map((value) => (count * value + 20 * all) / (count + 20));
  };
  return { expected: drawn(means), deviation: drawn(variances).map((value) => Math.sqrt(value) + 1e-3) };
}

const close = (a: Tensor, b: Float32Array) => (a.readSync() as Float32Array).forEach((value, i) => void expect(value).toBeCloseTo(b[i], 5));

describe('PositionReference', () => {
  it.each([[[7]], [[3, 4]], [[1, 1, 5]]])('gathers the same from batches of %j', (batches) => {
    const numbers = maps(7, 1);
    using reference = settled(numbers, batches);
    const { expected, deviation } = plain(numbers);
    close(reference.expected, expected);
    close(reference.deviation, deviation);
    const fresh = maps(2, 9);
    const out = scope(() => reference.forward(tensor(fresh, [2, 1, height, width])).readSync() as Float32Array);
    out.forEach((value, i) => {
      const p = i % (height * width);
      expect(value).toBeCloseTo((fresh[i] - expected[p]) / deviation[p], 3);
    });
  });

  it('changes nothing before it has settled, and nothing where nothing was seen', () => {
    using reference = new PositionReference(height, width);
    reference.settle();
    const numbers = maps(1, 2);
    expect(scope(() => reference.forward(tensor(numbers, [1, 1, height, width])).readSync())).toEqual(numbers);
  });

  it('stays finite where all pictures are the same', () => {
    using reference = settled(new Float32Array(3 * height * width).fill(-4), [3]);
    const out = scope(() => reference.forward(tensor(new Float32Array(height * width).fill(-4), [1, 1, height, width])).readSync() as Float32Array);
    expect(out.every((value) => Math.abs(value) < 1e-3)).toBe(true);
  });
});
