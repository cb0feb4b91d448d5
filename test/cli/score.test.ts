// The verb score on a small model: files of rows, digests, interrupted runs, tiles and areas.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hypers, resolveHypers } from '../../src/hyper.ts';
import { methods } from '../../src/methods/index.ts';
import { Detector } from '../../src/scoring/detector.ts';
import { encodePng } from '../../src/tensor/pictures.ts';
import { Random } from '../../src/tensor/random.ts';
import { cli } from '../support/cli.ts';
import { toyPicture } from '../support/toy-method.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-score-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);
const scoring = at('model.blemish');
const good = at('good');
const lines = (text: string) => text.split('\n').slice(0, -1);

/** A network with the weights it begins with: its scores are as good as any here. */
beforeAll(async () => {
  const method = methods.ssae;
  const hyper = { width: 8, levels: 1, blocks: 1, reach: 0 };
  const input = { height: 32, width: 32, channels: 3, fit: 'stretch' } as const;
  const model = method.build(resolveHypers('ssae', method.hyper as Hypers, hyper), { ...input, random: new Random(1) });
  using detector = Detector.from({ method, hyper, input, model, provenance: {} });
  await detector.save(scoring);
  mkdirSync(good);
  for (let i = 0; i < 6; i++) {
    const { data, width, height, channels } = toyPicture(i + 1, { width: 32, height: 32 });
    await sharp(await encodePng({ data: data as Uint8Array, shape: [height, width, channels] })).toFile(join(good, `${i}.png`));
  }
});

describe('score', () => {
  it('writes Parquet, with digests and timings where they are asked for', async () => {
    const out = at('rows.parquet');
    const { code } = await cli(['score', scoring, good, '/no/such.png', '--out', out, '--sha256', '--timings', '--unordered', '-q']);
    expect(code).toBe(2);
    const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    expect(rows.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { index, name, code, sha256, readMs, computeMs, model } of rows) {
      expect(model).toMatch(/^ssae-[0-9a-f]{16}$/);
      if (index === 6) expect([code, sha256, readMs]).toEqual(['PICTURE_MISSING', null, null]);
      else {
        expect(sha256).toBe(createHash('sha256').update(readFileSync(name)).digest('hex'));
        expect([readMs > 0, computeMs > 0]).toEqual([true, true]);
      }
    }
  });

  it('leaves the rows of an interrupted run under a temporary name', async () => {
    const stop = new AbortController();
    const stdin = new Readable({ read() {} });
    for (const name of ['0.png', '1.png']) stdin.push(`${join(good, name)}\n`);
    const folder = at('interrupted');
    const written = () => readdirSync(folder).some((name) => readFileSync(join(folder, name), 'utf8').split('\n').length === 3);
    const timer = setInterval(() => existsSync(folder) && written() && stop.abort(), 20);
    const { code, err } = await cli(['score', scoring, '-', '--out', join(folder, 'rows.jsonl')], { stdin, signal: stop.signal });
    clearInterval(timer);
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^rows\.jsonl\..*\.partial$/)]);
    expect(written()).toBe(true);
    expect(err).toContain(`the rows so far: ${join(folder, readdirSync(folder)[0])}`);
  });

  it('does not promise to fail on anomalies that nothing tells', async () => {
    const { code, out, err } = await cli(['score', scoring, good, '--fail-on', 'anomaly', '-q']);
    expect([code, out, err.replaceAll(root, '')]).toEqual([
      2,
      '',
      'blemish score: --fail-on anomaly needs a threshold, and /model.blemish has none; expected one that blemish calibrate has set (ARGUMENT_INVALID)\n',
    ]);
  });

  it('looks at tiles and areas where it is asked to', async () => {
    const rows = async (...more: string[]) => {
      const { code, out, err } = await cli(['score', scoring, join(good, '0.png'), '--json', '-q', ...more]);
      return [code, ...(code ? [err.trim().replaceAll(root, '')] : []), ...lines(out).map((line) => JSON.parse(line))];
    };
    const [, free] = await rows();
    const [, left] = await rows('--roi', '0,0,16,32');
    const [, right] = await rows('--ignore', '0,0,16,32');
    expect(Math.max(left.score, right.score)).toBe(free.score);
    expect(Math.min(left.score, right.score)).toBeLessThan(free.score);
    mkdirSync(at('masks'));
    const grey = new Uint8Array(32 * 32).map((_, i) => (i % 32 < 16 ? 255 : 0));
    await sharp(grey, { raw: { width: 32, height: 32, channels: 1 } })
      .png()
      .toFile(at('masks', '0_mask.png'));
    expect(await rows('--roi', at('masks', '0_mask.png'))).toEqual([0, left]);
    expect(await rows('--ignore', at('masks'))).toEqual([0, right]);
    const big = at('big.png');
    await sharp(join(good, '0.png')).resize(80, 70, { kernel: 'nearest' }).png().toFile(big);
    const tiled = await cli(['score', scoring, big, '--json', '-q', '--tile']);
    expect(JSON.parse(tiled.out)).toMatchObject({ width: 80, height: 70, score: expect.any(Number) });
    // A mask that cannot be read is not left out.
    mkdirSync(at('looped'));
    symlinkSync('0.png', at('looped', '0.png'));
    expect((await rows('--roi', at('looped')))[0]).toBe(2);
    const [code, , none] = await rows('--roi', '500,0,1,1');
    expect([code, none.error.code]).toEqual([2, 'AREA_EMPTY']);
    expect((await rows('--roi', '1,2,3'))[1]).toMatch('blemish score: 1,2,3 does not exist');
    expect((await rows('--roi', '1,2,3,4', '--roi', big))[1]).toMatch('expected rectangles x,y,width,height, or one mask');
  });
});
