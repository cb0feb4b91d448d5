// Error maps beyond single calls: what is made of them, special numbers, threads, layouts, refusals.
import { describe, expect, it } from 'vitest';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { setThreads } from '../../../src/tensor/device.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { fillOperand, relativeError, toTensor } from '../../support/cases.ts';
import { thrown } from '../../support/thrown.ts';

const unit = (shape: readonly number[], seed: number) => toTensor(fillOperand({ shape, values: 'unit' }, seed));
const list = (x: Tensor) => Array.from(x.readSync());
const filled = (shape: readonly number[], value: number, dtype: 'f32' | 'f64' = 'f32') =>
  tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape, { dtype });

/** Every map and filter of two pictures, by name. */
const forms: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  l1Map: (x, y) => ops.l1Map(x, y),
  l2Map: (x, y) => ops.l2Map(x, y),
  huberMap: (x, y) => ops.huberMap(x, y, 0.1),
  'ssimMap riad': (x, y) => ops.ssimMap(x, y),
  'ssimMap kornia': (x, y) => ops.ssimMap(x, y, { preset: 'kornia' }),
  'ssimMap skimage': (x, y) => ops.ssimMap(x, y, { preset: 'skimage', range: 1 }),
  'ssimMap pytorch-msssim': (x, y) => ops.ssimMap(x, y, { preset: 'pytorch-msssim', range: 1 }),
  contrastStructureMap: (x, y) => ops.contrastStructureMap(x, y, { preset: 'wang2004', range: 1 }),
  ssim: (x, y) => ops.ssim(x, y),
  msSsim: (x, y) => ops.msSsim(x, y, { weights: [0.5, 0.5], size: 5 }),
  msSsimMap: (x, y) => ops.msSsimMap(x, y, { preset: 'kornia', size: 5, weights: [0.2, 0.3, 0.5] }),
  ssimErrorMap: (x, y) => ops.ssimErrorMap(x, y),
  gmsMap: (x, y) => ops.gmsMap(x, y),
  msgmsMap: (x, y) => ops.msgmsMap(x, y),
  msgms: (x, y) => ops.msgms(x, y),
  cosineDistanceMap: (x, y) => ops.cosineDistanceMap(x, y),
  l2DistanceMap: (x, y) => ops.l2DistanceMap(x, y),
  twoAreaSquaredError: (x, y) => ops.twoAreaSquaredError(x, y, ops.l1Map(x, y)).loss,
  gaussianBlur: (x, y) => ops.gaussianBlur(ops.sub(x, y), 2),
  boxFilter: (x, y) => ops.boxFilter(ops.sub(x, y), 5, { times: 2 }),
};
const constant: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  medianFilter: (x) => ops.medianFilter(x, 3),
  'medianFilter of 13': (x) => ops.medianFilter(x, 13),
  nfaMap: (x, y) => ops.nfaMap([ops.mul(ops.sub(x, y), 3), ops.averagePool2d(x, 2)]),
};

it('does not depend on the number of threads', () => {
  const run = (threads: number) => {
    setThreads(threads);
    return scope(() => {
      const [x, y] = [unit([2, 3, 150, 170], 1), unit([2, 3, 150, 170], 2)];
      const numbers = Object.entries(forms).flatMap(([name, form]) => {
        const tape = record(() => form(x, y), { watch: [x, y] });
        const value = list(tape.value);
        const gradients = tape.backward(tape.value, toTensor(fillOperand(tape.value.shape, 3)));
        return [[name, value] as const, [`${name} by x`, list(gradients.get(x)!)] as const, [`${name} by y`, list(gradients.get(y)!)] as const];
      });
      return [...numbers, ...Object.entries(constant).map(([name, form]) => [name, list(form(x, y))] as const)];
    });
  };
  try {
    const one = run(1);
    for (const threads of [2, 3]) for (const [i, [name, numbers]] of run(threads).entries()) expect(relativeError(numbers, one[i][1]), name).toBe(0);
  } finally {
    setThreads(2);
  }
});

it('takes what convolutions leave in blocks of channels', () => {
  scope(() => {
    const [x, y] = [unit([1, 16, 24, 20], 1), unit([1, 16, 24, 20], 2)];
    for (const [name, form] of Object.entries({ ...forms, ...constant })) {
      if (name === 'msSsim') continue;
      expect(relativeError(list(form(ops.blockLayout(x), ops.blockLayout(y))), list(form(x, y))), name).toBeLessThan(1e-6);
    }
  });
});

describe('a NaN', () => {
  const height = 40;
  const width = 50;
  /** Pixels of a map that are NaN after one number of x became one, as [first row, last row, first column, last column] and a count. */
  const spread = (form: (x: Tensor, y: Tensor) => Tensor) =>
    scope(() => {
      const x = fillOperand({ shape: [1, 1, height, width], values: 'unit' }, 1);
      x.data[20 * width + 30] = Number.NaN;
      const map = form(toTensor(x), unit([1, 1, height, width], 2));
      const wide = map.shape[3];
      const found = list(map).flatMap((value, k) => (Number.isNaN(value) ? [[Math.floor(k / wide), k % wide]] : []));
      const [rows, columns] = [found.map((p) => p[0]), found.map((p) => p[1])];
      return { rows: [Math.min(...rows), Math.max(...rows)], columns: [Math.min(...columns), Math.max(...columns)], count: found.length };
    });
  const around = (radius: number) => ({ rows: [20 - radius, 20 + radius], columns: [30 - radius, 30 + radius], count: (2 * radius + 1) ** 2 });

  it('reaches the windows that hold it and no other', () => {
    expect(spread((x, y) => ops.l1Map(x, y))).toEqual(around(0));
    expect(spread((x, y) => ops.l2Map(x, y))).toEqual(around(0));
    expect(spread((x, y) => ops.huberMap(x, y))).toEqual(around(0));
    expect(spread((x, y) => ops.cosineDistanceMap(x, y))).toEqual(around(0));
    expect(spread((x, y) => ops.ssimMap(x, y))).toEqual(around(5));
    expect(spread((x, y) => ops.ssimMap(x, y, { preset: 'skimage', range: 1 }))).toEqual(around(3));
    // Prewitt's operator looks at the neighbours alone.
    expect(spread((x, y) => ops.gmsMap(x, y))).toEqual({ ...around(1), count: 8 });
    expect(spread((x) => ops.gaussianBlur(x, 1))).toEqual(around(4));
    expect(spread((x) => ops.boxFilter(x, 7))).toEqual(around(3));
    expect(spread((x) => ops.boxFilter(x, 3, { times: 2 }))).toEqual(around(2));
    expect(spread((x) => ops.medianFilter(x, 5))).toEqual(around(2));
    expect(spread((x) => ops.medianFilter(x, 13))).toEqual(around(6));
    expect(spread((x) => ops.binomialTailMap(x, 1, { radius: 3 }))).toEqual(around(3));
  });

  it('comes through to the means', () => {
    scope(() => {
      const [x, y] = [filled([1, 1, 20, 20], Number.NaN), unit([1, 1, 20, 20], 1)];
      for (const name of ['ssim', 'msSsim', 'msgms', 'twoAreaSquaredError']) expect(list(forms[name](x, y)), name).toEqual([Number.NaN]);
    });
  });
});

describe('structural similarity of flat pictures', () => {
  it('is exact, and its gradient finite, where no variance is left', () => {
    scope(() => {
      // Luminances whose squares float32 cannot hold, 4096 apart from a hundredth.
      const [x, y] = [filled([1, 1, 16, 16], 0.7001), filled([1, 1, 16, 16], 0.7003)];
      const expected = (2 * 0.7001 * 0.7003 + 1e-4) / (0.7001 ** 2 + 0.7003 ** 2 + 1e-4);
      for (const preset of ['kornia', 'piq'] as const) {
        const tape = record(() => ops.ssimMap(x, y, { preset }), { watch: [x] });
        // Kornia's constant in the denominator, of 9e-8 at the least, takes some 1e-9 off.
        for (const number of list(tape.value)) expect(Math.abs(number - expected)).toBeLessThan(1e-7);
        for (const number of list(tape.backward(tape.value, filled(tape.value.shape, 1)).get(x)!)) expect(Number.isFinite(number)).toBe(true);
      }
    });
  });

  it('loses nothing where a small difference stands on a large brightness', () => {
    scope(() => {
      const shape = [1, 1, 32, 32];
      const [a, b] = [1, 2].map((seed) => fillOperand({ shape }, seed).data.map((v) => Math.fround(200 + 0.05 * v)));
      const exact = list(ops.ssimMap(tensor(a, shape, { dtype: 'f64' }), tensor(b, shape, { dtype: 'f64' }), { preset: 'wang2004', range: 255 }));
      const found = list(ops.ssimMap(tensor(a, shape, { dtype: 'f32' }), tensor(b, shape, { dtype: 'f32' }), { preset: 'wang2004', range: 255 }));
      expect(Math.max(...found.map((v, i) => Math.abs(v - exact[i])))).toBeLessThan(1e-6);
    });
  });
});

describe('multi-scale structural similarity', () => {
  it('is 1 of a picture and itself, and pads odd extents as each software does', () => {
    scope(() => {
      const x = unit([1, 2, 163, 170], 3);
      expect(list(ops.msSsim(x, x))).toEqual([1]);
      const y = ops.add(ops.mul(x, 0.9), ops.mul(unit([1, 2, 163, 170], 4), 0.1));
      const [piq, pytorch] = [list(ops.msSsim(x, y))[0], list(ops.msSsim(x, y, { preset: 'pytorch-msssim', range: 1 }))[0]];
      expect(piq).toBeGreaterThan(0.9);
      expect(Math.abs(piq - pytorch)).toBeGreaterThan(1e-6);
      expect(Math.abs(piq - pytorch)).toBeLessThan(0.01);
    });
  });

  it('makes a map of the picture from the maps of its levels', () => {
    scope(() => {
      const x = unit([1, 2, 20, 14], 5);
      const y = ops.add(ops.mul(x, 0.8), ops.mul(unit([1, 2, 20, 14], 6), 0.2));
      const power = (map: Tensor, exponent: number) => ops.powScalar(ops.relu(map), { exponent });
      const half = ops.ssimMap(ops.averagePool2d(x, 2), ops.averagePool2d(y, 2), { size: 5 });
      const up = ops.resize2d(power(half, 0.6), { height: 20, width: 14, mode: 'bilinear' });
      const expected = ops.mul(power(ops.contrastStructureMap(x, y, { size: 5 }), 0.4), up);
      const map = ops.msSsimMap(x, y, { size: 5, weights: [0.4, 0.6] });
      expect(relativeError(list(map), list(expected))).toBeLessThan(1e-6);
      expect(list(ops.msSsimMap(x, x, { size: 5, weights: [0.4, 0.6] })).every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
      const errors = list(ops.ssimErrorMap(x, y));
      const [first, second] = [0, 1].map((c) => list(ops.ssimMap(x, y)).slice(c * 280, (c + 1) * 280));
      expect(
        relativeError(
          errors,
          first.map((value, i) => 1 - (value + second[i]) / 2),
        ),
      ).toBeLessThan(1e-6);
    });
  });

  it('has a gradient of 0 where a level fell below 0', () => {
    scope(() => {
      const x = unit([1, 1, 12, 12], 3);
      const y = ops.affine(x, { scale: -1, shift: 1 });
      const tape = record(() => ops.msSsim(x, y, { size: 3, weights: [0.3, 0.7] }), { watch: [x] });
      expect(list(tape.value)).toEqual([0]);
      expect(new Set(list(tape.backward(tape.value, filled([1], 1)).get(x)!).map(Math.abs))).toEqual(new Set([0]));
    });
  });
});

describe('gradient magnitudes over scales', () => {
  it('makes a map of the picture from the maps of its scales', () => {
    scope(() => {
      const [x, y] = [unit([2, 3, 20, 14], 5), unit([2, 3, 20, 14], 6)];
      const half = ops.gmsMap(ops.averagePool2d(x, 2), ops.averagePool2d(y, 2));
      const up = ops.resize2d(ops.mean(half, 1, { keepDims: true }), { height: 20, width: 14, mode: 'bilinear' });
      const expected = ops.sub(1, ops.mul(ops.add(up, ops.mean(ops.gmsMap(x, y), 1, { keepDims: true })), 0.5));
      const map = ops.msgmsMap(x, y, { scales: 2 });
      expect(map.shape).toEqual([2, 1, 20, 14]);
      expect(relativeError(list(map), list(expected))).toBeLessThan(1e-6);
      expect(new Set(list(ops.msgmsMap(x, x, { scales: 4 })).map(Math.abs))).toEqual(new Set([0]));
    });
  });

  it('takes luma of colours', () => {
    scope(() => {
      const [x, y] = [unit([2, 3, 33, 40], 5), unit([2, 3, 33, 40], 6)];
      const luma = (p: Tensor) => ops.sum(ops.mul(p, tensor([0.299, 0.587, 0.114], [1, 3, 1, 1])), 1, { keepDims: true });
      expect(relativeError(list(ops.gmsd(x, y)), list(ops.gmsd(luma(x), luma(y))))).toBeLessThan(1e-6);
      expect(relativeError(list(ops.msGmsd(x, y)), list(ops.msGmsd(luma(x), luma(y))))).toBeLessThan(1e-6);
    });
  });

  it('hands a gradient back through the deviations', () => {
    scope(() => {
      const [x, y] = [unit([1, 1, 20, 24], 5), unit([1, 1, 20, 24], 6)];
      const along = fillOperand([1, 1, 20, 24], 7);
      for (const deviation of [ops.gmsd, ops.msGmsd]) {
        const tape = record(() => deviation(x, y), { watch: [x] });
        const gradient = list(tape.backward(tape.value, filled([1], 1)).get(x)!);
        const found = gradient.reduce((sum, g, i) => sum + g * along.data[i], 0);
        const at = (by: number) => list(deviation(ops.add(x, ops.mul(toTensor(along), by)), y))[0];
        expect(Math.abs(found - (at(2e-3) - at(-2e-3)) / 4e-3)).toBeLessThan(0.02 * Math.abs(found) + 2e-4);
      }
    });
  });
});

describe('the number of false alarms', () => {
  it('adds the scales and counts the tests', () => {
    scope(() => {
      const scales = [toTensor(fillOperand([2, 3, 16, 20], 1)), toTensor(fillOperand([2, 6, 8, 10], 2))];
      const tails = scales.map((z, scale) => ops.binomialTailMap(ops.square(z), ops.chiSquareThreshold(0.1), { radius: scale ? 1 : 2 }));
      const up = ops.resize2d(tails[1], { height: 16, width: 20, mode: 'bicubic', alignCorners: true });
      const expected = ops.neg(ops.affine(ops.add(tails[0], up), { shift: Math.log10(16 * 20 + 8 * 10) }));
      const map = ops.nfaMap(scales);
      expect(map.shape).toEqual([2, 1, 16, 20]);
      expect(relativeError(list(map), list(expected))).toBeLessThan(1e-6);
      expect(ops.nfaMap(scales[0], { size: [32, 40] }).shape).toEqual([2, 1, 32, 40]);
    });
  });

  it('alarms less than once in pictures of pure chance, and on a spot', () => {
    scope(() => {
      const z = fillOperand([40, 1, 32, 32], 3);
      for (const [y, x] of [
        [10, 12],
        [10, 13],
        [11, 12],
        [11, 13],
        [12, 12],
        [12, 13],
      ])
        z.data[39 * 1024 + y * 32 + x] = 6;
      const count = (options: ops.NfaOptions) => {
        const map = list(ops.nfaMap(toTensor(z), options));
        expect(map[39 * 1024 + 11 * 32 + 12]).toBeGreaterThan(0);
        return map.slice(0, 39 * 1024).filter((value) => value > ops.nfaThreshold()).length / 39;
      };
      expect(count({ strict: false, border: 'inside' })).toBeLessThan(1);
      // U-Flow's own convention lets more through, and mirrored borders count the same pixels again.
      expect(count({})).toBeGreaterThan(1);
      expect(count({})).toBeLessThan(10);
      expect(ops.nfaThreshold(0.01)).toBeCloseTo(2, 12);
    });
  });
});

describe('refusals', () => {
  it('name what does not fit', () => {
    scope(() => {
      const x = unit([1, 2, 6, 8], 1);
      const refused = (call: () => unknown) => expect(thrown(call));
      refused(() => ops.l1Map(x, unit([1, 2, 6, 7], 1))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: pixelErrorMap: W is 7 in y [1 2 6 7] but 8 in x [1 2 6 8]; expected them equal"`,
      );
      refused(() => ops.l1Map(unit([1, 0, 6, 7], 1), unit([1, 0, 6, 7], 1))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: pixelErrorMap: x [1 0 6 7] has no channel to average; expected at least 1"`,
      );
      refused(() => ops.huberMap(x, x, -1)).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: pixelErrorMap: delta is -1.000000; expected a positive number"`);
      refused(() => ops.l2Map(filled([1, 1, 2, 2], 0, 'f64'), filled([1, 1, 2, 2], 0))).toMatchInlineSnapshot(
        `"DTYPE_MISMATCH: pixelErrorMap: y is f32 but x is f64; expected one type"`,
      );
      refused(() => ops.l2Map(tensor([1], [1, 1, 1, 1], { dtype: 'u8' }), tensor([1], [1, 1, 1, 1], { dtype: 'u8' }))).toMatchInlineSnapshot(
        `"DTYPE_MISMATCH: pixelErrorMap: x is u8; expected f32 or f64"`,
      );
      refused(() => ops.twoAreaSquaredError(x, x, x)).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: twoAreaSquaredError: axis 1 of mask [1 2 6 8] is 2; expected 1 (f32[N 1 H W])"`,
      );
      refused(() => ops.twoAreaSquaredError(x, x, ops.l1Map(x, x), 1.5)).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: twoAreaSquaredError: lambda is 1.500000; expected 0 to 1"`,
      );
      refused(() => ops.ssimMap(x, x, { preset: 'skimage' })).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: ssimMap: preset skimage assumes no range; expected one, such as 1 or 255"`,
      );
      refused(() => ops.ssimMap(x, x, { preset: 'matlab' as never })).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: ssimMap: preset is "matlab"; expected skimage, wang2004, pytorch-msssim, piq, kornia, riad"`,
      );
      refused(() => ops.ssimMap(x, x, { preset: 'piq' })).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: ssimMap: x [1 2 6 8] is smaller than the window; expected 11 by 11 pixels at least, or another border than valid"`,
      );
      refused(() => ops.ssim(x, x, { preset: 'skimage', range: 1 })).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: ssimMean: x [1 2 6 8] is smaller than the window; expected 7 by 7 pixels at least, or another border than valid"`,
      );
      refused(() => ops.ssimMap(x, x, { size: 4 })).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: ssimMap: size is 4; expected an odd number from 3 to 255"`);
      refused(() => ops.ssimMap(x, x, { range: 0 })).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: ssimMap: range is 0.000000; expected a positive number"`);
      refused(() => ops.ssimMap(x, x, { windw: 3 } as never)).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: ssimMap: attribute windw is unknown; expected one of window, size, sigma, border, sampleVariance, range, k1, k2, epsilon, part"`,
      );
      refused(() => ops.ssim(unit([1, 1, 0, 4], 1), unit([1, 1, 0, 4], 1))).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: ssimMean: x [1 1 0 4] has no pixel to average; expected at least 1 by 1"`,
      );
      refused(() => ops.msSsim(x, x)).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: msSsim: x is [1 2 6 8] for 5 levels and a window of 11; expected [N C H W] of at least 161 by 161 pixels"`,
      );
      refused(() => ops.msSsim(x, x, { weights: [] })).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: msSsim: weights are []; expected at least one number, none below 0"`,
      );
      refused(() => ops.msSsimMap(x, x)).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: msSsimMap: x is [1 2 6 8] for 5 levels; expected [N C H W] of at least 16 by 16 pixels"`,
      );
      refused(() => ops.msSsimMap(x, x, { preset: 'piq' })).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: msSsimMap: only whole windows count, so that the levels do not cover the picture; expected another border than valid"`,
      );
      refused(() => ops.gmsMap(x, x, { c: 0 })).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: gmsMap: c is 0.000000; expected a positive number"`);
      refused(() => ops.msgmsMap(x, x, { scales: 4 })).toMatchInlineSnapshot(
        `"SHAPE_MISMATCH: msgmsMap: x is [1 2 6 8] for 4 scales; expected at least 8 by 8 pixels"`,
      );
      refused(() => ops.gmsd(x, x)).toMatchInlineSnapshot(`"SHAPE_MISMATCH: gmsd: x is [1 2 6 8]; expected one channel, or red, green and blue"`);
      refused(() => ops.msGmsd(x, x)).toMatchInlineSnapshot(`"SHAPE_MISMATCH: msGmsd: x is [1 2 6 8]; expected at least 17 by 17 pixels"`);
      refused(() => ops.cosineDistanceMap(x, x, 0)).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: featureDistanceMap: epsilon is 0.000000; expected a positive number"`,
      );
      refused(() => ops.gaussianBlur(x, -1)).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: gaussianBlur: sigma is -1.000000; expected 0 to 512"`);
      refused(() => ops.gaussianBlur(x, Number.NaN)).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: gaussianBlur: attribute sigma is NaN; expected a finite number"`,
      );
      refused(() => ops.boxFilter(x, 4)).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: boxFilter: size is 4; expected an odd number from 1 to 65535"`);
      refused(() => ops.boxFilter(x, 3, { times: -1 })).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: boxFilter: times is -1; expected 0 to 1000"`);
      refused(() => ops.medianFilter(x, 65)).toMatchInlineSnapshot(`"ATTRIBUTE_INVALID: medianFilter: size is 65; expected an odd number from 1 to 63"`);
      refused(() => record(() => ops.medianFilter(x, 3), { watch: [x] })).toMatchInlineSnapshot(
        `"TAPE_MISUSED: medianFilter: has no gradient, but x is followed by a tape; expected it inside noGrad or detached"`,
      );
      refused(() => ops.binomialTailMap(x, 1, { probability: 1 })).toMatchInlineSnapshot(
        `"ATTRIBUTE_INVALID: binomialTailMap: probability is 1.000000; expected more than 0 and less than 1"`,
      );
      refused(() => ops.nfaMap([])).toMatchInlineSnapshot(`"ARGUMENT_INVALID: nfaMap: no map came; expected at least one"`);
      refused(() => ops.nfaMap([x, unit([2, 1, 3, 3], 1)])).toMatchInlineSnapshot(`"SHAPE_MISMATCH: nfaMap: map 1 is [2 1 3 3]; expected [1 C H W]"`);
      refused(() => ops.nfaMap(x, { window: 200 })).toMatchInlineSnapshot(`"ARGUMENT_INVALID: nfaMap: window is 200; expected 1 to 65"`);
      refused(() => ops.nfaThreshold(0)).toMatchInlineSnapshot(`"ARGUMENT_INVALID: nfaThreshold: falseAlarms is 0; expected a positive number"`);
      refused(() => ops.chiSquareThreshold(1)).toMatchInlineSnapshot(
        `"ARGUMENT_INVALID: chiSquareThreshold: probability is 1; expected 1e-300 to less than 1"`,
      );
    });
  });
});
