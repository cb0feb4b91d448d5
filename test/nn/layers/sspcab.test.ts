// SSPCAB: the block and its own loss against plain float64 loops, gradients against central differences, and who gathers that loss.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import { withAuxiliaryLosses } from '../../../src/nn/auxiliary.ts';
import { Sequential, Sspcab } from '../../../src/nn/layers/index.ts';
import { add, mul, sum } from '../../../src/ops/index.ts';
import { memory } from '../../../src/tensor/device.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { at, build, type NdArray } from '../../support/reference.ts';
import { thrown } from '../../support/thrown.ts';

const shape = [2, 4, 7, 6];

interface Numbers {
  readonly x: NdArray;
  readonly weights: Readonly<Record<string, Float64Array>>;
}

/** The block by its definition: taps at the corners of a field of 2k + 2d + 1 around every position. */
function block({ x, weights }: Numbers, k: number, d: number): NdArray {
  const [count, channels, height, width] = x.shape;
  const reach = k + d;
  // Row or column of the field that tap t of 2k lies at.
  const offset = (t: number) => (t < k ? t : t + 2 * d + 1) - reach;
  const predicted = build(x.shape, ([n, c, row, column]) => {
    let total = weights.bias[c];
    for (let from = 0; from < channels; from++)
      for (let r = 0; r < 2 * k; r++)
        for (let s = 0; s < 2 * k; s++) {
          const [y, z] = [row + offset(r), column + offset(s)];
          if (y < 0 || z < 0 || y >= height || z >= width) continue;
          total += weights.weight[at([channels, channels, 2 * k, 2 * k], [c, from, r, s])] * x.data[at(x.shape, [n, from, y, z])];
        }
    return Math.max(0, total);
  });
  const linear = (input: readonly number[], name: string) =>
    Array.from(weights[`attention.${name}.bias`], (bias, o) =>
      input.reduce((sum, v, i) => sum + v * weights[`attention.${name}.weight`][o * input.length + i], bias),
    );
  const factors = Array.from({ length: count }, (_, n) => {
    const means = Array.from({ length: channels }, (__, c) => {
      const from = at(x.shape, [n, c, 0, 0]);
      return predicted.data.subarray(from, from + height * width).reduce((a, b) => a + b, 0) / (height * width);
    });
    const between = linear(means, 'squeeze').map((v) => Math.max(0, v));
    return linear(between, 'excite').map((v) => 1 / (1 + Math.exp(-v)));
  });
  return build(x.shape, ([n, c, row, column]) => predicted.data[at(x.shape, [n, c, row, column])] * factors[n][c]);
}

const ownLoss = (y: NdArray, x: NdArray, weight: number) => (weight * y.data.reduce((total, v, i) => total + (v - x.data[i]) ** 2, 0)) / y.data.length;

describe.each([
  [1, 1],
  [1, 0],
  [2, 1],
  [3, 2],
])('sub-kernels of side %i at distance %i', (kernel, dilation) => {
  const layer = () => new Sspcab(4, { random: new Random(7), kernel, dilation, reduction: 2, weight: 0.3 });
  const x = fillOperand({ shape }, 11);
  const seed = fillOperand({ shape }, 12);

  it('are the reference, with the loss and all gradients', () => {
    using own = layer();
    const weights = Object.fromEntries([...own.namedParameters()].map(([name, value]) => [name, Float64Array.from(value.readSync())]));
    const expected = block({ x, weights }, kernel, dilation);
    const total = (numbers: Numbers) => {
      const y = block(numbers, kernel, dilation);
      return y.data.reduce((sum, v, i) => sum + v * seed.data[i], 0) + ownLoss(y, numbers.x, 0.3);
    };
    scope(() => {
      const input = toTensor(x);
      const tape = record(
        () => {
          const { value, losses } = withAuxiliaryLosses(() => own.forward(input));
          expect(relativeError(value.readSync(), expected.data)).toBeLessThan(1e-5);
          expect(Object.keys(losses)).toEqual(['sspcab']);
          expect(relativeError(losses.sspcab.readSync(), [ownLoss(expected, x, 0.3)])).toBeLessThan(1e-5);
          return add(sum(mul(value, toTensor(seed))), losses.sspcab);
        },
        { watch: [input] },
      );
      const gradients = tape.backward();
      const along = (name: string, by: number): Numbers => {
        const direction = fillOperand({ shape: [name === '' ? x.data.length : weights[name].length] }, 13).data;
        const moved = (values: Float64Array) => values.map((v, i) => v + by * direction[i]);
        return name === '' ? { x: { shape, data: moved(x.data) }, weights } : { x, weights: { ...weights, [name]: moved(weights[name]) } };
      };
      for (const [name, operand] of [...own.namedParameters(), ['', input] as const]) {
        const found = gradients.get(operand)!.readSync();
        const direction = fillOperand({ shape: [found.length] }, 13).data;
        const slope = (total(along(name, 1e-6)) - total(along(name, -1e-6))) / 2e-6;
        expect(relativeError([direction.reduce((s, v, i) => s + v * found[i], 0)], [slope]), name).toBeLessThan(1e-4);
      }
    });
  });

  it('do not see the middle of the field', () => {
    using own = layer();
    scope(() => {
      // Attention sees everything on average, so the convolution alone is asked: one changed number moves nothing within the distance d.
      const changed = { shape, data: x.data.slice() };
      changed.data[at(shape, [0, 1, 3, 3])] += 100;
      const ask = (numbers: NdArray) => (own as unknown as { predict: (x: unknown) => { readSync(): Float32Array } }).predict(toTensor(numbers)).readSync();
      const [before, after] = [ask(x), ask(changed)];
      let seen = 0;
      for (let c = 0; c < 4; c++)
        for (let row = 0; row < 7; row++)
          for (let column = 0; column < 6; column++) {
            const place = at(shape, [0, c, row, column]);
            if (Math.abs(row - 3) <= dilation || Math.abs(column - 3) <= dilation) expect(after[place]).toBe(before[place]);
            else if (after[place] !== before[place]) seen++;
          }
      expect(seen).toBeGreaterThan(0);
    });
  });
});

describe('the loss of a layer', () => {
  it('is computed for whoever gathers it, summed by name, through scopes, and lost with a failure', () => {
    const before = memory().liveTensors;
    {
      using network = new Sequential(new Sspcab(4, { random: new Random(1) }), new Sspcab(4, { random: new Random(2) }));
      scope(() => {
        const x = toTensor(fillOperand({ shape }, 3));
        const [first, second] = network.layers;
        const one = withAuxiliaryLosses(() => first.forward(x));
        const two = withAuxiliaryLosses(() => second.forward(one.value));
        const both = withAuxiliaryLosses(() => scope(() => network.forward(x)));
        const total = one.losses.sspcab.readSync()[0] + two.losses.sspcab.readSync()[0];
        expect(relativeError(both.losses.sspcab.readSync(), [total])).toBeLessThan(1e-6);
        const nested = withAuxiliaryLosses(() => withAuxiliaryLosses(() => first.forward(x)));
        expect(Object.keys(nested.losses)).toEqual([]);
        expect(Object.keys(nested.value.losses)).toEqual(['sspcab']);
        const live = memory().liveTensors;
        expect(
          thrown(() =>
            withAuxiliaryLosses(() => {
              scope(() => void first.forward(x));
              throw new Error('enough');
            }),
          ),
        ).toMatch('enough');
        scope(() => void network.forward(x));
        expect(memory().liveTensors).toBe(live);
      });
    }
    expect(memory().liveTensors).toBe(before);
  });

  it('refuses what does not fit', () => {
    const random = new Random(1);
    expect(thrown(() => new Sspcab(4, { random, kernel: 0 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: Sspcab: kernel is 0; expected a whole number of at least 1"`,
    );
    expect(thrown(() => new Sspcab(4, { random, weight: -1 }))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: Sspcab: weight is -1; expected at least 0"`);
    expect(thrown(() => new Sspcab(4, { random, reduction: 0 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: SqueezeExcitation: reduction is 0; expected at least 1"`,
    );
  });
});
