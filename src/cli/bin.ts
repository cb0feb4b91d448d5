#!/usr/bin/env node
// The program: signals, pipes that close, and the exit code, around main().
import { main } from './main.ts';
import { exits } from './verb.ts';

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (interrupt.signal.aborted) process.exit(exits.interrupted);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[Kending cleanly; once more ends at once\n');
    interrupt.abort();
  });
}

// Whoever reads a pipe may stop reading, as `head` does: that ends the work and is no failure.
let unread = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  unread = true;
  interrupt.abort();
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Left to end by itself, so that what was written still arrives. `process` makes its standard input when it is first asked for.
const exit = await main(process.argv.slice(2), process, interrupt.signal);
process.exitCode = unread ? exits.fine : exit;
