// A seeded, splittable source of random numbers: keys for random operations, and plain numbers for decisions on the host.
//
// Philox4x32-10 as in native/core/random.h, bit for bit; that file says why the arithmetic is as it is.
import { BlemishError, must } from '../errors.ts';

/** What a random operation is given: two words of the stream, two that count its calls. */
export type RandomKey = readonly [number, number, number, number];

/** All that a stream remembers; plain data, fit for JSON. */
export interface RandomState {
  /** The stream's key: two words below 2^32. */
  readonly stream: readonly [number, number];
  /** Keys handed out so far. */
  readonly calls: number;
  /** Words of the newest key that host numbers have used up, 0 … 4; 4: none is left. */
  readonly used: number;
}

type Words = readonly [number, number, number, number];

const isWord = (x: unknown): x is number => typeof x === 'number' && Number.isInteger(x) && x >= 0 && x <= 0xffffffff;
const high = (x: number): number => Math.floor(x / 4294967296) >>> 0;

/** Upper word of the product of two words. */
function productHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (aHigh * bHigh + Math.floor((middle + aLow * bHigh) / 65536)) >>> 0;
}

/** @internal Philox4x32-10: a block of four words from a counter of four and a key of two. */
export function philox(counter: Words, stream: readonly [number, number]): Words {
  let [a, b, c, d] = counter;
  let [key0, key1] = stream;
  for (let round = 0; round < 10; round++) {
    const a2 = (productHigh(0xcd9e8d57, c) ^ b ^ key0) >>> 0;
    const c2 = (productHigh(0xd2511f53, a) ^ d ^ key1) >>> 0;
    b = Math.imul(0xcd9e8d57, c) >>> 0;
    d = Math.imul(0xd2511f53, a) >>> 0;
    a = a2;
    c = c2;
    key0 = (key0 + 0x9e3779b9) >>> 0;
    key1 = (key1 + 0xbb67ae85) >>> 0;
  }
  return [a, b, c, d];
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const top = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0; // which half holds the exponent

function reproducibleLog(x: number): number {
  double[0] = x;
  let exponent = (halves[top] >>> 20) - 1023;
  halves[top] = (halves[top] & 0x000fffff) | 0x3ff00000;
  let m = double[0];
  if (m > Math.SQRT2) {
    m *= 0.5;
    exponent++;
  }
  const f = Math.fround;
  const s = f((m - 1) / (m + 1));
  const z = f(s * s);
  let r = 1 / 9;
  r = f(r) * z + 1 / 7;
  r = f(r) * z + 1 / 5;
  r = f(r) * z + 1 / 3;
  r = f(r) * z + 1;
  return f(2 * r) * s + exponent * 0.6931471805598903;
}

/** @internal The normal number of one word; a float32. */
export function normalFrom(word: number): number {
  const f = Math.fround;
  const upper = word >= 0x80000000;
  const half = (upper ? ~word : word) & 0x7fffffff;
  const p = (2 * half + 1) / 8589934592;
  const q = 0.5 - p;
  const middle = q <= 0.425;
  const qf = f(q);
  const t = f(middle ? 0.180625 - qf * qf : Math.sqrt(-reproducibleLog(p)) - 1.6);
  let above = middle ? 5.910937472e1 : 1.7023821103e-1;
  above = f(above) * t + (middle ? 1.5929113202e2 : 1.3067284816);
  above = f(above) * t + (middle ? 5.0434271938e1 : 2.75681539);
  above = f(above) * t + (middle ? 3.3871327179 : 1.4234372777);
  let below = middle ? 6.71875636e1 : 0;
  below = f(below) * t + (middle ? 7.8757757664e1 : 1.2021132975e-1);
  below = f(below) * t + (middle ? 1.7895169469e1 : 7.370016425e-1);
  below = f(below) * t + 1;
  const z = f(((middle ? q : 1) * above) / below);
  return upper ? z : -z;
}

// Last words of counters that no key handed out can have: calls stay below 2^53, so their upper word below 2^21.
const seeding = 0xffffffff;
const splittingByNumber = 0xfffffffe;
const splittingByString = 0xfffffffd;

/** Two words of a string: 32-bit FNV-1a over its UTF-16 units, forwards and, from another start, backwards. */
function hash(text: string): [number, number] {
  let forwards = 0x811c9dc5;
  let backwards = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    forwards = Math.imul(forwards ^ text.charCodeAt(i), 0x01000193);
    backwards = Math.imul(backwards ^ text.charCodeAt(text.length - 1 - i), 0x01000193);
  }
  return [forwards >>> 0, backwards >>> 0];
}

/**
 * A stream of random numbers. The same seed and the same calls give the same numbers, on any machine and device.
 *
 * Streams made by `split` are independent of their parent and of each other, and depend on the parent's key and the
 * label only: not on what was drawn before, nor on the order of splitting.
 */
export class Random {
  private stream: readonly [number, number];
  private calls = 0;
  private words: Words = [0, 0, 0, 0];
  private used = 4;

  /** @param seed a safe integer */
  constructor(seed: number) {
    must(Number.isSafeInteger(seed), `Random: seed is ${seed}; expected a safe integer`);
    const [a, b] = philox([seed >>> 0, high(Math.abs(seed)), seed < 0 ? 1 : 0, seeding], [0, 0]);
    this.stream = [a, b];
  }

  /** A stream that goes on where the one with this state stood. */
  static from(state: RandomState): Random {
    const { stream, calls, used } = state ?? {};
    const good =
      Array.isArray(stream) &&
      stream.length === 2 &&
      stream.every(isWord) &&
      Number.isSafeInteger(calls) &&
      calls >= 0 &&
      Number.isInteger(used) &&
      used >= 0 &&
      used <= 4;
    // Words that are not used up belong to the newest key, so there must have been one.
    if (!good || (used < 4 && calls === 0)) {
      throw new BlemishError('STATE_INVALID', `Random: ${JSON.stringify(state)} is no state; expected what the getter state gave`);
    }
    const random = new Random(0);
    random.stream = [stream[0], stream[1]];
    random.calls = calls;
    random.used = used;
    if (used < 4) random.words = random.block(calls - 1);
    return random;
  }

  /** Where the generator stands: all that it takes to go on from here. */
  get state(): RandomState {
    return { stream: [this.stream[0], this.stream[1]], calls: this.calls, used: this.used };
  }

  /** An independent stream by name or number; the same one for the same label. */
  split(label: string | number): Random {
    must(typeof label === 'string' || Number.isSafeInteger(label), `split: label is ${String(label)}; expected a string or a safe integer`);
    const child = new Random(0);
    const [a, b] =
      typeof label === 'string'
        ? philox([...hash(label), label.length >>> 0, splittingByString], this.stream)
        : philox([label >>> 0, high(Math.abs(label)), label < 0 ? 1 : 0, splittingByNumber], this.stream);
    child.stream = [a, b];
    return child;
  }

  /** A key for one random operation; none comes twice. */
  nextKey(): RandomKey {
    const call = this.calls++;
    return [this.stream[0], this.stream[1], call >>> 0, high(call)];
  }

  /** A number strictly between 0 and 1, an odd multiple of 2^-53. */
  uniform(): number {
    const upper = this.word() >>> 6; // 26 bits each
    const lower = this.word() >>> 6;
    return (2 * (upper * 67108864 + lower) + 1) / 9007199254740992;
  }

  /** A standard normal number, the float32 that the operation `normal` makes of the same word. */
  normal(): number {
    return normalFrom(this.word());
  }

  /** An integer of 0 … n - 1, each equally likely; n up to 2^53 - 1. */
  integer(n: number): number {
    must(Number.isSafeInteger(n) && n >= 1, `integer: n is ${n}; expected an integer from 1 on`);
    // Numbers beyond the last whole multiple of n are thrown away.
    const range = n <= 4294967296 ? 4294967296 : 9007199254740992;
    const limit = range - (range % n);
    for (;;) {
      const x = range === 4294967296 ? this.word() : (this.word() >>> 11) * 4294967296 + this.word();
      if (x < limit) return x % n;
    }
  }

  /** 0 … n - 1 in random order, each order equally likely (Fisher and Yates). */
  permutation(n: number): number[] {
    must(Number.isSafeInteger(n) && n >= 0, `permutation: n is ${n}; expected a non-negative integer`);
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  private word(): number {
    if (this.used === 4) {
      this.words = this.block(this.calls++);
      this.used = 0;
    }
    return this.words[this.used++];
  }

  private block(call: number): Words {
    return philox([0, 0, call >>> 0, high(call)], this.stream);
  }
}
