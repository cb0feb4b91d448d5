// Seeded random numbers for made-up pictures: a stream of draws, and smooth noise over the plane.

/** 32 well-mixed bits of up to three integers (the finaliser of MurmurHash3). */
export function mix(a: number, b = 0, c = 0): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream of numbers that is the same for the same seeds. */
export class Draws {
  private readonly seed: number;
  private drawn = 0;

  constructor(...seeds: number[]) {
    this.seed = seeds.reduce((all, one) => mix(all, one, 1), 0);
  }

  /** Uniform in [0, 1). */
  next(): number {
    return mix(this.seed, ++this.drawn, 2) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next();
  }

  /** 0 … count - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Smooth noise over the plane, in [-1, 1], with one independent value at every integer point. */
  noise(): (x: number, y: number) => number {
    const seed = mix(this.seed, ++this.drawn, 3);
    const at = (x: number, y: number) => mix(seed, x, y) / 2 ** 31 - 1;
    return (x, y) => {
      const i = Math.floor(x);
      const j = Math.floor(y);
      const u = smooth(x - i);
      const v = smooth(y - j);
      return lerp(lerp(at(i, j), at(i + 1, j), u), lerp(at(i, j + 1), at(i + 1, j + 1), u), v);
    };
  }

  /** The integers 0 … count - 1 in random order. */
  order(count: number): number[] {
    const list = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}

export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;
export const clamp = (x: number, least = 0, most = 1): number => Math.min(most, Math.max(least, x));
/** 0 at 0, 1 at 1, flat at both; t in [0, 1]. */
export const smooth = (t: number): number => t * t * (3 - 2 * t);
