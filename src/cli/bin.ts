#!/usr/bin/env node
// The program: signals, pipes that close, and the exit code, around main().
import { unread } from './failure.ts';
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
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  interrupt.abort(unread);
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Left to end by itself, so that what was written still arrives. `process` makes its standard input when it is first asked for.
// Without `await`, which CommonJS, the form in which it is delivered, has at no top level.
main(process.argv.slice(2), process, interrupt.signal).then((code) => {
  process.exitCode = code;
});
