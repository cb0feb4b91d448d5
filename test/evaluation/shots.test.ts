// Small pictures of what was scored: frames put right, defects kept.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/data/sample.ts';
import { shotOf } from '../../src/evaluation/shots.ts';
import type { Scoring } from '../../src/scoring/result.ts';

const scoringOf = (width: number, height: number, more: Partial<Scoring> = {}): Scoring => ({
  index: 0,
  name: 'a',
  score: 1,
  pValue: null,
  anomalous: null,
  threshold: null,
  width,
  height,
  map: null,
  regions: [],
  reconstruction: null,
  error: null,
  ...more,
});
const sample = (source: Sample['source']): Sample => ({ name: 'a', source, label: 1, kind: 'hole', mask: null });

describe('a shot', () => {
  it('is everything in the same small extents', async () => {
    const [width, height] = [40, 20];
    const map = new Float32Array(width * height);
    map[7 * width + 33] = 5;
    const mask = new Uint8Array(width * height);
    mask[7 * width + 33] = 1;
    const picture = { data: new Uint8Array(width * height * 3).fill(200), width, height, channels: 3 };
    const spec = { height: 8, width: 8, channels: 3, fit: 'stretch' } as const;
    const reconstruction = { data: new Uint8Array(8 * 8 * 3).fill(90), width: 8, height: 8, channels: 3 };
    const shot = await shotOf(3, sample(picture), scoringOf(width, height, { map, reconstruction }), spec, mask, 10);
    expect(shot.index).toBe(3);
    expect([shot.picture, shot.map, shot.mask!, shot.reconstruction!].map((r) => [r.width, r.height])).toEqual(Array(4).fill([10, 5]));
    expect(new Set(shot.picture.data)).toEqual(new Set([200]));
    expect(new Set(shot.reconstruction!.data)).toEqual(new Set([90]));
    // Row 1, column 8 holds the one pixel.
    expect([...shot.map.data].flatMap((x, i) => (x === 5 ? [i] : []))).toEqual([18]);
    expect([...shot.mask!.data].flatMap((x, i) => (x ? [i] : []))).toEqual([18]);
  });

  it('keeps grey grey, deep pictures right, and what is small as it is', async () => {
    const picture = { data: Uint16Array.of(0, 65535, 32768, 13107), width: 2, height: 2, channels: 1 };
    const spec = { height: 8, width: 8, channels: 1, fit: 'stretch' } as const;
    const shot = await shotOf(0, sample(picture), scoringOf(2, 2), spec, null, 160);
    expect(shot.picture).toEqual({ data: Uint8Array.of(0, 255, 128, 51), width: 2, height: 2, channels: 1 });
    expect([shot.mask, shot.reconstruction]).toEqual([null, null]);
  });

  it('cuts a padded reconstruction down to the picture', async () => {
    // A picture twice as wide as high fills rows 2 to 5 of 8.
    const data = Uint8Array.from({ length: 64 }, (_, i) => (i >= 16 && i < 48 ? 100 : 255));
    const picture = { data: new Uint8Array(8 * 4), width: 8, height: 4, channels: 1 };
    const spec = { height: 8, width: 8, channels: 1, fit: 'pad' } as const;
    const reconstruction = { data, width: 8, height: 8, channels: 1 };
    const shot = await shotOf(0, sample(picture), scoringOf(8, 4, { reconstruction }), spec, null, 160);
    expect([shot.reconstruction!.width, shot.reconstruction!.height, ...new Set(shot.reconstruction!.data)]).toEqual([8, 4, 100]);
  });
});
