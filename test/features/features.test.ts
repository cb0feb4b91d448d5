// Every source: what it promises of its maps, that pictures do not touch one another, where positions stand, and what it refuses.
import { describe, expect, it } from 'vitest';
import {
  buildSource,
  type FeatureSource,
  LevelScale,
  MemoryBank,
  PatchFeatures,
  regrid,
  type SourceName,
  type SourceValues,
  sourceHypers,
  sources,
  toPixels,
  Whitening,
  weightsWanted,
} from '../../src/features/index.ts';
import { resolveHypers } from '../../src/hyper.ts';
import { type ArrayEntry, loadModuleState, moduleState, type State } from '../../src/nn/state.ts';
import { add, concat, full, normal, slice, toVectors, uniform } from '../../src/ops/index.ts';
import { Random } from '../../src/tensor/random.ts';
import { keep, scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { rejected, thrown } from '../support/thrown.ts';

const settings = (source: SourceName, given: Partial<SourceValues> = {}): SourceValues =>
  resolveHypers('test', sourceHypers(source), { source, finest: 1, coarsest: 3, ...given }) as SourceValues;
const encoder = (channels: number): State =>
  new Map(
    [channels, 8, 12].flatMap((inputs, i): [string, ArrayEntry][] => {
      const outputs = [8, 12, 16][i];
      const weights = scope(() => normal([outputs, inputs, 3, 3], new Random(i)).readSync());
      return [
        [`${i}.0.weight`, { dtype: 'f32', shape: [outputs, inputs, 3, 3], data: weights }],
        [`${i}.0.bias`, { dtype: 'f32', shape: [outputs], data: new Float32Array(outputs) }],
      ];
    }),
  );
const build = (source: SourceName, channels: 1 | 3, given: Partial<SourceValues> = {}): FeatureSource =>
  buildSource(settings(source, given), { channels, random: new Random(3), weights: source === 'encoder' ? encoder(channels) : null, learnt: null });

async function learn(source: FeatureSource, channels: number): Promise<void> {
  for (let i = 0; i < 3; i++) scope(() => source.learning?.observe(uniform([2, channels, 64, 48], new Random(i)), new Random(0)));
  await source.learning?.finish();
}

const here = (Object.keys(sources) as SourceName[]).filter((name) => name !== 'onnx');

describe.each(here)('source %s', (name) => {
  it.each([1, 3] as const)('gives what its levels say, for %i channels', async (channels) => {
    using source = build(name, channels);
    await learn(source, channels);
    expect(source.levels.length).toBeGreaterThan(0);
    scope(() => {
      const images = uniform([2, channels, 64, 48], new Random(7));
      const maps = source.forward(images);
      expect(maps.length).toBe(source.levels.length);
      for (const [i, map] of maps.entries()) {
        const { channels: count, stride, origin } = source.levels[i];
        expect([map.dtype, map.shape[0], map.shape[1]]).toEqual(['f32', 2, count]);
        // The last position still sees the picture, and one more would not fit in.
        for (const [axis, extent] of [64, 48].entries()) {
          const last = origin + stride * (map.shape[2 + axis] - 1);
          expect(last).toBeLessThan(extent);
          expect(last + 2 * stride).toBeGreaterThan(extent - 1);
        }
        const numbers = map.readSync() as Float32Array;
        expect(numbers.every(Number.isFinite)).toBe(true);
        expect(numbers.some((x) => x !== numbers[0])).toBe(true);
      }
      // Alone it is the same.
      const alone = source.forward(slice(images, [1, 0, 0, 0], [1, channels, 64, 48]));
      for (const [i, map] of alone.entries()) {
        const [both, one] = [maps[i].readSync() as Float32Array, map.readSync() as Float32Array];
        const scale = one.reduce((most: number, x: number) => Math.max(most, Math.abs(x)), 0);
        expect(one.findIndex((x, p) => Math.abs(x - both[both.length / 2 + p]) > 1e-5 * scale)).toBe(-1);
      }
    });
  });

  it('is the same from its own arrays, in any light', async () => {
    for (const light of ['given', 'standard'] as const) {
      using source = build(name, 1, { light });
      await learn(source, 1);
      const learnt = await moduleState(source);
      using again = buildSource(settings(name, { light }), { channels: 1, random: new Random(99), weights: null, learnt });
      loadModuleState(again, learnt);
      expect(again.learning?.learnt ?? true).toBe(true);
      scope(() => {
        const images = uniform([1, 1, 64, 64], new Random(8));
        const [a, b] = [source, again].map((one) => one.forward(images).map((map) => map.readSync()));
        expect(b).toEqual(a);
        if (light === 'standard') {
          const brighter = again.forward(add(images, 0.25)).map((map) => map.readSync());
          for (const [i, map] of brighter.entries()) map.forEach((x, p) => expect(x).toBeCloseTo(a[i][p], 2));
        }
      });
    }
  });

  it('refuses levels that it has not', () => {
    if (['pixels', 'pca'].includes(name)) return; // one level of any stride
    expect(thrown(() => build(name, 1, { finest: 6, coarsest: 5 }))).toMatch(
      /^ARGUMENT_INVALID: source \w+: there is no level from finest 6 to coarsest 5; expected some of \d … \d$/,
    );
  });

  it('asks for weights or not', () => {
    expect(weightsWanted({ source: name }) === null).toBe(!['squeezenet', 'mobilenet', 'encoder'].includes(name));
  });
});

describe('sources', () => {
  it('see what they are made for: a grating at the scale and along the direction', () => {
    using source = build('gabor', 1, { finest: 1, coarsest: 1 });
    scope(() => {
      const image = tensor(
        Float32Array.from({ length: 64 * 64 }, (_, i) => 0.5 + 0.4 * Math.cos((2 * Math.PI * (i % 64)) / 4)),
        [1, 1, 64, 64],
      );
      const [map] = source.forward(image);
      const strength = Array.from({ length: 6 }, (_, o) => slice(map, [0, o, 16, 16], [1, 1, 1, 1]).readSync()[0]);
      expect(strength.indexOf(Math.max(...strength))).toBe(0);
      expect(strength[0]).toBeGreaterThan(5 * strength[3]);
    });
  });

  it('give the components of patches: of pictures along one direction, that direction', async () => {
    using source = build('pca', 1, { finest: 1, patch: 2, filters: 2 });
    const direction = [0.1, 0.7, -0.5, 0.5];
    const norm = Math.hypot(...direction);
    scope(() => {
      const amounts = Float32Array.from({ length: 16 * 16 }, (_, i) => Math.sin(7 * i));
      const pixels = Float32Array.from({ length: 32 * 32 }, (_, i) => {
        const [y, x] = [Math.floor(i / 32), i % 32];
        return 0.5 + amounts[Math.floor(y / 2) * 16 + Math.floor(x / 2)] * direction[(y % 2) * 2 + (x % 2)];
      });
      source.learning?.observe(tensor(pixels, [1, 1, 32, 32]), new Random(0));
    });
    await source.learning?.finish();
    const components = (await moduleState(source)).get('components')?.data as Float32Array;
    direction.forEach((x, i) => expect(Math.abs(components[i])).toBeCloseTo(Math.abs(x) / norm, 4));
  });

  it('say what an encoder lacks', () => {
    expect(thrown(() => buildSource(settings('encoder'), { channels: 1, random: new Random(0), weights: null, learnt: null }))).toMatch('WEIGHTS_MISSING');
    expect(thrown(() => buildSource(settings('encoder'), { channels: 3, random: new Random(0), weights: encoder(1), learnt: null }))).toMatch(
      /^ARGUMENT_INVALID: source encoder: it was trained on grey pictures and is to see 3 channels/,
    );
    const torn = encoder(1);
    torn.delete('1.0.weight');
    expect(thrown(() => buildSource(settings('encoder'), { channels: 1, random: new Random(0), weights: torn, learnt: null }))).toMatch(
      /^STATE_INVALID: source encoder/,
    );
  });
});

describe('grids', () => {
  it('are read where they stand', () => {
    scope(() => {
      // A ramp over the picture stays that ramp, whatever grid it was seen at.
      const ramp = (stride: number, origin: number, count: number) =>
        tensor(
          Float32Array.from({ length: count * count }, (_, i) => origin + stride * (i % count)),
          [1, 1, count, count],
        );
      const map = toPixels(ramp(8, 7, 9), { stride: 8, origin: 7 }, 80, 80).readSync();
      for (let x = 7; x <= 71; x++) expect(map[40 * 80 + x]).toBeCloseTo(x, 3);
      for (let x = 0; x < 7; x++) expect(map[x]).toBeCloseTo(7, 3);
      const other = regrid(ramp(8, 7, 9), { stride: 8, origin: 7 }, { stride: 4, origin: 9.5 }, 10, 10).readSync();
      for (let i = 0; i < 10; i++) expect(other[i]).toBeCloseTo(9.5 + 4 * i, 3);
      const one = full([2, 3, 1, 1], 5);
      expect(
        toPixels(one, { stride: 16, origin: 7.5 }, 4, 6)
          .readSync()
          .every((x) => x === 5),
      ).toBe(true);
    });
  });
});

describe('scales', () => {
  it('bring levels to one scale, and normal vectors about one apart', async () => {
    using scale = new LevelScale([{ channels: 3 }, { channels: 5 }], false);
    const maps = scope(() =>
      keep(concat([normal([4, 3, 9, 8], new Random(1), { deviation: 100, mean: 7 }), normal([4, 5, 9, 8], new Random(2), { deviation: 0.01 })], 1)),
    );
    scale.observe(maps);
    scope(() => {
      const vectors = toVectors(scale.forward(maps)).readSync();
      const count = vectors.length / 8;
      const square = (c: number) => Array.from({ length: count }, (_, i) => vectors[i * 8 + c] ** 2).reduce((a, b) => a + b, 0) / count;
      const powers = Array.from({ length: 8 }, (_, c) => square(c));
      expect(powers.slice(0, 3).reduce((a, b) => a + b, 0)).toBeCloseTo(0.25, 3);
      expect(powers.slice(3).reduce((a, b) => a + b, 0)).toBeCloseTo(0.25, 3);
    });
    maps.dispose();
  });

  it('are measured by their size, or by 1, where they do not vary', () => {
    for (const [level, unit] of [
      [0.25, 0.25],
      [0, 1],
    ]) {
      using scale = new LevelScale([{ channels: 2 }], false);
      scope(() => {
        scale.observe(full([3, 2, 4, 4], level));
        const [first] = scale.forward(full([1, 2, 1, 1], level + 1)).readSync();
        expect(first).toBeCloseTo(1 / (2 * unit), 5);
      });
    }
  });

  it('stop thinning a bank when told to', async () => {
    using bank = new MemoryBank({ width: 2, size: 16, memory: 0, projected: 2, learnt: null });
    const vectors = keep(normal([100, 2], new Random(1)));
    const control = new AbortController();
    control.abort(new Error('enough'));
    await expect(bank.add(vectors, new Random(2), control.signal)).rejects.toThrow('enough');
    vectors.dispose();
  });

  it('are averaged over odd squares alone', () => {
    const options = { channels: 1, height: 32, width: 32, random: new Random(1), learnt: null } as const;
    expect(thrown(() => new PatchFeatures({ ...settings('haar'), aggregate: 4, length: 'given' }, options))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: features: aggregate is 4; expected an odd whole number"`,
    );
  });

  it('whiten: by normal pictures, and each picture by itself', () => {
    using whitening = new Whitening(4, null);
    scope(() => {
      const loud = (seed: number): Tensor => {
        const x = normal([3, 4, 16, 16], new Random(seed));
        const first = slice(x, [0, 0, 0, 0], [3, 1, 16, 16]);
        return concat([first, add(first, slice(x, [0, 1, 0, 0], [3, 3, 16, 16]))], 1);
      };
      const covarianceOf = (maps: Tensor) => {
        const v = toVectors(maps).readSync();
        const n = v.length / 4;
        return Array.from(
          { length: 16 },
          (_, i) => Array.from({ length: n }, (_, r) => v[4 * r + (i >> 2)] * v[4 * r + (i % 4)]).reduce((a, b) => a + b, 0) / n,
        );
      };
      const maps = loud(1);
      whitening.observe(maps);
      const bounds = [covarianceOf(whitening.forward(maps)), covarianceOf(whitening.byItself(loud(2)))];
      for (const list of bounds) list.forEach((x, i) => expect(Math.abs(x - (i % 5 === 0 ? 1 : 0))).toBeLessThan(0.01));
      // A picture without any change is no surprise, and no NaN.
      expect(
        whitening
          .byItself(full([1, 4, 8, 8], 0.3))
          .readSync()
          .every((x) => Math.abs(x) < 1e-3),
      ).toBe(true);
    });
  });
});

describe('onnx', () => {
  it('is refused with a word about what is missing', async () => {
    const { onnxState } = await import('../../src/features/onnx.ts');
    expect(await rejected(onnxState(new Uint8Array(8), 'x.onnx'))).toMatch(
      /^RUNTIME_MISSING: source onnx: onnxruntime-node (is not installed|cannot read the network)/,
    );
    expect(thrown(() => build('onnx', 3))).toMatch(/^WEIGHTS_MISSING: source onnx: no network was given/);
  });
});
