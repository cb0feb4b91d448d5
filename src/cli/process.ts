// A program as a process: signals, pipes that close, and the exit code, around main().
import { unread } from './failure.ts';
import { main, type Program } from './main.ts';
import { exits } from './verb.ts';

/** Runs what was typed; sets the exit code and leaves the process to end by itself, so that what was written still arrives. */
export async function runProcess(program?: Program): Promise<void> {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(exits.interrupted);
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[Kending cleanly; once more ends at once\n');
      interrupt.abort();
    });
  }
  // Whoever reads a pipe may stop reading, as `head` does: that ends the work and is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    interrupt.abort(unread);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  // `process` makes its standard input when it is first asked for.
  process.exitCode = await main(process.argv.slice(2), process, interrupt.signal, program);
}
