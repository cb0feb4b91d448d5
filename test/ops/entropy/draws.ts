// The generator behind seeded vectors: SplitMix64 (Steele, Lea and Flood 2014), normal numbers by Box and Muller (1958).

const mask = (1n << 64n) - 1n;

/** Uniform numbers (z + ½) / 2⁵³ of the upper 53 bits. */
export function uniforms(seed: number, count: number): Float64Array {
  let state = BigInt(seed);
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    z ^= z >> 31n;
    return (Number(z >> 11n) + 0.5) / 2 ** 53;
  });
}

/** Two independent standard normal samples: the cosine and the sine part of each pair. */
export function normalPairs(seed: number, count: number): [Float64Array, Float64Array] {
  const u = uniforms(seed, 2 * count);
  const part = (wave: (angle: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => Math.sqrt(-2 * Math.log(u[2 * i])) * wave(2 * Math.PI * u[2 * i + 1]));
  return [part(Math.cos), part(Math.sin)];
}

/** y = rho g1 + √(1 − rho²) g2 beside x = g1. */
export function correlated(seed: number, count: number, rho: number): [Float64Array, Float64Array] {
  const [a, b] = normalPairs(seed, count);
  return [a, a.map((value, i) => rho * value + Math.sqrt(1 - rho * rho) * b[i])];
}
