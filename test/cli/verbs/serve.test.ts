// blemish serve as a process: its address on standard output, its log on standard error, a clean end at a signal, refusals by exit codes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeData } from '../../../src/cli/demo/make.ts';
import { namedModel } from '../../../src/cli/verbs/serve.ts';
import { cli, program, spawned } from '../../support/cli.ts';
import { get, post, toyPng } from '../../support/service.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-serve-'));
const model = join(root, 'parts.blemish');
const token = 'correct-horse-battery-staple';
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  await makeData(join(root, 'data'), { size: 32, seed: 5, train: 12, good: 1, defective: 1 });
  const { code, err } = await cli(['train', 'patch-entropy', join(root, 'data/woven'), '-o', model, '--size', '32', '--quiet']);
  expect([code, err]).toEqual([0, '']);
  writeFileSync(join(root, 'token'), `${token}\n`);
}, 120_000);

/** Starts it; `url` is what it says of itself, `ended` its exit code and all that it logged. */
async function started(...words: string[]): Promise<{ child: ChildProcess; url: string; ended: Promise<{ code: number | null; err: string }> }> {
  const child = spawn(process.execPath, [program, 'serve', ...words, '--port', '0']);
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = new Promise<{ code: number | null; err: string }>((resolve) => child.on('close', (code) => resolve({ code, err })));
  const url = await Promise.race([
    new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim()))),
    ended.then(({ err }) => Promise.reject(new Error(`it ended before it listened: ${err}`))),
  ]);
  return { child, url, ended };
}

describe('a service', { timeout: 120_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('gives the row that blemish score gives, and ends cleanly at %s', async (signal) => {
    const { child, url, ended } = await started(model);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const picture = join(root, 'data/woven/test/hole/000.png');
    const { readFile } = await import('node:fs/promises');
    const { status, body } = await post(`${url}/v1/score?name=${encodeURIComponent(picture)}`, await readFile(picture));
    expect(status).toBe(200);
    const { out } = await cli(['score', model, picture, '--json', '--quiet']);
    expect(body).toEqual(JSON.parse(out));
    child.kill(signal);
    const { code, err } = await ended;
    expect(code).toBe(0);
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ msg }) => msg === 'listening')).toMatchObject({ url, models: ['parts'], secured: false });
    expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({ route: '/v1/score', status: 200, pictures: 1 });
    expect(err).not.toContain('hole');
  });

  it('answers what was admitted before the signal', async () => {
    const { child, url, ended } = await started(model, '--batch-wait', '1500', '--quiet');
    const bytes = await toyPng(1);
    const answers = Promise.all([1, 2, 3].map(() => post(`${url}/v1/score`, bytes)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGTERM');
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await ended).toEqual({ code: 0, err: '' });
  });

  it('at another host wants a token from a file, and then from clients', async () => {
    const { code, out, err } = await spawned(['serve', model, '--host', '0.0.0.0', '--port', '0']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^blemish serve: at 0\.0\.0\.0 other machines reach the service, and it has no token; expected a token \(--token-file\), .*\(ARGUMENT_INVALID\)\n$/,
    );
    const { child, url, ended } = await started(
      'one=parts.blemish'.replace('parts.blemish', model),
      '--host',
      '0.0.0.0',
      '--token-file',
      join(root, 'token'),
      '--quiet',
    );
    const here = url.replace('0.0.0.0', '127.0.0.1');
    expect((await get(`${here}/v1/models`)).status).toBe(401);
    expect((await get(`${here}/v1/models`, { authorization: `Bearer ${token}` })).body.models[0].name).toBe('one');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });
});

describe('refusals', () => {
  it('are one line, with the exit code of what was typed', async () => {
    const refused = async (...words: string[]) => {
      const { code, out, err } = await cli(['serve', ...words]);
      expect(out).toBe('');
      return [code, err.trim().split('\n').length, /\((\w+)\)$/.exec(err.trim())?.[1]];
    };
    expect(await refused(join(root, 'none.blemish'))).toEqual([2, 1, 'MODEL_UNREADABLE']);
    expect(await refused(join(root, 'token'))).toEqual([2, 1, 'MODEL_INVALID']);
    expect(await refused(model, model)).toEqual([2, 1, 'ARGUMENT_INVALID']);
    expect(await refused(model, '--token-file', join(root, 'none'))).toEqual([2, 1, 'ENOENT']);
    expect(await refused(model, '--host', 'no.such.host.invalid', '--token-file', join(root, 'token'))).toEqual([2, 1, 'ADDRESS_UNUSABLE']);
  });
});

describe('names of models', () => {
  it('come from the file, or before =', () => {
    expect(namedModel('a/b/parts.blemish')).toEqual({ name: 'parts', path: 'a/b/parts.blemish' });
    expect(namedModel('screws-2=a/b=c.blemish')).toEqual({ name: 'screws-2', path: 'a/b=c.blemish' });
    expect(namedModel('./a=b/parts.blemish')).toEqual({ name: 'parts', path: './a=b/parts.blemish' });
    expect(() => namedModel('my parts.blemish')).toThrow('expected name=path');
  });
});
