// Memory that threads share is read where it lies: nothing is copied, it lives as long as work reads it, and detectors take it so.
import { afterEach, expect, it } from 'vitest';
import { ssimErrorMap } from '../../src/kernels/error-maps.ts';
import { add, matmul, mul, reshape } from '../../src/ops/index.ts';
import { memory, sync } from '../../src/tensor/device.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { scope } from '../../src/tensor/scope.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { toyDetector, toyPicture } from '../support/toy-method.ts';

afterEach(() => sync());

const shared = <A extends Uint8Array | Float32Array>(data: A): A => {
  const Kind = data.constructor as new (buffer: SharedArrayBuffer) => A;
  const copy = new Kind(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
};

/** Work that keeps the device for a good while, so that what is queued behind it waits. */
function occupied(): Tensor {
  return scope(() => {
    const x = tensor(new Float32Array(900 * 900).fill(1e-3), [900, 900]);
    let y = x;
    for (let i = 0; i < 12; i++) y = matmul(y, x);
    return y;
  });
}

it('is seen as it is when the work runs, which a copy could not be', async () => {
  const data = shared(Float32Array.of(1, 2, 3));
  const plain = Float32Array.of(1, 2, 3);
  const busy = occupied();
  const [lent, copied] = scope(() => [data, plain].map((one) => mul(tensor(one, [3], { lend: true }), 2)));
  data[0] = 50;
  plain[0] = 50;
  expect(Array.from(await lent.read())).toEqual([100, 4, 6]);
  // An array of one's own is copied at the call: its memory could be transferred away.
  expect(Array.from(await copied.read())).toEqual([2, 4, 6]);
  for (const one of [busy, lent, copied]) one.dispose();
});

it('is copied by whoever does not ask for it', async () => {
  const data = shared(Float32Array.of(1, 2));
  const busy = occupied();
  const x = tensor(data);
  data[0] = 9;
  expect(Array.from(await x.read())).toEqual([1, 2]);
  for (const one of [busy, x]) one.dispose();
});

it('takes no memory of the device, may be lent twice and seen under other extents, and outlives its tensor', async () => {
  const data = shared(new Float32Array(1 << 20).fill(3));
  await sync();
  const before = memory().liveBytes;
  const [a, b] = [tensor(data, [data.length], { lend: true }), tensor(data, [1024, 1024], { lend: true })];
  expect(memory().liveBytes).toBe(before);
  const busy = occupied();
  const sum = scope(() => add(reshape(a, [1024, 1024]), b));
  a.dispose();
  b.dispose();
  const numbers = await sum.read();
  expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([1 << 20, 6, 6]);
  for (const one of [busy, sum]) one.dispose();
});

it('is let go of: a thousand large ones in turn do not pile up', async () => {
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) {
    const x = tensor(shared(new Uint8Array(1 << 20).fill(i)), [1 << 20], { lend: true });
    x.dispose();
    if (i % 50 === 49) {
      await sync();
      await new Promise((resolve) => setTimeout(resolve, 1)); // the garbage collector's turn
    }
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(700 << 20);
});

const large = (square: boolean): RawPicture => toyPicture(5, { width: 64, height: 64, square });

it('goes from a picture to its score without a copy', async () => {
  using detector = toyDetector(3);
  const [good, bad] = [large(false), large(true)];
  const scoreOf = async (picture: RawPicture, meanwhile = async () => {}) => {
    const results = detector.score(picture);
    const first = results.next();
    await meanwhile();
    const { value } = await first;
    await results.return();
    if (!value || value.error) throw new Error('no score');
    return value.score;
  };
  const truth = [await scoreOf(good), await scoreOf(bad)];
  expect(truth[0]).not.toBe(truth[1]);
  const own = shared(good.data as Uint8Array);
  expect(await scoreOf({ ...good, data: own })).toBe(truth[0]);
  // Changed after it has been queued and before the device comes to it: what counts is what lies there then.
  const busy = occupied();
  const seen = await scoreOf({ ...good, data: own }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    own.set(bad.data as Uint8Array);
  });
  busy.dispose();
  expect(seen).toBe(truth[1]);
});

it('goes into functions on plain arrays in the same way', async () => {
  const picture = toyPicture(1, { channels: 1 });
  const other = toyPicture(2, { channels: 1 });
  const inShared = (one: RawPicture) => ({ ...one, data: shared(one.data as Uint8Array) });
  const map = await ssimErrorMap(picture, other);
  const again = await ssimErrorMap(inShared(picture), inShared(other));
  expect(again.data).toEqual(map.data);
});

it('clamped bytes are bytes', async () => {
  const x = tensor(Uint8ClampedArray.of(1, 300, 7));
  expect([x.dtype, ...Array.from(await x.read())]).toEqual(['u8', 1, 255, 7]);
  x.dispose();
});
