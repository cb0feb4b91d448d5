// Random tensors: published vectors, the same bits from the host, from any number of threads and instruction set; laws.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { packageRoot } from '../../../bindings/native.ts';
import { record } from '../../../src/autograd/tape.ts';
import * as ops from '../../../src/ops/index.ts';
import { build, setThreads } from '../../../src/tensor/device.ts';
import { normalFrom, philox, Random, type RandomKey } from '../../../src/tensor/random.ts';
import { scope } from '../../../src/tensor/scope.ts';
import type { Tensor, TypedArray } from '../../../src/tensor/tensor.ts';

const threads = build().threads;
afterEach(() => setThreads(threads));

const numbers = (make: () => Tensor): TypedArray => scope(() => make().readSync());
const bytes = (x: TypedArray) => Buffer.from(x.buffer);
const mean = (x: ArrayLike<number>) => (Array.prototype.reduce.call(x, (a, b) => (a as number) + (b as number), 0) as number) / x.length;

it('raw words are the known answers of Random123', () => {
  const block = (key: RandomKey, at: [number, number]) =>
    Array.from(
      numbers(() => ops.randomBits({ shape: [4], key, block: at })),
      (x) => (x >>> 0).toString(16),
    ).join(' ');
  const ones = 0xffffffff;
  expect(block([0, 0, 0, 0], [0, 0])).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
  expect(block([ones, ones, ones, ones], [ones, ones])).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
  expect(block([0xa4093822, 0x299f31d0, 0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
});

it('the host makes the same words, and normal numbers the same to the bit', () => {
  const key = new Random(21).nextKey();
  const n = 40000;
  const words = new Uint32Array(n);
  for (let i = 0; i < n; i += 4) words.set(philox([i / 4, 0, key[2], key[3]], [key[0], key[1]]), i);
  expect(bytes(numbers(() => ops.randomBits({ shape: [n], key }))).equals(Buffer.from(words.buffer))).toBe(true);
  const normal = Float32Array.from(words, normalFrom);
  expect(bytes(numbers(() => ops.normal([n], key))).equals(Buffer.from(normal.buffer))).toBe(true);
  // The first host number of a stream is made of the first word of its first key.
  expect(numbers(() => ops.normal([1], new Random(21).nextKey()))[0]).toBe(new Random(21).normal());
});

const makers: [string, (n: number, key: RandomKey) => Tensor][] = [
  ['uniform', (n, key) => ops.uniform([n], key, { low: -2.3, high: 0.9 })],
  ['normal', (n, key) => ops.normal([n], key, { mean: 0.3, deviation: 1.7 })],
  ['bernoulli', (n, key) => ops.bernoulli([n], key, 0.3)],
  ['dropout', (n, key) => ops.dropout(ops.full([n], 1), key, 0.3)],
];

it.each(makers)('%s: the same bits whatever the number of threads, and the same start whatever the size', (_, make) => {
  const key = new Random(22).nextKey();
  const n = 200003;
  const results = [1, 2, 3].map((count) => {
    setThreads(count);
    return bytes(numbers(() => make(n, key)));
  });
  expect(results[1].equals(results[0])).toBe(true);
  expect(results[2].equals(results[0])).toBe(true);
  expect(bytes(numbers(() => make(77, key))).equals(results[0].subarray(0, 4 * 77))).toBe(true);
});

it('the same bits whatever the instruction set', () => {
  const digests = ['baseline', 'avx2', 'avx512'].map((isa) =>
    execFileSync(process.execPath, [join(packageRoot(), 'test/support/run-random.cjs'), packageRoot()], { env: { ...process.env, BLEMISH_ISA: isa } })
      .toString()
      .split(' '),
  );
  expect(digests[0][0]).toBe('baseline');
  expect(new Set(digests.map((d) => d[1])).size).toBe(1);
});

it('a Random advances, a key repeats', () => {
  const random = new Random(23);
  const first = numbers(() => ops.uniform([3], random));
  expect(numbers(() => ops.uniform([3], random))).not.toEqual(first);
  expect(numbers(() => ops.uniform([3], new Random(23)))).toEqual(first);
});

const n = 1 << 20;

it('uniform: strictly within (0, 1), 1024 equal cells, pairs in 32 × 32', () => {
  const x = numbers(() => ops.uniform([n], new Random(24)));
  const single = new Float64Array(1024);
  const pairs = new Float64Array(1024);
  for (let i = 0; i < n; i++) {
    if (!(x[i] > 0 && x[i] < 1)) throw new Error(`${x[i]}`);
    single[Math.floor(x[i] * 1024)]++;
    if (i % 2) pairs[Math.floor(x[i - 1] * 32) * 32 + Math.floor(x[i] * 32)]++;
  }
  for (const [counts, expected] of [
    [single, n / 1024],
    [pairs, n / 2048],
  ] as const) {
    const chi = counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
    expect(Math.abs(chi - 1023) / Math.sqrt(2 * 1023)).toBeLessThan(3);
  }
});

it('normal: moments, tails, and no correlation between keys, splits and neighbours', () => {
  const random = new Random(25);
  const x = numbers(() => ops.normal([n], random));
  [1, 2, 15, 96].forEach((variance, k) => {
    expect(Math.abs(mean(x.map((v) => v ** (k + 1)) as Float32Array) - [0, 1, 0, 3][k]), `moment ${k + 1}`).toBeLessThan(3.5 * Math.sqrt(variance / n));
  });
  // P(|z| > 4) = 6.334e-5.
  const beyond = x.filter((v) => Math.abs(v) > 4).length;
  expect(Math.abs(beyond - 6.334e-5 * n) / Math.sqrt(6.334e-5 * n)).toBeLessThan(3);
  const others: [string, TypedArray][] = [
    ['the next key', numbers(() => ops.normal([n], random))],
    ['a split', numbers(() => ops.normal([n], random.split('a')))],
    ['the neighbour', x.slice(1)],
    ['the one after four', x.slice(4)],
  ];
  for (const [name, y] of others) {
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += x[i] * y[i];
    expect(Math.abs(sum / Math.sqrt(y.length)), name).toBeLessThan(3);
  }
});

it.each([0.01, 0.3, 0.5])('bernoulli and dropout hit with probability %f', (p) => {
  const spread = 3.5 * Math.sqrt((p * (1 - p)) / n);
  expect(Math.abs(mean(numbers(() => ops.bernoulli([n], new Random(26), p))) - p)).toBeLessThan(spread);
  const kept = numbers(() => ops.dropout(ops.full([n], 1), new Random(27), p));
  expect(Math.abs(kept.filter((x) => x === 0).length / n - p)).toBeLessThan(spread);
  expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / (1 - p))]));
});

it('the gradient of dropout has its mask, and nothing is saved', () => {
  scope(() => {
    const x = ops.full([1000], 2);
    const tape = record(() => ops.dropout(x, new Random(28), 0.4), { watch: [x] });
    const y = tape.value.readSync();
    const gradient = tape
      .backward(tape.value, ops.full([1000], 2))
      .get(x)!
      .readSync();
    expect(Array.from(gradient)).toEqual(Array.from(y));
  });
});

it('messages', () => {
  expect(() => ops.uniform([2], [1, 2, 3] as never)).toThrowErrorMatchingInlineSnapshot(
    `[BlemishError: uniform: key holds 3 numbers; expected the four of Random's nextKey]`,
  );
  expect(() => ops.uniform([2], [1, 2, 3, 2 ** 32])).toThrowErrorMatchingInlineSnapshot(
    `[BlemishError: uniform: key holds 4294967296; expected integers of 0 … 2^32 - 1]`,
  );
  expect(() => ops.uniform([-2], [1, 2, 3, 4])).toThrowErrorMatchingInlineSnapshot(`[BlemishError: uniform: shape holds -2; expected no negative extent]`);
  expect(() => ops.bernoulli([2], [1, 2, 3, 4], 1.5)).toThrowErrorMatchingInlineSnapshot(`[BlemishError: bernoulli: probability is 1.500000; expected 0 … 1]`);
  expect(() => scope(() => ops.dropout(ops.full([2], 1), [1, 2, 3, 4], 1))).toThrowErrorMatchingInlineSnapshot(
    `[BlemishError: dropout: probability is 1.000000; expected 0 … 1 without 1]`,
  );
});
