// Samples for the metrics' tests: the integer patterns of test/golden/metrics.py, drawn masks, and the references on whole maps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../bindings/native.ts';
import type { PixelSample } from '../../src/metrics/index.ts';
import type { Random } from '../../src/tensor/random.ts';
import { areaUpTo, atLeast, falling, flooded, meanOverLog, rates } from '../ops/metrics/references.ts';

export interface Golden {
  image: { auroc: number; ap: number; f1Max: number; threshold: number };
  pixel: { auroc: number; ap: number; f1Max: number; threshold: number };
  regions: number;
  aupro: Record<string, number>;
  auproDinomaly: number;
  auproSimplenet: number;
  pimo: { lower: number; upper: number; areas: number[] }[];
}

export const golden = JSON.parse(readFileSync(join(packageRoot(), 'test/golden/metrics.json'), 'utf8')) as Golden;

/** Pictures of the golden numbers. */
export const goldenImages = Array.from({ length: 60 }, (_, i) => {
  const label: 0 | 1 = i % 3 === 0 ? 1 : 0;
  return { score: (((37 * i ** 2 + 11 * i) % 53) + 9 * label) / 8, label };
});

/** Maps of the golden numbers: of many heights, marked and not. */
export const goldenMaps: readonly PixelSample[] = Array.from({ length: 9 }, (_, p) => {
  const [height, width] = [23 + p, 31];
  const data = Uint8Array.from({ length: height * width }, (_, k) => {
    const [i, j] = [Math.floor(k / width), k % width];
    const block = (Math.floor(i / 4) + Math.floor(j / 5) + p) % 4 === 0 && Math.floor(i / 4) % 2 === 0;
    return p % 3 && (block || i === j + p) ? 255 : 0;
  });
  const map = Float32Array.from(data, (m, k) => (((7 * k ** 2 + 13 * k + 29 * p) % 251) + (m ? 60 : 0)) / 16);
  return { map, width, height, mask: p % 3 ? { data, width, height } : null, name: `map ${p}` };
});

/** A map and its mask from rows of signs: '.' is normal, others are marked. */
export function drawn(rows: readonly string[], score: (marked: boolean, position: number) => number): PixelSample {
  const [height, width] = [rows.length, rows[0].length];
  const data = Uint8Array.from(rows.join(''), (sign) => (sign === '.' ? 0 : 1));
  return { map: Float32Array.from(data, (m, k) => score(m === 1, k)), width, height, mask: { data, width, height } };
}

/** A map of one score. */
export const plain = (width: number, height: number, score: number | ((position: number) => number)): PixelSample => ({
  map: Float32Array.from({ length: width * height }, (_, k) => (typeof score === 'number' ? score : score(k))),
  width,
  height,
  mask: null,
});

/** Pictures of odd extents, marked in blobs or not, with few levels of scores, so that many tie. */
export function randomMaps(random: Random, pictures = 8, levels = 12): PixelSample[] {
  return Array.from({ length: pictures }, (_, n) => {
    const [width, height] = [5 + random.integer(20), 3 + random.integer(17)];
    const blobs = n % 2 ? Array.from({ length: 1 + random.integer(4) }, () => [random.integer(width), random.integer(height), 1 + random.integer(3)]) : [];
    const data = Uint8Array.from({ length: width * height }, (_, k) =>
      blobs.some(([x, y, r]) => Math.abs((k % width) - x) + Math.abs(Math.floor(k / width) - y) < r) ? 1 : 0,
    );
    const map = Float32Array.from(data, (m) => (random.integer(levels) + 3 * m) / 4 - 1);
    return { map, width, height, mask: n % 2 ? { data, width, height } : null };
  });
}

/** Scores of marked pixels, of the others, and 1 / size of the region of each marked one. */
export function classes(samples: readonly PixelSample[]): { positives: number[]; negatives: number[]; shares: number[] } {
  const out = { positives: [] as number[], negatives: [] as number[], shares: [] as number[] };
  for (const { map, width, height, mask } of samples) {
    const { labels, sizes } = flooded(mask?.data ?? new Uint8Array(map.length), height, width);
    map.forEach((score, k) => {
      if (!labels[k]) return out.negatives.push(score);
      out.positives.push(score);
      return out.shares.push(1 / sizes[labels[k] - 1]);
    });
  }
  return out;
}

/** AUPRO by counting at every distinct score. */
export function auproReference(samples: readonly PixelSample[], limit: number): number {
  const { positives, negatives, shares } = classes(samples);
  return areaUpTo(rates(positives, negatives, shares), limit);
}

/** AUPIMO of each marked picture by counting at every distinct score of the pictures without a mark. */
export function pimoReference(samples: readonly PixelSample[], lower: number, upper: number): number[] {
  const marked = samples.map((sample) => classes([sample]).positives);
  const normals = samples.filter((_, n) => !marked[n].length).map(({ map }) => map);
  const thresholds = falling(...normals);
  const rate = (t: number) => normals.reduce((sum, map) => sum + atLeast(map, t) / map.length, 0) / normals.length;
  return marked
    .filter((list) => list.length)
    .map((list) => {
      const points = thresholds.map((t): [number, number] => [rate(t), atLeast(list, t) / list.length]);
      return meanOverLog(points, lower, upper, list.filter((x) => x > thresholds[0]).length / list.length);
    });
}
