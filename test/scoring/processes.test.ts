// Detectors in processes and threads of their own, and files that are written by someone who is killed.
import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { load } from '../../src/scoring/detector.ts';
import { toyDetector, toyMethod, toyPictures } from '../support/toy-method.ts';

const script = (name: string) => join(packageRoot(), 'test/scoring/children', name);
async function child(name: string, args: (string | number)[] = [], env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script(name), ...args.map(String)], {
    env: { ...process.env, OMP_NUM_THREADS: '2', ...env },
    maxBuffer: 1 << 26,
    timeout: 100_000,
  });
  return JSON.parse(stdout);
}

let folder = '';
let path = '';
/** As the process that fitted the detector saw them. */
const truth: { score: number; pValue: number | null; anomalous: boolean | null }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-'));
  path = join(folder, 'toy.blemish');
  using detector = toyDetector(6);
  await detector.calibrate(toyPictures(19, 50), { falseAlarmRate: 0.1 });
  for await (const result of detector.score(toyPictures(40, 700))) {
    if (result.error) throw new Error(result.error.message);
    truth.push({ score: result.score, pValue: result.pValue, anomalous: result.anomalous });
  }
  await detector.save(path);
});
afterAll(() => rm(folder, { recursive: true }));

type Report = { results: { score: number; pValue: number; anomalous: boolean; map: string }[]; liveTensors: number; liveBytes: number };

describe('another process', () => {
  it('gives the same scores bit for bit, whatever the batch and the number of threads, and leaves nothing', async () => {
    const reports = (await Promise.all([child('score.mjs', [path, 40]), child('score.mjs', [path, 40, 3], { OMP_NUM_THREADS: '1' })])) as Report[];
    for (const { results, liveTensors, liveBytes } of reports) {
      expect(results.map(({ map: _, ...rest }) => rest)).toEqual(truth);
      expect(results).toEqual(reports[0].results);
      expect([liveTensors, liveBytes]).toEqual([0, 0]);
    }
  });

  it('gives the same bits alone and in a batch where kernels do not: without AVX-512', async () => {
    const report = (await child('dilated.mjs', [], { BLEMISH_ISA: 'avx2', DNNL_MAX_CPU_ISA: 'AVX2' })) as { same: boolean; straight: boolean; joined: number };
    expect(report.same).toBe(true);
    // One trial if the kernels add up differently; all but the first few batches together if they do not.
    if (report.straight) expect(report.joined).toBeGreaterThan(1);
    else expect(report.joined).toBe(1);
  });
});

describe('worker threads', () => {
  it('score with detectors of their own, and may be terminated while they do', async () => {
    type Scores = { list: number[]; liveTensors: number };
    const { workers, main, failures } = (await child('workers.mjs', [path, 40, 8])) as { workers: Scores[]; main: Scores; failures: string[] };
    const list = truth.map(({ score }) => score);
    expect([...workers, main]).toEqual([0, 1, 2].map(() => ({ list, liveTensors: 0 })));
    expect(failures).toEqual([]);
  });
});

describe.each(['threshold', 'save'] as const)('a process that is killed while it writes the %s', (what) => {
  it('leaves a file with the old threshold or the new one, and the same weights', async () => {
    const file = join(folder, `${what}.blemish`);
    await copyFile(path, file);
    const old = (await readFile(path)).subarray(-4096);
    for (let round = 0; round < 5; round++) {
      const writer = spawn(process.execPath, [script('write.mjs'), file, what], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      });
      await new Promise((resolve, reject) => {
        writer.stdout.once('data', resolve);
        writer.once('close', (code) => reject(new Error(`the writer ended with ${code}`)));
      });
      await later((11 * round) % 29);
      writer.kill('SIGKILL');
      await new Promise((resolve) => writer.once('close', resolve));
      using detector = await load(file, { method: toyMethod });
      expect([1 / 3, -1.2345678901234568e-300]).toContain(detector.threshold);
      expect((await readFile(file)).subarray(-4096)).toEqual(old);
    }
    // What was begun and never finished lies beside the file under a name of its own.
    const names = await readdir(folder);
    expect(names.filter((name) => name.startsWith(what)).every((name) => name === `${what}.blemish` || name.endsWith('.partial'))).toBe(true);
  });
});
