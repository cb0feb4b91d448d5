// Normalisation beyond single calls: layouts, threads, PyTorch's numbers, shared gradients, refusals.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../bindings/native.ts';
import { record } from '../../../src/autograd/tape.ts';
import { batchNorm, batchNormInference, blockLayout, detach, groupNorm, instanceNorm, layerNorm, mul, sumTo } from '../../../src/ops/index.ts';
import { memory, setThreads } from '../../../src/tensor/device.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

type Forward = (x: Tensor, scale: Tensor, shift: Tensor) => Tensor;

const forms: [string, Forward][] = [
  ['batchNorm', (x, scale, shift) => batchNorm(x, scale, shift)[0]],
  ['batchNorm with relu', (x, scale, shift) => batchNorm(x, scale, shift, { activation: 'relu' })[0]],
  ['batchNormInference', (x, scale, shift) => batchNormInference(x, scale, shift, detach(shift), detach(mul(scale, scale)), { activation: 'relu' })],
  ['groupNorm', (x, scale, shift) => groupNorm(x, scale, shift, 4)],
  ['instanceNorm', (x, scale, shift) => instanceNorm(x, scale, shift)],
];

/** y and the gradients of x, scale and shift, where x and dy come in the layout asked for. */
function numbers(forward: Forward, shape: readonly number[], blockedX: boolean, blockedDy: boolean): ArrayLike<number>[] {
  return scope(() => {
    const [x, scale, shift, dy] = [shape, [shape[1]], [shape[1]], shape].map((extents, i) => toTensor(fillOperand(extents, 11 + i)));
    const tape = record(() => forward(blockedX ? blockLayout(x) : x, scale, shift), { watch: [x, scale, shift] });
    const y = tape.value.readSync();
    const gradients = tape.backward(tape.value, blockedDy ? blockLayout(dy) : dy);
    return [y, ...[x, scale, shift].map((one) => gradients.get(one)!.readSync())];
  });
}

describe.each(forms)('%s', (_, forward) => {
  it.each([[[2, 32, 5, 7]], [[1, 16, 40, 60]], [[3, 48, 1, 1]]])('is the same in either layout: %j', (shape) => {
    const plain = numbers(forward, shape, false, false);
    for (const [x, dy] of [
      [true, true],
      [true, false],
      [false, true],
    ]) {
      numbers(forward, shape, x, dy).forEach((list, i) => expect(relativeError(list, plain[i])).toBeLessThan(1e-6));
    }
  });
});

it('takes vectors and sequences as pictures', () => {
  scope(() => {
    const [scale, shift] = [toTensor(fillOperand([6], 1)), toTensor(fillOperand([6], 2))];
    for (const shape of [
      [5, 6],
      [5, 6, 4],
    ]) {
      const x = toTensor(fillOperand(shape, 3));
      const [y, mean] = batchNorm(x, scale, shift);
      expect([y.shape, mean.shape]).toEqual([shape, [6]]);
      expect(batchNormInference(x, scale, shift, shift, mul(scale, scale)).shape).toEqual(shape);
      if (shape.length === 3) expect(instanceNorm(x).shape).toEqual(shape);
    }
  });
});

it('does not depend on the number of threads', () => {
  const run = (threads: number) => {
    setThreads(threads);
    return forms.flatMap(([, forward]) =>
      [
        [2, 12, 70, 90],
        [1, 16, 200, 170],
      ].flatMap((shape) => numbers(forward, shape, shape[1] === 16, false)),
    );
  };
  const one = run(1);
  for (const threads of [2, 3]) run(threads).forEach((list, i) => expect(relativeError(list, one[i])).toBe(0));
  setThreads(2);
});

it('makes all gradients in one operation', () => {
  scope(() => {
    const [x, scale, shift] = [[2, 16, 128, 64], [16], [16]].map((shape, i) => toTensor(fillOperand(shape, i)));
    const dy = toTensor(fillOperand(x.shape, 9));
    const tape = record(() => batchNorm(x, scale, shift)[0], { watch: [x, scale, shift] });
    const before = memory('cpu', { resetPeak: true }).liveBytes;
    const gradients = tape.backward(tape.value, dy);
    expect([x, scale, shift].map((one) => gradients.get(one)?.shape)).toEqual([x.shape, [16], [16]]);
    // One dx: were each thunk to make its own, three would be alive at the end of the node.
    expect(memory().peakBytes - before).toBeLessThan(2 * 4 * x.size);
  });
});

it('layerNorm takes its axes from scale or shift', () => {
  scope(() => {
    const x = toTensor(fillOperand([2, 3, 4], 1));
    const two = layerNorm(x, null, toTensor({ shape: [3, 4], data: new Float64Array(12) })).readSync();
    expect(relativeError(two, layerNorm(x, null, null, { axes: 2 }).readSync())).toBe(0);
    expect(relativeError(two, layerNorm(x).readSync())).toBeGreaterThan(0.01);
  });
});

it('has no gradient of gradient for batchNorm, and says so', () => {
  scope(() => {
    const [x, scale, shift] = [[2, 3, 4, 4], [3], [3]].map((shape, i) => toTensor(fillOperand(shape, i)));
    const nested = () =>
      record(
        () => {
          const inner = record(() => sumTo(batchNorm(x, scale, shift)[0], []), { watch: [x] });
          return inner.backward().get(x)!;
        },
        { watch: [x] },
      );
    expect(thrown(nested)).toMatchInlineSnapshot(
      `"TAPE_MISUSED: batchNormGrad: has no gradient, but x is followed by a tape; expected it inside noGrad or detached"`,
    );
  });
});

it('refuses what does not fit', () => {
  scope(() => {
    const x = tensor(new Float32Array(24), [2, 3, 2, 2]);
    const three = tensor([1, 1, 1]);
    expect(thrown(() => batchNorm(x, tensor([1, 1]), three))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: batchNorm: C is 2 in scale [2] but 3 in x [2 3 2 2]; expected them equal"`,
    );
    expect(thrown(() => batchNorm(x, three, three, { epsilon: -1 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: batchNorm: attribute epsilon is -1.000000; expected at least 0"`,
    );
    expect(thrown(() => batchNorm(tensor([], [0, 3, 2, 2]), three, three))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: batchNorm: x [0 3 2 2] has no numbers in a channel; expected at least one"`,
    );
    expect(thrown(() => batchNorm(tensor([1]), three, three))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: batchNorm: x is [1]; expected [N C], [N C L] or [N C H W]"`,
    );
    expect(thrown(() => groupNorm(x, null, null, 2))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: groupNorm: attribute groups is 2 for 3 channels; expected a divisor of the channels"`,
    );
    expect(thrown(() => layerNorm(x, three))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: layerNorm: scale is [3]; expected the trailing extents of x, [2]"`);
    expect(thrown(() => layerNorm(x, null, null, { axes: 5 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: layerNorm: attribute axes is 5 for x [2 3 2 2]; expected 1 to 4 trailing axes"`,
    );
  });
});

interface Golden {
  shape: number[];
  activation: 'identity' | 'relu';
  y: number[];
  mean: number[];
  variance: number[];
  dx: number[];
  dscale: number[];
  dshift: number[];
}
const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/normalization-pooling.json'), 'utf8')) as {
  batchNorm: Golden[];
  groupNorm: (Golden & { groups: number })[];
};
/** The inputs of the golden script: ((factor i + shift) mod modulus − middle) / 32. */
const pattern = (shape: readonly number[], factor: number, shift: number, modulus: number, middle: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (__, i) => (((factor * i + shift) % modulus) - middle) / 32),
    shape,
  );
};

it.each(golden.batchNorm)('batchNorm trains as PyTorch does: $shape $activation', (g) => {
  scope(() => {
    const [x, dy] = [pattern(g.shape, 37, 11, 101, 50), pattern(g.shape, 29, 5, 83, 41)];
    const [scale, shift] = [pattern([g.shape[1]], 17, 40, 61, 20), pattern([g.shape[1]], 13, 7, 53, 26)];
    const results: Tensor[] = [];
    const tape = record(
      () => {
        results.push(...batchNorm(x, scale, shift, { activation: g.activation }));
        return results[0];
      },
      { watch: [x, scale, shift] },
    );
    const gradients = tape.backward(results[0], dy);
    const got = [...results, gradients.get(x)!, gradients.get(scale)!, gradients.get(shift)!];
    [g.y, g.mean, g.variance, g.dx, g.dscale, g.dshift].forEach((expected, i) => expect(relativeError(got[i].readSync(), expected)).toBeLessThan(3e-6));
  });
});

it.each(golden.groupNorm)('groupNorm as PyTorch does it: $shape in $groups groups', (g) => {
  scope(() => {
    const [x, dy] = [pattern(g.shape, 37, 11, 101, 50), pattern(g.shape, 29, 5, 83, 41)];
    const [scale, shift] = [pattern([g.shape[1]], 17, 40, 61, 20), pattern([g.shape[1]], 13, 7, 53, 26)];
    const tape = record(() => groupNorm(x, scale, shift, g.groups), { watch: [x, scale, shift] });
    const y = tape.value.readSync();
    const gradients = tape.backward(tape.value, dy);
    const got = [y, ...[x, scale, shift].map((one) => gradients.get(one)!.readSync())];
    [g.y, g.dx, g.dscale, g.dshift].forEach((expected, i) => expect(relativeError(got[i], expected)).toBeLessThan(3e-6));
  });
});
