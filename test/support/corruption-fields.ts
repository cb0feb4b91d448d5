// Float64 references of what made defects are made of, pixel by pixel from the definitions.
import { words } from './philox.ts';

/** The word that picture n's lattice starts from. */
export const seedOf = (key: readonly number[], n: number): number => words(1, key, [n, 0])[0];

function mixed(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}
export const wordAt = (seed: number, i: number, j: number): number => mixed((Math.imul(i, 0x9e3779b1) + Math.imul(j, 0x85ebca77)) ^ seed);

/** Two numbers between -1 and 1 in the halves of a word. */
const pairOf = (word: number): [number, number] => [word & 0xffff, word >>> 16].map((half) => (2 * half + 1) / 65536 - 1) as [number, number];

/** The sum of a word's bytes as a standardised number. */
export const bellOf = (word: number): number => {
  const sum = [0, 8, 16, 24].reduce((total, shift) => total + ((word >>> shift) & 255), 0);
  return (sum - 510) / Math.sqrt((256 ** 2 - 1) / 3);
};

/** Displacement of a pixel: noise at 8 x 8 points, weighted by a Gaussian, of standard deviation `amplitude`, cut at three. */
export function displacementAt(sigmaGiven: number, amplitude: number, seed: number, x: number, y: number): [number, number] {
  if (!(amplitude > 0)) return [0, 0];
  const sigma = Math.max(sigmaGiven, 0.5);
  const [left, top] = [Math.floor(x / sigma), Math.floor(y / sigma)];
  const sum = [0, 0];
  for (let j = top - 3; j <= top + 4; j++) {
    for (let i = left - 3; i <= left + 4; i++) {
      const weight = Math.exp(-((x - i * sigma) ** 2 + (y - j * sigma) ** 2) / (2 * sigma ** 2));
      pairOf(wordAt(seed, i, j)).forEach((value, axis) => {
        sum[axis] += weight * value * Math.sqrt(3 / Math.PI);
      });
    }
  }
  return sum.map((value) => Math.min(3, Math.max(-3, value)) * amplitude) as [number, number];
}

const fade = (t: number) => 6 * t ** 5 - 15 * t ** 4 + 10 * t ** 3;

/** One octave; its scale, the root of the mean square of the weights times that of the slopes, found by adding up. */
function perlinOctave(u: number, v: number, seed: number): number {
  const [i, j] = [Math.floor(u), Math.floor(v)];
  let sum = 0;
  for (const [di, dj] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]) {
    const [a, b] = [u - i, v - j];
    const [gx, gy] = pairOf(wordAt(seed, i + di, j + dj));
    sum += (di ? fade(a) : 1 - fade(a)) * (dj ? fade(b) : 1 - fade(b)) * (gx * (a - di) + gy * (b - dj));
  }
  return sum / perlinDeviation;
}

const perlinDeviation = (() => {
  const n = 200;
  let sum = 0;
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) {
      const [a, b] = [(p + 0.5) / n, (q + 0.5) / n];
      // Four corners alike by symmetry.
      sum += (4 * (1 - fade(a)) ** 2 * (1 - fade(b)) ** 2 * (a * a + b * b)) / 3;
    }
  }
  return Math.sqrt(sum / n ** 2);
})();

export function perlinAt(u: number, v: number, seed: number, octaves: number, persistence: number): number {
  let [sum, power] = [0, 0];
  for (let k = 0; k < octaves; k++) {
    sum += persistence ** k * perlinOctave(u * 2 ** k, v * 2 ** k, (seed + Math.imul(k, 0x9e3779b9)) >>> 0);
    power += persistence ** (2 * k);
  }
  return sum / Math.sqrt(power);
}

/** Distances to the points of the 3 x 3 cells around, nearest first. */
export function worleyAt(u: number, v: number, seed: number): number[] {
  const distances: number[] = [];
  for (let j = Math.floor(v) - 1; j <= Math.floor(v) + 1; j++) {
    for (let i = Math.floor(u) - 1; i <= Math.floor(u) + 1; i++) {
      const [x, y] = pairOf(wordAt(seed, i, j)).map((value) => (1 + value) / 2);
      distances.push(Math.hypot(i + x - u, j + y - v));
    }
  }
  return distances.sort((a, b) => a - b);
}

export const wave = (u: number): number => Math.sin(2 * Math.PI * u);
export const cut = (x: number, low = 0, high = 1): number => Math.min(high, Math.max(low, x));
export const smoothstep = (t: number): number => cut(t) ** 2 * (3 - 2 * cut(t));
export const visible = (opacity: number): number => (opacity < 1 / 128 ? 0 : opacity);

/** (u, v) of a pixel by an affine map's six numbers. */
export const mapped = (m: ArrayLike<number>, x: number, y: number): [number, number] => [m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]];

/** Row n of a table. */
export const rowOf = (data: Float64Array, n: number, width: number): Float64Array => data.subarray(n * width, (n + 1) * width);
