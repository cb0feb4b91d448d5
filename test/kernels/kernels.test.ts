// Plain arrays beyond single calls: pictures of every kind, signals, large arrays, failures side by side, batches that come late.
import { describe, expect, it } from 'vitest';
import * as kernels from '../../src/kernels/index.ts';
import * as ops from '../../src/ops/index.ts';
import { memory, sync } from '../../src/tensor/device.ts';
import { scope } from '../../src/tensor/scope.ts';
import { idMark, tensor } from '../../src/tensor/tensor.ts';
import { rejected } from '../support/thrown.ts';
import { bytes, f32, f64 } from './cases.ts';

type Fn = (...args: unknown[]) => Promise<unknown>;
type Planes = kernels.NdArray<Float32Array>;

/** `[1 C H W]` of a picture, in plain loops: numbers over white, without opacity where bits say that it is there. */
function planesOf({ data, width, height, channels }: kernels.Picture): Planes {
  const white = data instanceof Uint16Array ? 65535 : data instanceof Float32Array ? 1 : 255;
  const kept = white > 1 && channels % 2 === 0 ? channels - 1 : channels;
  const planes = new Float32Array(kept * height * width);
  for (let c = 0; c < kept; c++)
    for (let i = 0; i < height * width; i++) {
      const value = data[i * channels + c];
      // 16 bits are multiplied in float32, as everywhere.
      planes[c * height * width + i] = white === 65535 ? value * Math.fround(1 / white) : value / white;
    }
  return { data: planes, shape: [1, kept, height, width] };
}

/** A picture of `[1 C H W]`. */
function pixelsOf({ data, shape }: Planes): kernels.Picture {
  const [, channels, height, width] = shape;
  const pixels = new Float32Array(data.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[(i % channels) * height * width + Math.floor(i / channels)];
  return { data: pixels, width, height, channels };
}

const deep = (x: kernels.Picture<Uint8Array>): kernels.Picture<Uint16Array> => ({ ...x, data: Uint16Array.from(x.data, (v, i) => v * 256 + (i % 251)) });
const floats = (x: kernels.Picture<Uint8Array>): kernels.Picture<Float32Array> => ({ ...x, data: Float32Array.from(x.data, (v) => v / 200 - 0.1) });
const clamped = (x: kernels.Picture<Uint8Array>): kernels.Picture<Uint8ClampedArray> => ({ ...x, data: Uint8ClampedArray.from(x.data) });
const picturesOf: Record<string, (seed: number) => kernels.Picture> = {
  'grey bytes': (seed) => bytes(23, 19, 1, seed),
  'grey bytes with opacity': (seed) => bytes(23, 19, 2, seed),
  'clamped bytes in colour': (seed) => clamped(bytes(23, 19, 3, seed)),
  'bytes in colour with opacity': (seed) => bytes(23, 19, 4, seed),
  '16 bits in colour with opacity': (seed) => deep(bytes(23, 19, 4, seed)),
  'one channel of floats': (seed) => floats(bytes(23, 19, 1, seed)),
  'three channels of floats': (seed) => floats(bytes(23, 19, 3, seed)),
};

/** Functions of two pictures, and of one: what follows the pictures. */
const ofTwo: Record<string, unknown[]> = {
  l1Map: [],
  l2Map: [],
  huberMap: [0.1],
  cosineDistanceMap: [],
  l2DistanceMap: [],
  ssimMap: [{}],
  ssimErrorMap: [{ preset: 'kornia' }],
  contrastStructureMap: [{ preset: 'pytorch-msssim', range: 1 }],
  ssim: [{ preset: 'skimage', range: 1 }],
  msSsim: [{ preset: 'pytorch-msssim', range: 1, size: 5, weights: [0.5, 0.5] }],
  msSsimMap: [{ weights: [0.5, 0.5] }],
  gmsMap: [],
  msgmsMap: [{ scales: 2 }],
  msgms: [],
  gmsd: [{ range: 1 }],
  msGmsd: [],
};
const ofOne: Record<string, unknown[]> = {
  gaussianBlur: [2],
  boxFilter: [5],
  medianFilter: [3],
  binomialTailMap: [0.7],
  nfaMap: [],
  unfold2d: [2, { stride: 2 }],
  localAverage: [3],
  aggregateNeighbourhoods: [{ dimension: 2 }],
  toVectors: [],
};

describe.each(Object.entries(picturesOf))('pictures of %s', (_, make) => {
  const own = kernels as unknown as Record<string, Fn>;
  const one = (x: kernels.Picture | number, y: kernels.NdArray) => {
    if (typeof x === 'number') expect([x]).toEqual([...y.data]);
    else expect(x).toEqual('width' in x ? pixelsOf(y as Planes) : y);
  };

  it.each(Object.entries(ofTwo))('give %s as floats in planes do', async (name, rest) => {
    const [x, y] = [make(1), make(2)];
    const colours = planesOf(x).shape[1];
    if (name.endsWith('msd') && colours === 2) return;
    const given = (await own[name](x, y, ...rest)) as kernels.Picture;
    const planes = await own[name](planesOf(x), planesOf(y), ...rest);
    one(given, (ArrayBuffer.isView(planes) ? { data: planes } : planes) as kernels.NdArray);
  });

  it.each(Object.entries(ofOne))('give %s as floats in planes do', async (name, rest) => {
    one((await own[name](make(1), ...rest)) as kernels.Picture, (await own[name](planesOf(make(1)), ...rest)) as kernels.NdArray);
  });
});

describe('pictures', () => {
  it('need no range where bits say it', async () => {
    const [x, y] = [bytes(23, 19, 3, 1), bytes(23, 19, 3, 2)];
    const [a, b] = [planesOf(x), planesOf(y)];
    for (const preset of ['skimage', 'pytorch-msssim', 'piq'] as const) {
      expect([await kernels.ssim(x, y, { preset })], preset).toEqual([...(await kernels.ssim(a, b, { preset, range: 1 }))]);
    }
    expect(await rejected(kernels.ssim(x, y, { range: 255 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: ssim: range is 255 for a picture of 8 or 16 bits, which is brought to 0 … 1; expected none"`,
    );
    expect(await rejected(kernels.gmsd(y, floats(x), { range: 255 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: gmsd: range is 255 for a picture of 8 or 16 bits, which is brought to 0 … 1; expected none"`,
    );
    expect(await rejected(kernels.patchEntropyMap(deep(x), { range: 65535 }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: patchEntropyMap: range is 65535 for a picture of 8 or 16 bits, which is brought to 0 … 1; expected none"`,
    );
    expect(await rejected(kernels.ssim(floats(x), floats(y), { preset: 'skimage' }))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: ssim: preset skimage assumes no range; expected one, such as 1 or 255"`,
    );
  });

  it('of bytes and of floats go together', async () => {
    const x = bytes(9, 7, 3, 1);
    const same = { ...x, data: Float32Array.from(x.data, (v) => v / 255) };
    expect((await kernels.l1Map(x, same)).data.every((error) => error === 0)).toBe(true);
  });

  it('keep their bytes where grey levels are counted', async () => {
    const x = bytes(23, 19, 3, 1);
    const { data } = planesOf(x);
    const levels = { data: Uint8Array.from(data, (v) => Math.round(255 * v)), shape: [1, 3, 19, 23] };
    expect(await kernels.patchEntropyMap(x, { radius: 2 })).toEqual(pixelsOf(await kernels.patchEntropyMap(levels, { radius: 2 })));
    expect(await kernels.patchEntropyMap(deep(x), { radius: 2 })).toEqual(pixelsOf(await kernels.patchEntropyMap(planesOf(deep(x)), { radius: 2 })));
  });

  it('come out as pictures that go in again', async () => {
    const [x, y] = [bytes(23, 19, 3, 1), bytes(23, 19, 3, 2)];
    const map = await kernels.gaussianBlur(await kernels.ssimErrorMap(x, y), 1);
    expect(map).toMatchObject({ width: 23, height: 19, channels: 1 });
    // Four channels of floats are four channels.
    const windows = await kernels.unfold2d(map, 2);
    expect(windows.channels).toBe(4);
    expect((await kernels.localAverage(windows)).channels).toBe(4);
  });

  it('of float64 are computed in float64', async () => {
    const x = f64([1, 3, 5, 4], 1);
    const y = f64([1, 3, 5, 4], 2);
    const picture = ({ data }: kernels.NdArray<Float64Array>) => ({ data, width: 20, height: 3, channels: 1 });
    const map = await kernels.l2Map(picture(x), picture(y));
    expect(map.data).toBeInstanceOf(Float64Array);
    expect([...map.data]).toEqual(Array.from(x.data, (v, i) => (v - y.data[i]) ** 2));
  });

  it('are refused with a word on what is wrong', async () => {
    const x = bytes(5, 4, 3, 1);
    const refusal = (wrong: object) => rejected(kernels.l1Map({ ...x, ...wrong } as typeof x, x));
    expect(await refusal({ channels: 0 })).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: l1Map: x: [height width channels] is [4 5 0]; expected positive integers"`,
    );
    expect(await refusal({ width: 6 })).toMatchInlineSnapshot(`"SHAPE_MISMATCH: l1Map: x has 60 numbers for [4 6 3]; expected 72"`);
    expect(await refusal({ data: [1, 2, 3] })).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: l1Map: x.data is Array; expected Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array, Float64Array"`,
    );
    expect(await refusal({ height: undefined })).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: l1Map: x: [height width channels] is [undefined 5 3]; expected positive integers"`,
    );
    expect(await rejected(kernels.l1Map(null as unknown as typeof x, x))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: l1Map: x is Null; expected a typed array, { data, shape } or { data, width, height, channels }"`,
    );
    expect(await rejected(kernels.l1Map(f32([2, 3], 1), f32([2, 3], 1)))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: l1Map: pixelErrorMap: x [2 3] has rank 2; expected T[N C H W]"`,
    );
    expect(await rejected(kernels.l1Map(x, bytes(4, 4, 3, 1)))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: l1Map: pixelErrorMap: W is 4 in y [1 3 4 4] but 5 in x [1 3 4 5]; expected them equal"`,
    );
    expect(await rejected(kernels.msSsim(f64([1, 1, 200, 200], 1) as never, f64([1, 1, 200, 200], 1) as never))).toMatchInlineSnapshot(
      `"DTYPE_MISMATCH: msSsim: compareScalar: x is f64; expected f32 (f32[...])"`,
    );
  });
});

describe('empty and single', () => {
  it('are answered', async () => {
    const none = { data: new Float32Array(0), shape: [0, 3] };
    expect(await kernels.nearest(none, f32([5, 3], 1))).toEqual({
      distances: { data: new Float32Array(0), shape: [0, 1] },
      indices: { data: new Int32Array(0), shape: [0, 1] },
    });
    expect(await kernels.kCentreGreedy(f32([5, 3], 1), 0)).toEqual({ indices: new Int32Array(0), radii: new Float32Array(0) });
    expect(await rejected(kernels.kozachenkoLeonenko(none))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: kozachenkoLeonenko: k is 3 for 0 points of x; expected more points than k"`,
    );
    expect(await rejected(kernels.nearest(f32([5, 3], 1), none))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: nearest: bank [0 3] has no vector for a query to find; expected at least 1"`,
    );
    expect(await rejected(kernels.nearest(f32([5, 3], 1), f32([5, 3], 1), { k: 6 }))).toMatchInlineSnapshot(
      `"ATTRIBUTE_INVALID: nearest: k is 6 for bank [5 3]; expected 1 to 5"`,
    );
    expect(await rejected(kernels.kCentreGreedy(f32([5, 3], 1), 6))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: kCentreGreedy: count is 6 for 5 rows; expected an integer from 0 to 5"`,
    );
    expect(await rejected(kernels.nfaMap([]))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: nfaMap: no map came; expected at least one"`);
  });
});

describe('batches', () => {
  const rows = f32([40, 3], 1, 'normal');
  const half = (from: number): Planes => ({ data: rows.data.slice(from * 3, (from + 20) * 3), shape: [20, 3] });

  it('come from anywhere', async () => {
    async function* later() {
      for (const from of [0, 20]) {
        await new Promise((resolve) => setImmediate(resolve));
        yield half(from);
      }
    }
    const expected = await kernels.pca([half(0), half(20)]);
    expect(await kernels.pca(later())).toEqual(expected);
    expect(await kernels.pca(new Set([half(0), half(20)]))).toEqual(expected);
    expect(expected.variances).toHaveLength(3);
  });

  it('are wanted, and of one width', async () => {
    expect(await rejected(kernels.pca([]))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: pca: no batch came; expected at least one"`);
    expect(await rejected(kernels.positionGaussians([]))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: positionGaussians: no batch came; expected at least one"`);
    expect(await rejected(kernels.streamingCoreset([], 3))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: streamingCoreset: no batch came; expected at least one"`);
    expect(await rejected(kernels.pca(3 as never))).toMatchInlineSnapshot(`"ARGUMENT_INVALID: pca: x is Number; expected an array, or an iterable of arrays"`);
    expect(await rejected(kernels.pca([half(0), f32([4, 2], 1)]))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: Pca.add: x is [4 2]; expected [n 3]"`);
    expect(await rejected(kernels.streamingCoreset(f32([4], 1), 3))).toMatchInlineSnapshot(`"SHAPE_MISMATCH: streamingCoreset: x is [4]; expected [n D]"`);
    expect(await rejected(kernels.streamingCoreset([half(0), f32([4, 2], 1)], 3))).toMatchInlineSnapshot(
      `"SHAPE_MISMATCH: StreamingCoreset.add: x is [4 2]; expected [n 3]"`,
    );
    expect(await rejected(kernels.positionGaussians(f32([4, 2], 1)))).toMatchInlineSnapshot(
      `"ARGUMENT_INVALID: PositionGaussians: shape is [2]; expected three positive integers, [C H W]"`,
    );
  });

  it('that nobody wants any more are told so', async () => {
    const told: string[] = [];
    function* endless() {
      try {
        for (;;) yield half(0);
      } finally {
        told.push('ended');
      }
    }
    const controller = new AbortController();
    const waiting = kernels.pca(endless(), { signal: controller.signal });
    setImmediate(() => controller.abort(new Error('enough')));
    expect(await rejected(waiting)).toBe('Error: enough');
    expect(told).toEqual(['ended']);
    expect(await rejected(kernels.pca([half(0), { ...half(0), shape: [1] }].values()))).toMatch(/^SHAPE_MISMATCH: pca: x has/);
  });

  it('that never come do not hold up a signal', async () => {
    async function* asleep() {
      yield half(0);
      await new Promise(() => {});
    }
    const controller = new AbortController();
    const waiting = kernels.streamingCoreset(asleep(), 3, { signal: controller.signal });
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    expect(await rejected(waiting)).toBe('Error: enough');
  });
});

describe('time', () => {
  it('is shared: a long call leaves the event loop turning', async () => {
    let turns = 0;
    let running = true;
    const turn = () => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    const x = f64([3000, 40], 1, 'normal');
    const entropy = await kernels.kozachenkoLeonenko(x);
    running = false;
    expect(Number.isFinite(entropy)).toBe(true);
    // A call that blocks has one or two turns around it; this one takes tens of milliseconds, a turn some microseconds.
    expect(turns).toBeGreaterThan(100);
  });

  it('is shared while a large array goes over, and a signal then stops it before anything was computed', async () => {
    await sync();
    memory('cpu', { resetPeak: true });
    const large = { data: new Float32Array(24 << 20), shape: [1, 24, 1024, 1024] };
    const controller = new AbortController();
    const waiting = kernels.l1Map(large, large, { signal: controller.signal });
    setImmediate(() => controller.abort(new Error('enough')));
    expect(await rejected(waiting)).toBe('Error: enough');
    await sync();
    // Three pieces of 8 MiB at the most, of 96 MiB.
    expect(memory().peakBytes).toBeLessThan(25 << 20);
    expect(memory().liveBytes).toBe(0);
  });

  it('makes no difference to a large array', async () => {
    const shape = [1, 3, 900, 800];
    const data = Float32Array.from({ length: 3 * 900 * 800 }, (_, i) => (i * 7919) % 1009);
    const picture = { data: Uint16Array.from({ length: 3 * 1200 * 1200 }, (_, i) => (i * 7919) % 65521), width: 1200, height: 1200, channels: 3 };
    const expected = scope(() => {
      const x = tensor(data, shape);
      return ops.gaussianBlur(x, 1).readSync();
    });
    expect(Buffer.compare(Buffer.from((await kernels.gaussianBlur({ data, shape }, 1)).data.buffer), Buffer.from(expected.buffer))).toBe(0);
    const planes = await kernels.gaussianBlur(planesOf(picture), 0);
    expect(Buffer.compare(Buffer.from((await kernels.gaussianBlur(picture, 0)).data.buffer), Buffer.from(pixelsOf(planes).data.buffer))).toBe(0);
  });

  it('ends between two calls of a long search', async () => {
    // Two calls, the first of 23,808 queries.
    const bank = f32([1 << 14, 64], 1);
    const x = f32([24_064, 64], 2);
    const few = (from: number) => kernels.nearest({ data: x.data.slice(from * 64, (from + 50) * 64), shape: [50, 64] }, bank);
    const expected = await Promise.all([few(0), few(24_000), few(24_014)]);
    const tensorsOf = async (work: () => Promise<unknown>) => {
      const before = idMark();
      await work();
      await sync();
      return idMark() - before;
    };
    const all = await tensorsOf(async () => {
      const given = await kernels.nearest(x, bank);
      for (const [i, from] of [0, 24_000, 24_014].entries()) {
        expect(given.distances.data.slice(from, from + 50)).toEqual(expected[i].distances.data);
        expect(given.indices.data.slice(from, from + 50)).toEqual(expected[i].indices.data);
      }
      expect(given.distances.shape).toEqual([24_064, 1]);
    });
    const stopped = await tensorsOf(async () => {
      const controller = new AbortController();
      const waiting = kernels.nearest(x, bank, { signal: controller.signal });
      setImmediate(() => controller.abort(new Error('enough')));
      expect(await rejected(waiting)).toBe('Error: enough');
    });
    // Two operands, and for each call its queries and two results.
    expect([all, stopped]).toEqual([8, 5]);
  });

  it('tells how far a selection is, and stops it there', async () => {
    const controller = new AbortController();
    const picks: number[] = [];
    const waiting = kernels.kCentreGreedy(f32([20_000, 256], 1), 5000, {
      signal: controller.signal,
      onProgress: (done) => {
        picks.push(done);
        controller.abort(new Error('enough'));
      },
    });
    expect(await rejected(waiting)).toBe('Error: enough');
    expect(picks).toHaveLength(1);
    expect(picks[0]).toBeLessThan(5000);
  });

  it('is not spent on a call that was given up', async () => {
    const x = f64([3000, 40], 1, 'normal');
    const controller = new AbortController();
    const waiting = kernels.kozachenkoLeonenko(x, { signal: controller.signal });
    controller.abort(new Error('enough'));
    expect(await rejected(waiting)).toBe('Error: enough');
    // What was under way has let go of everything, and the next call is served.
    expect((await kernels.l1Map(f32([1, 1, 2, 2], 1), f32([1, 1, 2, 2], 1))).data).toEqual(new Float32Array(4));
    expect(memory().liveBytes).toBe(0);
  });
});

describe('failures', () => {
  it('come up in their own call alone, however many run beside it', async () => {
    const good = f64([50, 3], 1, 'normal');
    const bad = { data: good.data.with(7, Number.NaN), shape: good.shape };
    const expected = await kernels.kozachenkoLeonenko(good);
    const results = await Promise.allSettled([
      kernels.kozachenkoLeonenko(good),
      kernels.kozachenkoLeonenko(bad),
      kernels.kozachenkoLeonenko(good),
      kernels.pca(f32([3, 2], 1)),
      kernels.pca({ data: Float32Array.of(1, Number.NaN, 3, 4), shape: [2, 2] }),
      kernels.nearest({ data: Float32Array.of(Number.NaN), shape: [1, 1] }, f32([4, 1], 1)),
      kernels.kozachenkoLeonenko(good),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
    for (const i of [0, 2, 6]) expect(results[i]).toMatchObject({ value: expected });
    for (const i of [1, 4, 5]) expect(results[i]).toMatchObject({ reason: { code: 'NUMERICAL_FAILURE' } });
  });
});
