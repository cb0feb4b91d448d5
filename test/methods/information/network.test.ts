// The network's parts by setting, its guards, and the relatives that settings make of it.
import { describe, expect, it } from 'vitest';
import { type Given, resolveHypers } from '../../../src/hyper.ts';
import { information } from '../../../src/methods/information/method.ts';
import { energyNames, InformationNetwork } from '../../../src/methods/information/network.ts';
import { weightsOf } from '../../../src/methods/information/score.ts';
import { look } from '../../../src/methods/information/step.ts';
import { countOf, transformed } from '../../../src/methods/information/transforms.ts';
import { flip, transpose, uniform } from '../../../src/ops/index.ts';
import { Random } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { fit } from '../../../src/training/fit.ts';
import { madeNormals, madePart } from '../../support/made-parts.ts';
import { thrown } from '../../support/thrown.ts';

type Settings = Given<typeof information.hyper>;
const small = { width: 4, code: 8, projection: 8 } as const;
const hyperOf = (given: Settings) => resolveHypers('information', information.hyper, { ...small, ...given });
const make = (given: Settings = {}, channels: 1 | 3 = 1) => new InformationNetwork(hyperOf(given), { channels, height: 16, width: 24, random: new Random(1) });

describe('parts', () => {
  it.each([
    ['reconstruction+transforms', [true, true, false], ['reconstruction', 'transforms', 'density']],
    ['reconstruction', [true, false, false], ['reconstruction', 'density']],
    ['transforms', [false, true, false], ['transforms', 'density']],
    ['infoNCE', [false, false, true], ['density']],
    ['infoNCE+transforms', [false, true, true], ['transforms', 'density']],
    ['reconstruction+infoNCE', [true, false, true], ['reconstruction', 'density']],
    ['none', [false, false, false], ['density']],
  ] as const)('of %s are what it needs, no more', (given, parts, energies) => {
    using network = make({ information: given });
    expect([network.decoder, network.recognise, network.project].map((part) => part !== null)).toEqual(parts);
    expect(energyNames({ information: given, density: 'gaussian' })).toEqual(energies);
  });

  it.each(['light', 'resnet18'] as const)('learn no constant in a %s encoder that nothing but compactness holds', (encoder) => {
    const constants = (given: Settings) => {
      using network = make({ encoder, ...given });
      return [...network.encoder.namedParameters()].filter(([, one]) => one.requiresGrad && one.shape.length === 1).length;
    };
    expect(constants({ information: 'none', guard: 'none' })).toBe(0);
    expect(constants({ information: 'transforms' })).toBeGreaterThan(0);
  });

  it('weigh one in all', () => {
    const weights = (given: Settings) => weightsOf(hyperOf(given));
    expect(weights({ information: 'reconstruction+transforms', latent: 0.5 })).toEqual([0.25, 0.25, 0.5]);
    expect(weights({ information: 'reconstruction', latent: 0.2 })).toEqual([0.8, 0.2]);
    expect(weights({ information: 'none', latent: 0.2 })).toEqual([1]);
    expect(weights({ information: 'reconstruction', density: 'none', latent: 0.2 })).toEqual([1]);
  });

  it.each([
    [{ information: 'transforms', guard: 'second' }, 'guard is second with information transforms'],
    [{ entropy: 'norm' }, 'entropy or density is norm from 0 with guard sphere'],
    [{ density: 'distance', centre: 'origin' }, 'entropy or density is distance from 0 with guard sphere'],
    [{ information: 'none', density: 'none' }, 'density is none with information none'],
    [{ information: 'reconstruction+infoNCE', erase: 'both' }, 'erase is both with information reconstruction+infoNCE'],
  ] as const)('that do not go together are refused: %o', (given, message) => {
    expect(thrown(() => make(given))).toMatch(message);
  });

  it('end in pictures of the same extents, with either encoder', () => {
    for (const encoder of ['light', 'resnet18'] as const) {
      using network = make({ encoder }, 3);
      scope(() => {
        const code = network.forward(uniform([2, 3, 16, 24], new Random(2)));
        expect(code.shape).toEqual([2, 8]);
        expect(network.decoder!.forward(code).shape).toEqual([2, 3, 16, 24]);
      });
    }
  });
});

describe('guards', () => {
  const lengths = (given: Settings) => {
    using network = make(given);
    return scope(() => {
      const codes = network.forward(uniform([3, 1, 16, 24], new Random(2))).readSync();
      return [0, 1, 2].map((row) => Math.hypot(...codes.subarray(8 * row, 8 * row + 8)));
    });
  };

  it('sphere: all codes have the length √code', () => {
    for (const length of lengths({ guard: 'sphere' })) expect(length).toBeCloseTo(Math.sqrt(8), 5);
    expect(new Set(lengths({ guard: 'none' }).map((length) => length.toFixed(3))).size).toBe(3);
  });

  it('noise: what is decoded varies from step to step in training, and does not afterwards', () => {
    using network = make({ information: 'reconstruction', guard: 'noise' });
    scope(() => {
      const images = uniform([2, 1, 16, 24], new Random(2));
      const decoded = (seed: number) =>
        look(network, images, hyperOf({ information: 'reconstruction', guard: 'noise' }), new Random(seed)).restored!.output.readSync();
      network.train();
      expect(decoded(1)).not.toEqual(decoded(2));
      network.eval();
      expect(decoded(1)).toEqual(decoded(2));
    });
  });

  it('second: the entropy is that of the codes of what was decoded', () => {
    const h = hyperOf({ information: 'reconstruction', guard: 'second' });
    using network = make(h);
    network.eval();
    scope(() => {
      const images = uniform([2, 1, 16, 24], new Random(2));
      const seen = look(network, images, h, new Random(3));
      expect(seen.again!.first.readSync()).toEqual(network.forward(images).readSync());
      expect(seen.codes.readSync()).toEqual(network.encode(seen.restored!.output, network.second!).code.readSync());
    });
  });
});

describe('transforms', () => {
  it('are turns by right angles, exactly, on squares', () => {
    scope(() => {
      const x = uniform([4, 1, 6, 6], new Random(4));
      const y = transformed(x, 'rotations', [0, 1, 2, 3]).readSync();
      const turned = (n: number) => {
        const turns = [x, flip(transpose(x, [0, 1, 3, 2]), 2), flip(x, [2, 3]), flip(transpose(x, [0, 1, 3, 2]), 3)].map((one) =>
          one.readSync().slice(36 * n, 36 * n + 36),
        );
        return turns.findIndex((turn) => turn.every((value, i) => Math.abs(value - y[36 * n + i]) < 1e-4));
      };
      // Every picture by another one, and the first not at all.
      const found = [0, 1, 2, 3].map(turned);
      expect(found[0]).toBe(0);
      expect([...found].sort()).toEqual([0, 1, 2, 3]);
      expect(found[2]).toBe(2);
    });
  });

  it.each([
    ['rotations', 4],
    ['dihedral', 8],
    ['geometric', 72],
  ] as const)('%s are %d, no two alike', (set, count) => {
    expect(countOf(set)).toBe(count);
    scope(() => {
      const x = tensor(
        Float32Array.from({ length: count * 64 }, (_, i) => Math.sin((i % 64) ** 1.5)),
        [count, 1, 8, 8],
      );
      const y = transformed(
        x,
        set,
        Array.from({ length: count }, (_, i) => i),
      ).readSync();
      expect(
        new Set(
          Array.from({ length: count }, (_, n) =>
            y
              .slice(64 * n, 64 * n + 64)
              .map((v) => Math.round(1e3 * v))
              .join(' '),
          ),
        ).size,
      ).toBe(count);
    });
  });
});

const relatives: Record<string, Settings> = {
  autoencoder: { information: 'reconstruction', entropy: 'none', density: 'none' },
  compression: { information: 'reconstruction', entropy: 'gaussian', guard: 'none', beta: -0.01 },
  toll: { information: 'reconstruction', entropy: 'distance', centre: 'origin', guard: 'none', density: 'distance' },
  esad: { information: 'reconstruction', guard: 'second', entropy: 'norm', density: 'norm', beta: 0.1, latent: 0.2 },
  arnet: { information: 'reconstruction', erase: 'both', entropy: 'none', density: 'none' },
  geom: { information: 'transforms', transforms: 'dihedral', entropy: 'none', density: 'none' },
  svdd: { information: 'none', entropy: 'distance', centre: 'first', guard: 'none', density: 'distance', beta: 1, warmUp: 0 },
  views: { information: 'infoNCE', entropy: 'renyi2', density: 'nearest' },
  deepInfoMax: { information: 'jsd', density: 'nearest' },
  mine: { information: 'donskerVaradhan', density: 'nearest' },
};

describe.each(Object.entries(relatives))('%s', (name, given) => {
  it('learns a toy set, and finds a part of which nothing is right', async () => {
    const size = 16;
    using detector = await fit('information', madeNormals(24, size, 3), {
      hyper: { ...small, levels: 2, rate: 0.005, average: 0.9, ...given },
      size,
      seed: 1,
      batchSize: 12,
      steps: 60,
      validationShare: 0,
    });
    const noise = (seed: number) => ({
      data: Uint8Array.from(
        { length: size * size * 3 },
        (
          (r) => () =>
            255 * r.uniform()
        )(new Random(seed)),
      ),
      width: size,
      height: size,
      channels: 3,
    });
    const parts = Array.from({ length: 6 }, (_, i) => [madePart(500 + i, size, 3).picture, noise(i)]).flat();
    const scores: number[] = [];
    for await (const result of detector.score(parts)) scores.push(result.error ? Number.NaN : result.score);
    const [normal, abnormal] = [0, 1].map((odd) => scores.filter((_, i) => i % 2 === odd));
    // Nearly all pairs: that no single normal part stands out is chance after so few steps.
    const right = abnormal.flatMap((a) => normal.map((n) => (a > n ? 1 : 0))).reduce<number>((sum, one) => sum + one, 0);
    expect(right / (abnormal.length * normal.length), name).toBeGreaterThan(0.9);
    const { monitors } = detector.provenance.training as { monitors: { step: number; values: Record<string, number> }[] };
    expect(monitors.map(({ step }) => step)).toEqual([1, 11, 21, 31, 41, 51]);
    const wanted = ['entropy', 'kozachenkoLeonenko', ...(given.information === 'none' ? [] : ['information', 'bound'])].sort();
    for (const { values } of monitors) {
      expect(Object.keys(values).sort()).toEqual(wanted);
      expect(Object.values(values).every(Number.isFinite)).toBe(true);
    }
  });
});
