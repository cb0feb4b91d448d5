// blemish bench: times kernels and workloads on this machine, in a process of their own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BlemishError } from '../../errors.ts';
import { text, toggle, whole, word } from '../flags.ts';
import { defineVerb, exits } from '../verb.ts';

export const bench = defineVerb({
  name: 'bench',
  summary: 'times kernels, training steps, scoring and metrics on this machine, beside what it could do at best',
  details:
    'Without names everything is measured, which takes many minutes. Peers in Python are measured too where they are installed and the package is a checkout.\n' +
    "Every row of a kernel says its share of this machine's ceiling (copy bandwidth or matrix rate), measured in the same run. Ends with 1 where something could not be measured.",
  operands: [{ name: 'what', meaning: 'benchmarks, operations, their rooms or files; --list names them', optional: true, many: true }],
  flags: {
    filter: text('--filter <text>', 'of those, the ones whose name, room or file contains it'),
    list: toggle('--list', 'names what there is'),
    json: toggle(
      '--json',
      'one object a line: {"name", "case", "device", "threads", "ms", "spread", "gflops", "gbps", "ceilingShare"}; null where it does not apply',
    ),
    threads: whole('--threads <n>', 1, 1024, undefined, 'threads of the kernels (default: all cores)'),
    repeats: whole('--repeats <n>', 1, 10000, undefined, 'samples per figure'),
    isa: word('--isa <set>', ['native', 'avx2'], 'native', 'instruction set that every library is held to'),
    alone: toggle('--no-compare', 'without the peers'),
  },
  examples: ['blemish bench --list', 'blemish bench conv2d ssimMap', 'blemish bench patches --filter nearest --json'],
  async run({ words, flags, signal }) {
    const script = fileURLToPath(new URL('../../../benchmarks/run.js', import.meta.url));
    if (!existsSync(script))
      throw new BlemishError('RUNTIME_MISSING', `bench: ${script} is not there; expected a complete package, or a checkout after npm test or npm run bench`);
    const given = (name: string, value: unknown) => (value === undefined ? [] : [`--${name}`, String(value)]);
    const on = (name: string, value: boolean) => (value ? [`--${name}`] : []);
    const args = [
      ...words,
      ...given('filter', flags.filter),
      ...given('threads', flags.threads),
      ...given('repeats', flags.repeats),
      ...given('isa', flags.isa),
      ...on('list', flags.list),
      ...on('json', flags.json),
      ...on('no-compare', flags.alone),
    ];
    const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
    // A measurement in the middle of a kernel listens to nobody.
    const stop = () => child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    return code ?? exits.internal;
  },
});
