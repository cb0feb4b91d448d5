// The demo as a newcomer runs it: built code in a process of its own, its exit code, its words, the report and the model.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../src/scoring/detector.ts';
import { type Ran, spawned } from '../support/cli.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-demo-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);
const kinds = ['brushed', 'grained', 'perforated', 'woven'];

describe('npm run demo -- --quick', { timeout: 240_000 }, () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await spawned(['demo', '--quick', '--out', at('made')]);
  }, 240_000);

  it('goes the whole way', () => {
    expect({ code: ran.code, err: ran.code ? ran.err : '' }).toEqual({ code: 0, err: '' });
    for (const kind of [...kinds, 'mean']) expect(ran.out).toMatch(new RegExp(`^${kind} +\\d+ +[01]\\.\\d{4} `, 'm'));
    expect(ran.out).toContain(`report  ${at('made', 'report.html')}`);
    expect(ran.err).toMatch(/^training {2}step 40\/40 {2}loss /m);
    expect(ran.err).toMatch(/pictures learnt, threshold \S+ from \d+ others; .* in all$/m);
  });

  it('leaves a report that says what it is of', () => {
    const html = readFileSync(at('made', 'report.html'), 'utf8');
    for (const word of [...kinds, 'missing_thread', 'blemish demo --quick']) expect(html).toContain(word);
    const { categories, detector, provenance } = JSON.parse(readFileSync(at('made', 'report.json'), 'utf8'));
    expect(categories.map(({ name }: { name: string }) => name)).toEqual(kinds);
    for (const { counts, image } of categories) {
      expect(counts).toMatchObject({ good: 3, abnormal: 4, masked: 4, unreadable: 0 });
      expect(image.auroc.value >= 0 && image.auroc.value <= 1).toBe(true);
    }
    expect(detector.training).toMatchObject({ steps: 40, seed: 1, failures: [] });
    expect(provenance).toMatchObject({ layout: 'mvtec', model: at('made', 'model.blemish'), root: at('made', 'surfaces') });
  });

  it('leaves a model that is calibrated', async () => {
    const detector = await load(at('made', 'model.blemish'));
    try {
      expect(detector.threshold).toBeGreaterThan(0);
      // One in five of ten of each surface.
      expect(detector.describe()).toMatchObject({ method: { name: 'ssae' }, calibration: { pictures: 8, falseAlarmRate: 1 / 9 } });
    } finally {
      detector.dispose();
    }
  });

  it('gives the same numbers for the same seed, others for another', async () => {
    const numbers = async (...more: string[]) => {
      const { code, out } = await spawned(['demo', '--quick', '--steps', '4', '--json', '--quiet', '--out', at('again'), ...more]);
      expect(code).toBe(0);
      return JSON.parse(out.replace(/"seconds":[^,}]+/g, '"seconds":0'));
    };
    const first = await numbers();
    expect(await numbers()).toEqual(first);
    expect(await numbers('--seed', '2')).not.toEqual(first);
  });

  it('takes pictures of yours, and says what cannot be measured', async () => {
    const good = await spawned(['demo', at('made', 'surfaces', 'woven', 'train', 'good'), '--quick', '--steps', '2', '--out', at('yours')]);
    expect(good.code).toBe(0);
    expect(good.err).toContain('there are no defective pictures');
    expect(existsSync(at('yours', 'report.html'))).toBe(true);
    expect(existsSync(at('yours', 'surfaces'))).toBe(false);
    const several = await spawned(['demo', at('made', 'surfaces'), '--quick', '--out', at('several')]);
    expect(several.code).toBe(2);
    expect(several.err.replaceAll(root, '')).toMatchInlineSnapshot(`
      "blemish demo: /made/surfaces has 4 categories (brushed, grained, perforated, woven); expected --category to name one (ARGUMENT_INVALID)
      "
    `);
  });

  it('stops on SIGINT with 130, without a report', async () => {
    let sent = false;
    const { code, err } = await spawned(['demo', '--quick', '--steps', '1000000', '--out', at('stopped')], {
      watch(child, err) {
        if (!sent && err.includes('step 1/')) sent = child.kill('SIGINT');
      },
    });
    expect([code, err.trimEnd().split('\n').at(-1)]).toEqual([130, 'blemish demo: interrupted']);
    expect(existsSync(at('stopped', 'report.html'))).toBe(false);
  });

  it('keeps what else lies in its folder', async () => {
    expect(readdirSync(at('made')).sort()).toEqual(['model.blemish', 'report.html', 'report.json', 'scores.csv', 'surfaces']);
    writeFileSync(at('made', 'surfaces', 'mine.txt'), 'mine');
    await spawned(['demo', '--quick', '--steps', '1', '--quiet', '--out', at('made')]);
    expect(readFileSync(at('made', 'surfaces', 'mine.txt'), 'utf8')).toBe('mine');
  });
});
