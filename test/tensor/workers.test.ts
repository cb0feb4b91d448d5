// What tears environments down, fills memory or blocks the loop, each in a process of its own that runs the built files.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../bindings/native.ts';

const run = promisify(execFile);

async function child(name: string, args: string[] = [], options: { node?: string[]; env?: NodeJS.ProcessEnv } = {}): Promise<unknown> {
  const script = join(packageRoot(), 'test/tensor/children', name);
  const { stdout } = await run(process.execPath, [...(options.node ?? []), script, ...args], {
    env: { ...process.env, OMP_NUM_THREADS: '2', ...options.env },
    maxBuffer: 1 << 26,
    timeout: 170_000,
  });
  return JSON.parse(stdout);
}

describe('worker threads', () => {
  it('survives 200 that are terminated while they compute, four at a time', { timeout: 180_000 }, async () => {
    expect(await child('terminate.mjs', ['200', '4'])).toEqual({ terminated: 200, failures: [], numbers: [1, 4, 9] });
  });

  it('computes in two at once, each with a world of its own', { timeout: 60_000 }, async () => {
    const [a, b] = (await child('independent.mjs')) as { factor: number; wrong: number; live: number; begun: number; ended: number }[];
    expect([a.factor, a.wrong, a.live]).toEqual([3, 0, 0]);
    expect([b.factor, b.wrong, b.live]).toEqual([5, 0, 0]);
    // They did run side by side.
    expect(Math.min(a.ended, b.ended)).toBeGreaterThan(Math.max(a.begun, b.begun));
  });
});

describe('process.exit()', () => {
  it('in the middle of work ends the process, and nothing else', { timeout: 60_000 }, async () => {
    const script = join(packageRoot(), 'test/tensor/children/exit.mjs');
    const ends: unknown[] = [];
    for (let i = 0; i < 16; i++) {
      const { code, signal } = await run(process.execPath, [script, String(60 + 9 * i)], { env: { ...process.env, OMP_NUM_THREADS: '2' } }).then(
        () => ({ code: 0, signal: null }),
        (error: { code: number | null; signal: string | null }) => error,
      );
      ends.push(signal ?? code);
    }
    // Without the stream's end one in ten dies of code that was taken from under it.
    expect(ends).toEqual(Array(16).fill(7));
  });
});

describe('memory', () => {
  it('stays flat within 2 % over 100,000 cycles of making and disposing', { timeout: 180_000, retry: 2 }, async () => {
    // A machine under load lets more work pile up at once; a leak fails each time.
    // The young generation is kept small: how many megabytes of it are in use is V8's affair.
    const { resident, memory } = (await child('memory.mjs', ['100000'], { node: ['--expose-gc', '--max-semi-space-size=1'] })) as {
      resident: number[];
      memory: { liveTensors: number; liveBytes: number };
    };
    console.log(`resident memory after each fifth: ${resident.map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`).join(', ')}`);
    expect(memory).toMatchObject({ liveTensors: 0, liveBytes: 0 });
    // A leak grows from fifth to fifth; the better of the last two leaves out what the host happened to do meanwhile.
    expect(Math.min(resident[3], resident[4]) / resident[0]).toBeLessThan(1.02);
  });
});

describe('inline mode', () => {
  it('gives the same numbers, and throws at the call what otherwise comes up at the read', async () => {
    type Report = { numbers: number[]; failure: string; alive: number };
    const queued = (await child('inline.mjs')) as Report;
    const inline = (await child('inline.mjs', [], { env: { BLEMISH_INLINE: '1' } })) as Report;
    expect(queued.numbers).toHaveLength(6001);
    expect(inline.numbers).toEqual(queued.numbers);
    const message = 'gather: index 7 at position 0 is outside axis 0 of extent 3; expected 0 to 2';
    expect([queued.failure, inline.failure]).toEqual([`read: ${message}`, `call: ${message}`]);
    expect([queued.alive, inline.alive]).toEqual([0, 0]);
  });
});
