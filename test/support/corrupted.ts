// Corrupting pictures by name and reading what came of it, for tests of single corruptions.
import { corruptions } from '../../src/corruptions/index.ts';
import { type HyperValue, resolveHypers } from '../../src/hyper.ts';
import { Random } from '../../src/tensor/random.ts';
import { scope } from '../../src/tensor/scope.ts';
import { tensor } from '../../src/tensor/tensor.ts';

export interface Read {
  readonly image: Float32Array;
  readonly mask: Float32Array;
  readonly opacity: Float32Array;
}

/** N grey pictures of `size` by `size`, their pixels by place; donors likewise. */
export interface Pictures {
  readonly count: number;
  readonly size: number;
  readonly channels?: 1 | 3;
  readonly image: (x: number, y: number, n: number, c: number) => number;
  readonly donor?: (x: number, y: number) => number;
}

export function numbersOf({ count, size, channels = 1, image }: Pictures): Float32Array {
  const plane = size * size;
  return Float32Array.from({ length: count * channels * plane }, (_, i) =>
    image(i % size, Math.floor(i / size) % size, Math.floor(i / plane / channels), Math.floor(i / plane) % channels),
  );
}

/** The corruption's results as arrays. */
export function corrupted(name: string, pictures: Pictures, given: Record<string, HyperValue> = {}, seed = 1): Read {
  const { count, size, channels = 1, image, donor = image } = pictures;
  const shape = [count, channels, size, size];
  return scope(() => {
    const images = tensor(numbersOf(pictures), shape);
    const donors = tensor(numbersOf({ ...pictures, image: (x, y) => donor(x, y, 0, 0) }), shape);
    const { hyper, apply } = corruptions[name];
    const out = apply({ images, donors, random: new Random(seed) }, resolveHypers(name, hyper, given));
    return { image: out.image.readSync() as Float32Array, mask: out.mask.readSync() as Float32Array, opacity: out.opacity.readSync() as Float32Array };
  });
}

/** Picture n of planes of `size` by `size`. */
export const pictureOf = (x: Float32Array, n: number, size: number): Float32Array => x.subarray(n * size * size, (n + 1) * size * size);
export const sumOf = (x: Float32Array): number => x.reduce((a, b) => a + b, 0);
export const largest = (x: Float32Array): number => x.reduce((a, b) => Math.max(a, b), 0);
