// Distances over what is usual at their position: a corner that differs in every picture is no news there.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/data/sample.ts';
import type { Detector } from '../../../src/scoring/detector.ts';
import type { RawPicture } from '../../../src/tensor/pictures.ts';
import { Random } from '../../../src/tensor/random.ts';
import { fit } from '../../../src/training/fit.ts';

const side = 64;

/** Even but for a restless upper left quarter, other in every picture; a defect is a weak dot in the even part. */
function picture(seed: number, defect: boolean): RawPicture {
  const random = new Random(seed);
  const data = new Uint8Array(side * side).fill(120);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (x < side / 2 && y < side / 2) data[y * side + x] = 30 + 200 * random.uniform();
      else data[y * side + x] = 110 + 20 * random.uniform();
      if (defect && (x - 50) ** 2 + (y - 48) ** 2 < 25) data[y * side + x] = 165;
    }
  }
  return { data, width: side, height: side, channels: 1 };
}
const normals = (count: number): Sample[] =>
  Array.from({ length: count }, (_, i) => ({ name: `n${i}`, source: picture(i, false), label: 0, kind: 'good', mask: null }));

async function scoresOf(detector: Detector, defect: boolean): Promise<number[]> {
  const scores: number[] = [];
  for await (const result of detector.score(Array.from({ length: 8 }, (_, i) => picture(500 + i, defect))))
    scores.push(result.error ? Number.NaN : result.score);
  return scores;
}
const least = (numbers: readonly number[]) => Math.min(...numbers);
const most = (numbers: readonly number[]) => Math.max(...numbers);
const hyper = { source: 'gabor', length: 'given', finest: 2, coarsest: 3, bank: 256, neighbours: 1, smooth: 0 };

describe('place=position', () => {
  it('finds what is small beside what is usual where it stands', async () => {
    using everywhere = await fit('patchcore', normals(30), { size: side, seed: 1, hyper });
    using position = await fit('patchcore', normals(30), { size: side, seed: 1, hyper: { ...hyper, place: 'position' } });
    // By distance alone the restless quarter drowns the dot in every picture.
    expect(most(await scoresOf(everywhere, false))).toBeGreaterThan(least(await scoresOf(everywhere, true)));
    expect(least(await scoresOf(position, true))).toBeGreaterThan(most(await scoresOf(position, false)));
  });

  it('compares distances as they are where there are too few pictures to hold one out', async () => {
    using detector = await fit('patchcore', normals(4), { size: side, seed: 1, hyper: { ...hyper, place: 'position' } });
    using plain = await fit('patchcore', normals(4), { size: side, seed: 1, hyper });
    expect(await scoresOf(detector, true)).toEqual(await scoresOf(plain, true));
  });
});
