// Maps in files: every score is read back within half a step, whatever the map holds.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { MapFolder } from '../../src/export/map-folder.ts';
import { Random } from '../../src/tensor/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'maps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const random = new Random(4);
const width = 9;
const height = 7;
const mapOf = (low: number, high: number) =>
  Float32Array.from({ length: width * height }, (_, i) => (i === 0 ? low : i === 1 ? high : low + (high - low) * random.uniform()));
const picture = (index: number, map: Float32Array) => ({ name: `part ${index}`, index, map, width, height });

/** Grey of a file, and what its chunk pCAL says of it. */
async function read(path: string) {
  const bytes = readFileSync(path);
  const from = bytes.indexOf('pCAL');
  const text = bytes.subarray(from + 4, from + 4 + bytes.readUInt32BE(from - 4)).toString('latin1');
  const [offset, range] = text
    .slice('anomaly score\0'.length + 10 + 'score\0'.length)
    .split('\0')
    .map(Number);
  const { data } = await sharp(bytes).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
  return { grey: new Uint16Array(data.buffer, data.byteOffset, data.length / 2), offset, unit: range / 65535 };
}

describe('a folder of maps', () => {
  it('gives every map a place of its own, whatever the pictures are called', async () => {
    const maps = new MapFolder(join(folder, 'places'), 0.5);
    const names = ['a', 'a-2', 'a', 'a', 'a-2'];
    const paths: string[] = [];
    for (const [index, name] of names.entries()) paths.push((await maps.write({ ...picture(index, mapOf(0, 1)), name })).path);
    expect(new Set(paths).size).toBe(names.length);
    for (const path of paths) expect(readFileSync(path).length).toBeGreaterThan(0);
  });

  it('gives scores back within half a step: below zero, far above the threshold, all alike, all zero', async () => {
    const maps = new MapFolder(folder, 0.5);
    const cases: [low: number, high: number][] = [
      [0, 0.4],
      [0, 1.9],
      [0, 250],
      [-3, 0.2],
      [0.25, 0.25],
      [0, 0],
      [-2, -1],
      [0, 1e-30],
      [0, 3e38],
    ];
    const units: number[] = [];
    for (const [i, [low, high]] of cases.entries()) {
      const map = mapOf(low, high);
      const { path, unit, offset } = await maps.write(picture(i, map));
      units.push(unit);
      const file = await read(path);
      expect([file.offset, file.unit / unit]).toEqual([offset, expect.closeTo(1, 12)]);
      map.forEach((score, at) => expect(Math.abs(offset + unit * file.grey[at] - score)).toBeLessThanOrEqual(0.5000001 * unit));
    }
    // One scale for all that fit it: the threshold is a quarter of white.
    expect(units.filter((unit) => unit === 0.5 / 16384)).toHaveLength(5);
    expect(units[2]).toBeCloseTo(250 / 65535, 10);
  });

  it('takes its scale from the first map where there is no threshold', async () => {
    const maps = new MapFolder(folder, null);
    const units: number[] = [];
    for (const [i, high] of [0, 8, 3].entries()) units.push((await maps.write(picture(20 + i, mapOf(0, high)))).unit);
    expect(units.slice(1)).toEqual([8 / 16384, 8 / 16384]);
  });

  it('keeps names apart, and within itself', async () => {
    const inner = join(folder, 'inner');
    const maps = new MapFolder(inner, 1);
    const names = ['../../etc/passwd', 'a/b.png', 'a/b.png', '#3'];
    const paths: string[] = [];
    for (const [i, name] of names.entries()) paths.push((await maps.write({ ...picture(i, mapOf(0, 1)), name })).path);
    expect(new Set(paths).size).toBe(4);
    expect(paths.every((path) => path.startsWith(`${inner}/`) && !path.includes('..'))).toBe(true);
    expect(readdirSync(inner, { recursive: true }).filter((name) => String(name).endsWith('.partial'))).toEqual([]);
  });
});
