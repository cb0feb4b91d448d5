// The one scale of all maps: from the threshold and normal pictures, so that a normal picture does not light up.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import type { JudgedPicture, Shot } from '../../src/evaluation/evaluation.ts';
import { heatScaleOf } from '../../src/evaluation/heat-scale.ts';
import { Random } from '../../src/tensor/random.ts';
import { madeScorer } from '../support/made-scorer.ts';

const pixels = { data: new Uint8Array(4), width: 4, height: 1, channels: 1 };
const train: Sample[] = Array.from({ length: 30 }, (_, i) => ({ name: `train/${i}`, source: pixels, label: 0, kind: 'good', mask: null }));
const shots = [0, 1].map((index) => ({ index, map: { data: Float32Array.of(5, 6, 50).map((x) => x + 10 * index), width: 3, height: 1 } })) as unknown as Shot[];
const pictures = [{ label: 1 }, { label: 0 }] as JudgedPicture[];
const maps = () => ({ score: 3, map: Float32Array.of(1, 2, 2, 3) });

describe('the scale of heat', () => {
  it('puts the threshold half-way between the middle of normal maps and hot', async () => {
    const scorer = madeScorer(maps, { pixelThreshold: 4 });
    expect(await heatScaleOf(scorer, train, pictures, shots, {}, new Random(1))).toEqual({
      low: 2,
      high: 6,
      threshold: 4,
      basis: 'the pixel threshold and maps of 12 training pictures',
    });
    expect(scorer.passes.map((pass) => pass.names.length)).toEqual([12]);
  });

  it('takes the largest number of normal maps for the threshold where there is none', async () => {
    expect(await heatScaleOf(madeScorer(maps), train, pictures, shots, {}, new Random(1))).toEqual({
      low: 2,
      high: 4,
      threshold: null,
      basis: 'maps of 12 training pictures',
    });
  });

  it('looks at good pictures of the set where training pictures are not at hand or not to be read, and only then at others', async () => {
    const lost = train.map((sample) => ({ ...sample, source: 'no/such/file.png' }));
    for (const none of [[], lost]) {
      expect(await heatScaleOf(madeScorer(maps), none, pictures, shots, {}, new Random(1))).toMatchObject({
        low: 16,
        high: 104,
        basis: 'maps of good pictures of this set',
      });
    }
    expect((await heatScaleOf(madeScorer(maps), [], pictures, shots.slice(0, 1), {}, new Random(1))).basis).toMatch(/as there are no normal ones/);
  });

  it('holds where the threshold lies below what is normal', async () => {
    const { low, high } = await heatScaleOf(madeScorer(maps, { pixelThreshold: 0.5 }), train, pictures, shots, {}, new Random(1));
    expect([low, high]).toEqual([2, 4]);
  });

  it('chooses by seed', async () => {
    const chosen = async (seed: number) => {
      const scorer = madeScorer(maps);
      await heatScaleOf(scorer, train, pictures, shots, {}, new Random(seed));
      return scorer.passes[0].names;
    };
    expect(await chosen(1)).toEqual(await chosen(1));
    expect(await chosen(1)).not.toEqual(await chosen(2));
  });
});
