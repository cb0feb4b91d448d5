// Small made pictures of a normal part, with and without a planted defect, as samples.
import type { Sample } from '../../src/data/sample.ts';
import type { RawPicture } from '../../src/tensor/pictures.ts';
import { Random } from '../../src/tensor/random.ts';

/** A striped plate with a hole in the middle, in its own light and at its own place; with a defect, a bright blot off the middle. */
export function madePart(seed: number, size: number, channels: 1 | 3 = 1, defect = false): { picture: RawPicture; mask: Uint8Array } {
  const random = new Random(seed);
  const [light, phase, blot] = [0.9 + 0.2 * random.uniform(), 6 * random.uniform(), random.split('blot')];
  const angle = 2 * Math.PI * blot.uniform();
  const [bx, by] = [size / 2 + 0.33 * size * Math.cos(angle), size / 2 + 0.33 * size * Math.sin(angle)];
  const data = new Uint8Array(size * size * channels);
  const mask = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let value = 0.55 + 0.15 * Math.sin((2 * Math.PI * x * 6) / size + phase) + 0.02 * (random.uniform() - 0.5);
      if (Math.hypot(x - size / 2, y - size / 2) < size / 8) value = 0.2;
      if (defect && Math.hypot(x - bx, y - by) < size / 10) {
        value = 0.95;
        mask[y * size + x] = 255;
      }
      for (let c = 0; c < channels; c++) data[(y * size + x) * channels + c] = Math.round(255 * Math.min(1, value * light * (1 - 0.1 * c)));
    }
  }
  return { picture: { data, width: size, height: size, channels }, mask };
}

/** Normal samples `#0` … */
export const madeNormals = (count: number, size: number, channels: 1 | 3 = 1, from = 0): Sample[] =>
  Array.from({ length: count }, (_, i) => ({ name: `#${i}`, source: madePart(from + i, size, channels).picture, label: 0, kind: 'good', mask: null }));
