// Every corruption of the registry: the contract of src/corruptions/corruption.ts to the letter.
import { describe, expect, it } from 'vitest';
import type { Corrupted } from '../../src/corruptions/corruption.ts';
import { corruptions } from '../../src/corruptions/index.ts';
import { type Hyper, type Hypers, type HyperValue, resolveHypers } from '../../src/hyper.ts';
import { build, memory, setThreads } from '../../src/tensor/device.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Shape, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { uniformSource } from '../support/cases.ts';
import { thrown } from '../support/thrown.ts';

/** Pictures with a smooth ground, a grid and a dark part; of `odd` ones some pixels are 0, some -0, some 1. */
function pictures(shape: Shape, seed: number, odd = true): Float32Array {
  const [, channels, height, width] = shape;
  const uniform = uniformSource(seed);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width) % height];
    const c = Math.floor(at / width / height) % channels;
    const part = x > width / 3 && x < width / 2 ? -0.3 : 0;
    const special = odd ? uniform() : 1;
    if (special < 0.03) return special < 0.01 ? 0 : special < 0.02 ? -0 : 1;
    return 0.5 + 0.1 * c + 0.1 * Math.sin(x / 3 + seed) * Math.cos(y / 4) + part + 0.02 * (uniform() - 0.5);
  });
}

interface Result {
  readonly images: Float32Array;
  readonly image: Float32Array;
  readonly mask: Float32Array;
  readonly opacity: Float32Array;
}

const bits = (x: Float32Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);
const same = (a: Float32Array, b: Float32Array) => bits(a).equals(bits(b));

function apply(name: string, shape: Shape, seed: number, given: Record<string, HyperValue> = {}, data = pictures(shape, 1)): Result {
  const corruption = corruptions[name];
  return scope(() => {
    const others = data.toReversed();
    const [images, donors] = [tensor(data, shape), tensor(others, shape)];
    const out: Corrupted = corruption.apply({ images, donors, random: new Random(seed) }, resolveHypers(name, corruption.hyper, given));
    const numbers = (x: Tensor) => x.readSync() as Float32Array;
    const [n, , height, width] = shape;
    expect([out.image.shape, out.mask.shape, out.opacity.shape]).toEqual([shape, [n, 1, height, width], [n, 1, height, width]]);
    expect(same(numbers(images), data) && same(numbers(donors), others), 'what was given is left as it was').toBe(true);
    return { images: data, image: numbers(out.image), mask: numbers(out.mask), opacity: numbers(out.opacity) };
  });
}

/** What must hold of every result; as counts of offences, so that a failure is one line. */
function expectContract({ images, image, mask, opacity }: Result, shape: Shape): void {
  const [, channels, height, width] = shape;
  const plane = height * width;
  const wrong = { mask: 0, opacity: 0, range: 0, outside: 0 };
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== (opacity[i] > 0 ? 1 : 0)) wrong.mask++;
    if (!(opacity[i] >= 0 && opacity[i] <= 1)) wrong.opacity++;
  }
  const [before, after] = [images, image].map((x) => new Uint32Array(x.buffer, x.byteOffset, x.length));
  for (let i = 0; i < image.length; i++) {
    if (!(image[i] >= 0 && image[i] <= 1)) wrong.range++;
    const pixel = Math.floor(i / plane / channels) * plane + (i % plane);
    if (mask[pixel] === 0 && before[i] !== after[i]) wrong.outside++;
  }
  expect(wrong).toEqual({ mask: 0, opacity: 0, range: 0, outside: 0 });
}

/** Share of the mask in each picture. */
function areas(mask: Float32Array, pictures: number): number[] {
  const plane = mask.length / pictures;
  return Array.from({ length: pictures }, (_, n) => mask.subarray(n * plane, (n + 1) * plane).reduce((a, b) => a + b, 0) / plane);
}

const ends = (hyper: Hyper): HyperValue[] => (hyper.kind === 'choice' ? [...hyper.words] : hyper.kind === 'toggle' ? [false, true] : [hyper.min, hyper.max]);

function beyond(hyper: Hyper): unknown[] {
  if (hyper.kind === 'choice') return ['nonsense', 1];
  if (hyper.kind === 'toggle') return [1, 'true'];
  return [hyper.min - 1, hyper.max + 1, Number.NaN, '1', ...(hyper.kind === 'integer' ? [hyper.min + 0.5] : [])];
}

const names = Object.keys(corruptions);
const shape = [4, 3, 30, 42];

describe.each(names)('%s', (name) => {
  const { hyper } = corruptions[name] as { hyper: Hypers };

  it('says what it is', () => {
    expect(corruptions[name].name).toBe(name);
    expect(corruptions[name].meaning).toMatch(/^[A-Z].{20,}[^.]$/);
    for (const one of Object.values(hyper)) expect(one.meaning).toMatch(/.{10,}[^.]$/);
  });

  it('gives the same for the same seed and another for another', () => {
    const [a, b, c] = [apply(name, shape, 3), apply(name, shape, 3), apply(name, shape, 4)];
    for (const key of ['image', 'mask', 'opacity'] as const) expect(same(a[key], b[key]), key).toBe(true);
    expect(same(a.image, c.image) || same(a.mask, c.mask)).toBe(false);
  });

  it('goes on with its source of chance', () => {
    const corruption = corruptions[name];
    scope(() => {
      const images = tensor(pictures(shape, 1), shape);
      const random = new Random(3);
      const values = resolveHypers(name, corruption.hyper);
      const [first, second] = [0, 1].map(() => corruption.apply({ images, donors: images, random }, values).mask.readSync() as Float32Array);
      expect(same(first, second)).toBe(false);
    });
  });

  const extents: Shape[] = [shape, [4, 1, 30, 42], [3, 3, 33, 17], [2, 1, 5, 200], [2, 3, 90, 3], [3, 1, 1, 1], [2, 3, 1, 9], [0, 3, 8, 8]];
  it.each(extents.map((one) => ({ one })))('keeps the contract on $one', ({ one }) => {
    for (let seed = 0; seed < 3; seed++) expectContract(apply(name, one, seed), one);
  });

  it('keeps the contract on black and on white pictures', () => {
    for (const value of [0, 1]) {
      const flat = new Float32Array(4 * 3 * 30 * 42).fill(value);
      for (let seed = 0; seed < 3; seed++) expectContract(apply(name, shape, seed, {}, flat), shape);
    }
  });

  it('gives every picture of a batch its own defect', () => {
    const small = [6, 1, 48, 48];
    const one = pictures([1, 1, 48, 48], 1);
    const alike = Float32Array.from({ length: 6 * one.length }, (_, i) => one[i % one.length]);
    const { mask } = apply(name, small, 5, 'clean' in hyper ? { clean: 0 } : {}, alike);
    const each = Array.from({ length: 6 }, (_, n) => mask.subarray(n * one.length, (n + 1) * one.length).join(''));
    expect(new Set(each).size).toBe(6);
  });

  it('changes a sane share of pictures and pixels', () => {
    const many = [64, 1, 64, 64];
    const { images, image, mask } = apply(name, many, 6, 'clean' in hyper ? { clean: 0 } : {}, pictures(many, 1, false));
    const shares = areas(mask, 64);
    expect(shares.filter((share) => share > 0).length, 'pictures with a defect').toBeGreaterThan(58);
    const mean = shares.reduce((a, b) => a + b, 0) / 64;
    expect(mean, 'mean share of the mask').toBeGreaterThan(0.004);
    expect(mean, 'mean share of the mask').toBeLessThan(0.2);
    expect(Math.max(...shares), 'largest share').toBeGreaterThan(2 * mean);
    expect(Math.max(...shares), 'largest share').toBeLessThan(0.7);
    // Loud and faint: the largest change of each picture.
    const peaks = Array.from({ length: 64 }, (_, n) => {
      let peak = 0;
      for (let i = n * 4096; i < (n + 1) * 4096; i++) peak = Math.max(peak, Math.abs(image[i] - images[i]));
      return peak;
    }).sort((a, b) => a - b);
    expect(peaks[32], 'change of half of them').toBeGreaterThan(0.06);
    expect(peaks[57], 'change of the loudest tenth').toBeGreaterThan(0.15);
    expect(peaks[6], 'change of the faintest tenth').toBeLessThan(peaks[57] / 2);
  });

  it('does not depend on the number of threads', () => {
    const { threads } = build();
    try {
      const [one, two, three] = [1, 2, 3].map((n) => {
        setThreads(n);
        return apply(name, shape, 7);
      });
      for (const key of ['image', 'opacity'] as const) expect(same(two[key], one[key]) && same(three[key], one[key]), key).toBe(true);
    } finally {
      setThreads(threads);
    }
  });

  it('refuses hyper-parameters out of range', () => {
    for (const [key, one] of Object.entries(hyper)) {
      for (const value of beyond(one))
        expect(
          thrown(() => resolveHypers(name, hyper, { [key]: value })),
          `${key} = ${value}`,
        ).toMatch(/^ARGUMENT_INVALID: /);
    }
  });

  it('keeps the contract at the ends of every range, or says which two do not go together', () => {
    for (const [key, one] of Object.entries(hyper)) {
      for (const value of ends(one)) {
        try {
          expectContract(apply(name, shape, 8, { [key]: value }), shape);
        } catch (error) {
          if ((error as { code?: string }).code !== 'ARGUMENT_INVALID') throw error;
          expect((error as Error).message).toMatch(/expected \w+ not above \w+$/);
        }
      }
    }
  });

  it('leaves nothing behind', () => {
    const before = memory();
    for (let i = 0; i < 3; i++) apply(name, shape, i);
    const { liveTensors, liveBytes } = memory();
    expect({ liveTensors, liveBytes }).toEqual({ liveTensors: before.liveTensors, liveBytes: before.liveBytes });
  });
});
