// The examples, run as a user runs them, on made pictures; what they print is compared with the scores of a detector in this process.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';
import { load } from '../../src/scoring/detector.ts';
import { encodePng } from '../../src/tensor/pictures.ts';
import { fit } from '../../src/training/fit.ts';
import { raw } from '../support/service.ts';
import { toyPicture } from '../support/toy-method.ts';

const script = (name: string) => join(packageRoot(), 'dist/examples', `${name}.js`);
const env = { ...process.env, OMP_NUM_THREADS: '1' };
let folder = '';
let model = '';
/** Good pictures, one with a dark square, and a file that is no picture, with what a detector of this process says of them. */
const paths: string[] = [];
const truth = new Map<string, { score: number; anomalous: boolean | null }>();
let broken = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examples-'));
  const normal = (seed: number) => toyPicture(seed, { width: 32, height: 32 });
  const samples = Array.from({ length: 24 }, (_, i) => ({ name: `normal ${i}`, source: normal(i), label: 0 as const, kind: 'good', mask: null }));
  const hyper = { source: 'pixels', finest: 0, coarsest: 0, patch: 3 };
  using detector = await fit('pca-reconstruction', samples, { size: 32, seed: 1, hyper });
  await detector.calibrate(
    Array.from({ length: 20 }, (_, i) => normal(100 + i)),
    { falseAlarmRate: 0.05 },
  );
  model = join(folder, 'parts.blemish');
  await detector.save(model);
  for (let i = 0; i < 6; i++) {
    const { data, width, height, channels } = toyPicture(200 + i, { width: 32, height: 32, square: i === 3 });
    paths.push(join(folder, `${i}.png`));
    await writeFile(paths[i], await encodePng({ data: data as Uint8Array, shape: [height, width, channels] }));
  }
  broken = join(folder, 'broken.png');
  await writeFile(broken, 'no picture');
  using again = await load(model);
  for await (const result of again.score(paths)) {
    if (result.error) throw new Error(result.error.message);
    truth.set(result.name, { score: result.score, anomalous: result.anomalous });
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('score-folder', () => {
  it('prints a line for each picture, goes on after a bad file, and ends with 1 for an anomaly', async () => {
    const ended = await promisify(execFile)(process.execPath, [script('score-folder'), model, ...paths, broken], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    const anomalies = [...truth.values()].filter(({ anomalous }) => anomalous).length;
    expect(ended.stdout).toBe([...truth].map(([name, { score, anomalous }]) => `${name}\t${score}\t${anomalous ? 'anomalous' : 'normal'}\n`).join(''));
    expect(ended.code).toBe(anomalies ? 1 : 0);
    expect(ended.stderr).toMatch(/broken\.png: .*; expected/);
  });

  it('is about twenty lines', async () => {
    expect((await readFile(join(packageRoot(), 'examples/score-folder.ts'), 'utf8')).trim().split('\n').length).toBeLessThanOrEqual(22);
  });
});

describe('worker-pool', () => {
  it('gives every picture the score that one detector gives', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [script('worker-pool'), model, '2', ...paths], { env });
    const told = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    );
    expect(told.size).toBe(paths.length);
    for (const [name, { score }] of truth) expect(Number(told.get(name))).toBe(score);
  });
});

describe('stream-transform', () => {
  it('turns names into results, line by line and in order', async () => {
    const child = spawn(process.execPath, [script('stream-transform'), model], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(`${[...paths, broken].join('\n')}\n`);
    let text = '';
    for await (const part of child.stdout.setEncoding('utf8')) text += part;
    const results = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; score?: number; error: { code: string } | null });
    expect(results.map(({ name }) => name)).toEqual([...paths, broken]);
    for (const { name, score, error } of results.slice(0, -1)) expect([error, score]).toEqual([null, truth.get(name)?.score]);
    expect(results.at(-1)?.error?.code).toBe('PICTURE_UNKNOWN');
  });
});

describe('http-server', () => {
  it('scores what is posted, refuses what is not a picture or too long, and ends when it is told to', async () => {
    const child = spawn(process.execPath, [script('http-server'), model, '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      const line = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())));
      const { port } = JSON.parse(line.slice(line.indexOf('{'))) as { port: number };
      const post = async (body: Uint8Array | string, path = '/score') => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: new Blob([body as string]) });
        return { status: response.status, told: (await response.json()) as { score: number; anomalous: boolean; error: { code: string } } };
      };
      // All at once: several calls of one detector are under way together.
      const answers = await Promise.all(paths.map(async (path) => post(await readFile(path))));
      expect(answers.map(({ status, told }) => [status, told.score, told.anomalous])).toEqual(
        [...truth.values()].map((one) => [200, one.score, one.anomalous]),
      );
      const refused = await post('no picture');
      expect([refused.status, refused.told.error.code]).toEqual([422, 'PICTURE_UNKNOWN']);
      expect((await post('', '/score')).told.error.code).toBe('PICTURE_EMPTY');
      expect((await post('x', '/../etc/passwd')).status).toBe(404);
      // Who says how long it will be is refused at once, others when it is too long.
      const url = `http://127.0.0.1:${port}/score`;
      const head = 'POST /score HTTP/1.1\r\nHost: localhost\r\n';
      expect(await raw(url, `${head}Content-Length: ${33 << 20}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 .*TOO_LARGE/s);
      const size = (32 << 20) + 1;
      const chunk = Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n`), Buffer.alloc(size)]);
      expect(await raw(url, chunk)).toMatch(/^HTTP\/1\.1 413 .*TOO_LARGE/s);
      // Those who hang up at once harm nobody.
      const gone = new AbortController();
      const hungUp = fetch(`http://127.0.0.1:${port}/score`, {
        method: 'POST',
        body: new Blob(['x']),
        signal: gone.signal,
      }).catch(() => null);
      gone.abort();
      await hungUp;
      expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toMatchObject({ underway: expect.any(Number) });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  }, 60_000);
});
