// The demo as a newcomer runs it: built code in a process of its own, its exit code, its words and its pictures.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/tensor/pictures.ts';

const program = fileURLToPath(new URL('../../dist/examples/demo.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'blemish-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function run(args: readonly string[], watch?: (child: ChildProcess, err: string) => void): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [program, ...args]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
      watch?.(child, err);
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
  });
}

interface Report {
  losses: number[];
  steps: number;
  separation: { surface: string; good: number; defective: number; auroc: number }[];
}
const reportIn = (name: string): Report => JSON.parse(readFileSync(join(folder, name, 'report.json'), 'utf8'));
const meanOf = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/examples/demo.js does not exist; expected the built files: bash scripts/setup.sh');
});

describe('npm run demo -- --quick', { timeout: 240_000 }, () => {
  it('trains, shows and leaks nothing', async () => {
    const { code, out, err } = await run(['--quick', '--seconds', '200', '--out', join(folder, 'first')]);
    expect({ code, err: err.replace(/^training .*\n/gm, '') }).toEqual({ code: 0, err: '' });
    expect(out).toContain('no tensor left');
    expect(out).toContain('no benchmark');

    const { losses, steps, separation } = reportIn('first');
    expect(losses.length).toBe(steps);
    expect(meanOf(losses.slice(-5))).toBeLessThan(0.4 * losses[0]);
    expect(separation.map((row) => row.surface)).toEqual(['woven', 'brushed', 'grained', 'perforated', 'all together']);
    for (const { good, defective, auroc } of separation) {
      expect(good).toBeGreaterThan(0);
      expect(defective).toBeGreaterThan(0);
      expect(auroc >= 0 && auroc <= 1).toBe(true);
    }
  });

  it('writes pictures that can be read', async () => {
    const sheet = await decodePicture(join(folder, 'first', 'sheet.png'));
    expect(sheet.shape).toMatchInlineSnapshot(`
      [
        1068,
        1528,
        3,
      ]
    `);
    expect((await decodePicture(join(folder, 'first', 'loss.png'))).shape).toEqual([540, 960, 3]);
    const singles = readdirSync(join(folder, 'first', 'pictures'));
    expect(singles.length).toBe(48);
    expect(singles.slice(0, 8)).toMatchInlineSnapshot(`
      [
        "01-woven-good-error.png",
        "01-woven-good-picture.png",
        "01-woven-good-reconstruction.png",
        "01-woven-good-true-mask.png",
        "02-woven-missing-thread-error.png",
        "02-woven-missing-thread-picture.png",
        "02-woven-missing-thread-reconstruction.png",
        "02-woven-missing-thread-true-mask.png",
      ]
    `);
    for (const name of singles) {
      const { data, shape } = await decodePicture(join(folder, 'first', 'pictures', name));
      expect(shape).toEqual([32, 32, 3]);
      if (name.endsWith('mask.png')) expect(new Set(data)).toEqual(new Set(name.includes('good') ? [0] : [0, 255]));
      else expect(new Set(data).size).toBeGreaterThan(8);
    }
  });

  it('gives the same losses to the last bit for the same seed, and others for another', async () => {
    const same = await run(['--quick', '--seconds', '200', '--out', join(folder, 'again')]);
    expect(same.code).toBe(0);
    expect(reportIn('again').losses).toEqual(reportIn('first').losses);
    const other = await run(['--quick', '--steps', '3', '--seed', '2', '--out', join(folder, 'other')]);
    expect(other.code).toBe(0);
    expect(reportIn('other').losses[0]).not.toBe(reportIn('first').losses[0]);
  });

  it('stops on SIGINT with 130 and writes nothing', async () => {
    let sent = false;
    const { code, err } = await run(['--quick', '--steps', '1000000', '--seconds', '200', '--out', join(folder, 'stopped')], (child, text) => {
      if (!sent && text.includes('step 1/')) sent = child.kill('SIGINT');
    });
    expect(code).toBe(130);
    expect(err).toContain('demo: interrupted; nothing was written');
    expect(existsSync(join(folder, 'stopped'))).toBe(false);
  });
});

describe('flags', () => {
  const firstLine = async (...args: string[]) => {
    const { code, err } = await run(args);
    return `${code}: ${err.split('\n')[0]}`;
  };

  it('are refused with a sentence', async () => {
    expect(await firstLine('--size', '33')).toMatchInlineSnapshot(`"2: demo: --size is 33; expected a multiple of 8"`);
    expect(await firstLine('--seconds', 'ten')).toMatchInlineSnapshot(`"2: demo: --seconds is ten; expected a whole number from 1 to 86400"`);
    expect(await firstLine('--steps')).toMatchInlineSnapshot(`"2: demo: Option '--steps <value>' argument missing"`);
    expect(await firstLine('--fast')).toMatchInlineSnapshot(`"2: demo: Unknown option '--fast'"`);
    expect(await firstLine('folder')).toMatchInlineSnapshot(`"2: demo: Unexpected argument 'folder'"`);
  });

  it('are told on request', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--seconds N');
  });
});
