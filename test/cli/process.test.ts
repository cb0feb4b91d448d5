// The built program as a process: signals, kill -9 and resume, pipes that close, the time it takes to start.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeData } from '../../src/cli/demo/make.ts';
import { readSafetensors } from '../../src/nn/safetensors.ts';
import { program, spawned } from '../support/cli.ts';

const root = mkdtempSync(join(tmpdir(), 'blemish-process-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);
const data = at('surfaces');
const tiny = ['--size', '32', '--set', 'width=8', '--set', 'levels=1', '--set', 'blocks=1', '--set', 'reach=0', '--seed', '3'];
const training = (out: string, ...more: string[]) => ['train', 'ssae', join(data, 'woven'), '-o', out, ...tiny, ...more];

beforeAll(async () => {
  await makeData(data, { size: 32, seed: 5, train: 12, good: 2, defective: 1 });
});

/** Names and bytes of the weights in a model file. */
async function weightsOf(path: string): Promise<[string, Buffer][]> {
  const { state } = await readSafetensors(path);
  return [...state].map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

describe('interrupts', () => {
  it('end a training cleanly at the first signal, with a checkpoint that --resume goes on from', async () => {
    const out = at('interrupted.blemish');
    let sent = false;
    const { code, err } = await spawned(training(out, '--steps', '100000'), {
      watch(child, err) {
        if (!sent && err.includes('training')) sent = child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(err).toContain('the same command with --resume goes on from there');
    expect(err.trimEnd().split('\n').at(-1)).toBe('blemish train: interrupted');
    expect(statSync(`${out}.checkpoint`).size).toBeGreaterThan(1000);
  });

  it('end everything at once at the second', async () => {
    let signals = 0;
    const { code, by, err } = await spawned(training(at('twice.blemish'), '--steps', '100000'), {
      watch(child, err) {
        if (signals || !err.includes('training')) return;
        signals = 2;
        child.kill('SIGINT');
        // One turn of its loop later, so that the two do not become one.
        setTimeout(() => child.kill('SIGINT'), 20);
      },
    });
    // A process that has just ended cleanly no longer listens; then the second signal itself ends it.
    expect(by ?? code).toBeOneOf([130, 'SIGINT']);
    expect(err).not.toContain('should not have happened');
  });
});

describe('kill -9', () => {
  it('costs at most what came after the last checkpoint: the weights are those of a training left alone', async () => {
    const steps = ['--steps', '40', '--quiet'];
    const whole = at('whole.blemish');
    expect((await spawned(training(whole, ...steps))).code).toBe(0);
    // Interrupted once, so that there is a checkpoint; then resumed and killed while it goes on; then resumed to the end.
    const out = at('killed.blemish');
    let sent = false;
    await spawned(training(out, '--steps', '40'), {
      watch(child, err) {
        if (!sent && err.includes('training')) sent = child.kill('SIGINT');
      },
    });
    const before = readFileSync(`${out}.checkpoint`);
    let killed = false;
    const { by } = await spawned(training(out, '--steps', '40', '--resume'), {
      watch(child, err) {
        if (!killed && err.includes('training')) killed = child.kill('SIGKILL');
      },
    });
    expect([by, killed]).toEqual(['SIGKILL', true]);
    expect(readFileSync(`${out}.checkpoint`).equals(before)).toBe(true);
    expect((await spawned(training(out, ...steps, '--resume'))).code).toBe(0);
    expect(await weightsOf(out)).toEqual(await weightsOf(whole));
  });
});

describe('pipes', () => {
  it('that nobody reads to the end are no failure', async () => {
    const line = `"${process.execPath}" "${program}" --help | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
    expect(stdout).toBe('Usage: blemish <verb> [words] [flags]\n0\n');
  });
});

describe('the start', () => {
  // The promise is 150 ms where Node.js alone takes 40; measured in turns, so that a busy machine slows both. Half as much again passes.
  const most = 6;

  it.each([['--help'], ['--version'], ['methods'], ['train', '--help']])('of %s takes no time', async (...words) => {
    const [own, bare]: [number[], number[]] = [[], []];
    for (let i = 0; i < 3; i++) {
      const begun = performance.now();
      expect((await spawned(words)).code).toBe(0);
      const between = performance.now();
      expect(spawnSync(process.execPath, ['-e', '0']).status).toBe(0);
      own.push(between - begun);
      bare.push(performance.now() - between);
    }
    expect(Math.min(...own) / Math.min(...bare)).toBeLessThan(most);
  });

  it('loads neither the addon nor libvips for help', () => {
    const script = `process.argv = ['node', 'blemish', '--help'];
      const { readFileSync } = await import('node:fs');
      await import(${JSON.stringify(program)});
      const mapped = readFileSync('/proc/self/maps', 'utf8').match(/addon\\.node|blemish\\.node|libvips|libdnnl|sharp/g) ?? [];
      process.stderr.write(JSON.stringify([...new Set(mapped)]));`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stderr).toBe('[]');
  });
});
