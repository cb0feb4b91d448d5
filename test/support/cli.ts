// The command line under test: called in this process, or the built program in one of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Streams } from '../../src/cli/console.ts';
import { main, type Program } from '../../src/cli/main.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly stdin?: string | Readable;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** Columns of the terminal that both outputs are; absent: they are none. */
  readonly terminal?: number;
  /** Sees all of both outputs whenever one of them grows. */
  readonly watch?: (out: string, err: string) => void;
  /** Whose verbs these are; default the package's own. */
  readonly program?: Program;
}

/** Runs one command line in this process. */
export async function cli(words: readonly string[], { stdin = '', env = {}, signal, terminal, watch, program }: RunOptions = {}): Promise<Ran> {
  const texts = ['', ''];
  const stream = (which: 0 | 1) =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          texts[which] += chunk;
          watch?.(texts[0], texts[1]);
          done();
        },
      }),
      terminal === undefined ? {} : { isTTY: true, columns: terminal },
    );
  const input = typeof stdin === 'string' ? Readable.from(stdin ? [stdin] : [], { objectMode: false }) : stdin;
  const streams: Streams = { stdin: input as Streams['stdin'], stdout: stream(0), stderr: stream(1), env };
  const code = await main(words, streams, signal ?? new AbortController().signal, program);
  return { code, out: texts[0], err: texts[1] };
}

export const program = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));

export interface SpawnOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  /** Another built program than the package's own. */
  readonly script?: string;
  /** Sees all of standard error whenever it grows, and may send signals. */
  readonly watch?: (child: ChildProcess, err: string) => void;
}

/** Runs the built program in a process of its own; `by` is the signal that ended it, if one did. */
export function spawned(
  words: readonly string[],
  { cwd, stdin = '', env = {}, script = program, watch }: SpawnOptions = {},
): Promise<Ran & { by: string | null }> {
  if (!existsSync(script)) throw new Error(`${script.slice(script.lastIndexOf('dist/'))} does not exist; expected the built files: bash scripts/setup.sh`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, ...words], { cwd, env: { ...process.env, ...env } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
      watch?.(child, err);
    });
    child.on('error', fail);
    child.on('close', (code, by) => done({ code, by, out, err }));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
