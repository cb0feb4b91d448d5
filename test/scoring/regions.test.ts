// Regions: every map against a plain flood fill, and what a flood fill does not say: order, number, odd maps, time.
import { describe, expect, it } from 'vitest';
import { regionsInTurns, regionsOf } from '../../src/scoring/regions.ts';
import type { Region } from '../../src/scoring/result.ts';
import { uniformSource } from '../support/cases.ts';

/** A map from rows of digits; a dot is 0. */
function mapOf(...rows: string[]): [map: Float32Array, width: number, height: number] {
  return [Float32Array.from(rows.join(''), (c) => (c === '.' ? 0 : Number(c))), rows[0].length, rows.length];
}

/** Flood fill from every pixel, slow and plain. */
function flooded(map: Float32Array, width: number, height: number, threshold: number): Region[] {
  const seen = new Set<number>();
  const found: Region[] = [];
  for (let start = 0; start < map.length; start++) {
    if (!(map[start] > threshold) || seen.has(start)) continue;
    const pixels = [start];
    seen.add(start);
    for (let i = 0; i < pixels.length; i++) {
      const [x, y] = [pixels[i] % width, Math.floor(pixels[i] / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const at = v * width + u;
          if (seen.has(at) || !(map[at] > threshold)) continue;
          seen.add(at);
          pixels.push(at);
        }
      }
    }
    const xs = pixels.map((at) => at % width);
    const ys = pixels.map((at) => Math.floor(at / width));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    found.push({ x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1, score: Math.max(...pixels.map((at) => map[at])), area: pixels.length });
  }
  return found.sort((a, b) => b.score - a.score || b.area - a.area || a.y - b.y || a.x - b.x);
}

describe('regions', () => {
  it('are the connected parts, corners included, largest score first', () => {
    const [map, width, height] = mapOf(
      '11...7', //
      '1..2..',
      '.2...3',
      '....3.',
    );
    expect(regionsOf(map, width, height, 0.5)).toEqual([
      { x: 5, y: 0, width: 1, height: 1, score: 7, area: 1 },
      { x: 4, y: 2, width: 2, height: 2, score: 3, area: 2 },
      { x: 0, y: 0, width: 2, height: 3, score: 2, area: 4 },
      { x: 3, y: 1, width: 1, height: 1, score: 2, area: 1 },
    ]);
    expect(regionsOf(map, width, height, 2).map(({ score, area }) => [score, area])).toEqual([
      [7, 1],
      [3, 2],
    ]);
    expect(regionsOf(map, width, height, 7)).toEqual([]);
  });

  it('join late: a spiral, a comb, two arms that meet in the last row', () => {
    const spiral = mapOf('11111', '....1', '111.1', '1...1', '11111');
    expect(regionsOf(...spiral, 0)).toEqual([{ x: 0, y: 0, width: 5, height: 5, score: 1, area: 17 }]);
    const comb = mapOf('1.1.1.1', '1.1.1.1', '1.1.1.1', '1111111');
    expect(regionsOf(...comb, 0)).toEqual([{ x: 0, y: 0, width: 7, height: 4, score: 1, area: 19 }]);
    const arms = mapOf('1...2', '.1.1.', '..1..');
    expect(regionsOf(...arms, 0)).toEqual([{ x: 0, y: 0, width: 5, height: 3, score: 2, area: 5 }]);
  });

  it('agree with a flood fill on maps of every density', () => {
    const uniform = uniformSource(3);
    for (let round = 0; round < 400; round++) {
      const [width, height] = [1 + Math.floor(uniform() * 24), 1 + Math.floor(uniform() * 24)];
      const levels = 1 + Math.floor(uniform() * 5);
      const map = Float32Array.from({ length: width * height }, () => Math.floor(uniform() * levels) + (round % 3 === 0 ? uniform() : 0));
      const threshold = uniform() * levels;
      expect(regionsOf(map, width, height, threshold, 10_000)).toEqual(flooded(map, width, height, threshold));
    }
  });

  it('of which no more than asked for come, the largest ones', () => {
    const uniform = uniformSource(4);
    const map = Float32Array.from({ length: 60 * 60 }, () => uniform());
    const all = flooded(map, 60, 60, 0.8);
    for (const most of [1, 2, 7, 50, all.length, all.length + 5]) expect(regionsOf(map, 60, 60, 0.8, most)).toEqual(all.slice(0, most));
    expect(regionsOf(map, 60, 60, 0.8, 0)).toEqual([]);
  });

  it('are the same when looked for in turns, and others have theirs', async () => {
    const uniform = uniformSource(5);
    const side = 1500;
    const noise = Float32Array.from({ length: side * side }, () => uniform());
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (const threshold of [0.5, 2]) expect(await regionsInTurns(noise, side, side, threshold, 20)).toEqual(regionsOf(noise, side, side, threshold, 20));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it('of odd maps: empty, one pixel, all above, negative numbers, NaN, infinity', () => {
    expect(regionsOf(new Float32Array(0), 0, 0, 0)).toEqual([]);
    expect(regionsOf(Float32Array.of(2), 1, 1, 1)).toEqual([{ x: 0, y: 0, width: 1, height: 1, score: 2, area: 1 }]);
    expect(regionsOf(new Float32Array(600).fill(1), 30, 20, 0)).toEqual([{ x: 0, y: 0, width: 30, height: 20, score: 1, area: 600 }]);
    expect(regionsOf(Float32Array.of(-3, -1, Number.NaN, -2, -5, Number.POSITIVE_INFINITY), 6, 1, -2.5)).toEqual([
      { x: 5, y: 0, width: 1, height: 1, score: Number.POSITIVE_INFINITY, area: 1 },
      { x: 1, y: 0, width: 1, height: 1, score: -1, area: 1 },
      { x: 3, y: 0, width: 1, height: 1, score: -2, area: 1 },
    ]);
  });

  it('take time in proportion to the pixels, on the worst maps too', () => {
    const time = (side: number, fill: (x: number, y: number) => number) => {
      const map = new Float32Array(side * side).map((_, i) => fill(i % side, Math.floor(i / side)));
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const begun = performance.now();
        regionsOf(map, side, side, 0.5);
        best = Math.min(best, performance.now() - begun);
      }
      return best;
    };
    // As many parts as there can be; one part that joins in the last row; diagonals that join at once.
    for (const fill of [
      (x: number, y: number) => (x % 2 === 0 && y % 2 === 0 ? 1 : 0),
      (x: number, y: number) => (x % 2 === 0 || y === 1023 ? 1 : 0),
      (x: number, y: number) => (x + y) % 2,
    ]) {
      time(256, fill);
      // 16 times the pixels; in proportion to their square it would be 256 times.
      expect(time(1024, fill)).toBeLessThan(80 * (time(256, fill) + 0.5));
    }
  });
});
