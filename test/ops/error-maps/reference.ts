// What the references of error maps share: windows taken apart pixel by pixel, nothing separable, nothing fused.
import { at, build, type NdArray } from '../../support/reference.ts';

export type Border = 'valid' | 'zero' | 'reflect' | 'symmetric' | 'replicate' | 'inside';

/** The pixel of n that stands at position i, by mirroring until it lies inside; -1 for none. */
export function pixelAt(border: Border, i: number, n: number): number {
  while (i < 0 || i >= n) {
    if (border === 'replicate') return i < 0 ? 0 : n - 1;
    if (border === 'symmetric') i = i < 0 ? -1 - i : 2 * n - 1 - i;
    else if (border === 'reflect') i = n === 1 ? 0 : i < 0 ? -i : 2 * n - 2 - i;
    else return -1;
  }
  return i;
}

export const uniformWeights = (size: number): number[] => Array.from({ length: size }, () => 1 / size);

export function gaussianWeights(size: number, sigma: number): number[] {
  const raw = Array.from({ length: size }, (_, k) => Math.exp(-((k - (size - 1) / 2) ** 2) / (2 * sigma ** 2)));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => w / sum);
}

/** Σ weight · value(pixel) over the window at (i, j) of a plane; pixels that stand nowhere count as 0. */
export function windowed(
  height: number,
  width: number,
  i: number,
  j: number,
  weights: readonly number[],
  border: Border,
  value: (position: number) => number,
): number {
  const radius = (weights.length - 1) / 2;
  let sum = 0;
  let inside = 0;
  for (let p = 0; p < weights.length; p++) {
    for (let q = 0; q < weights.length; q++) {
      const row = pixelAt(border, i + p - radius, height);
      const column = pixelAt(border, j + q - radius, width);
      if (row < 0 || column < 0) continue;
      inside += weights[p] * weights[q];
      sum += weights[p] * weights[q] * value(row * width + column);
    }
  }
  return border === 'inside' ? sum / inside : sum;
}

/** Each channel filtered. */
export function filtered(x: NdArray, weights: readonly number[], border: Border): NdArray {
  const [, , height, width] = x.shape;
  return build(x.shape, ([n, c, i, j]) => {
    const plane = at(x.shape, [n, c, 0, 0]);
    return windowed(height, width, i, j, weights, border, (position) => x.data[plane + position]);
  });
}

/** dx of a linear map y = f(x), from f alone: a unit picture for every pixel. */
export function transposed(shape: readonly number[], dy: NdArray, map: (x: NdArray) => NdArray): NdArray {
  const zero = build(shape, () => 0);
  return build(shape, (index) => {
    const position = at(shape, index);
    zero.data[position] = 1;
    const product = map(zero).data.reduce((sum, value, k) => sum + value * dy.data[k], 0);
    zero.data[position] = 0;
    return product;
  });
}

/** Gradient of Σ weights · map(x) by x, by central differences of a float64 function: for references of gradients. */
export function slopes(x: NdArray, step: number, total: (x: NdArray) => number): NdArray {
  const moved: NdArray = { shape: x.shape, data: x.data.slice() };
  return build(x.shape, (index) => {
    const position = at(x.shape, index);
    const from = x.data[position];
    moved.data[position] = from + step;
    const up = total(moved);
    moved.data[position] = from - step;
    const down = total(moved);
    moved.data[position] = from;
    return (up - down) / (2 * step);
  });
}
