// blemish update: a model file and more pictures in, another model file out.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Detector } from '../../../src/scoring/detector.ts';
import { encodePng } from '../../../src/tensor/pictures.ts';
import { cli } from '../../support/cli.ts';
import { madePart } from '../../support/made-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'update-verb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  for (const [name, from] of [
    ['first', 0],
    ['more', 10],
  ] as const) {
    mkdirSync(at(name));
    for (let i = 0; i < 4; i++) {
      const { data, width, height, channels } = madePart(from + i, 32).picture;
      writeFileSync(join(at(name), `${i}.png`), await encodePng({ data: data as Uint8Array, shape: [height, width, channels] }));
    }
  }
});

describe('update', () => {
  it('writes a model that has seen more, and leaves the first', async () => {
    const trained = await cli(['train', 'padim', at('first'), '-o', at('1.blemish'), '--set', 'source=haar', '--size', '32', '--quiet']);
    expect([trained.code, trained.err]).toEqual([0, '']);
    const { code, out } = await cli(['update', at('1.blemish'), at('more'), '-o', at('2.blemish'), '--json', '--quiet']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ model: at('2.blemish'), method: 'padim', images: 4 });
    using detector = await Detector.load(at('2.blemish'));
    expect(detector.provenance.updates).toMatchObject([{ images: 4 }]);
    using before = await Detector.load(at('1.blemish'));
    expect(before.provenance.updates).toBeUndefined();
  });

  it('says what cannot be updated', async () => {
    const { code, err } = await cli(['update', at('nothing.blemish'), at('more'), '-o', at('3.blemish'), '--quiet']);
    expect([code, err.trim().split('\n').length]).toEqual([2, 1]);
    expect(err).toMatch('MODEL_UNREADABLE');
  });
});
