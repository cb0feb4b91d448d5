// The one entry of the benchmarks: npm run bench -- [names] [options]; `--help` tells the rest.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageRoot } from '../bindings/native.ts';
import { build, setThreads } from '../src/index.ts';
import type { Benchmark, Context, Entry } from './benchmark.ts';
import { measureCeilings } from './ceiling.ts';
import { defaultOf } from './default-of.ts';
import { type Ceilings, type Row, table } from './rows.ts';

const usage = `npm run bench -- [name ...] [options], or blemish bench [name ...] [options]

Names choose benchmarks (--list tells them), operations, their rooms or their files; a name that none has in full
chooses the operations that contain it. Without names everything runs.

  --filter TEXT     of the chosen ones, those whose name, room or file contains it
  --device cpu      cpu or cuda:0
  --threads N       threads of the CPU's kernels; default: all cores
  --repeats N       samples per figure
  --isa avx2        holds every library, the peers too, to AVX2
  --compare         measures the peers beside ours, skipped rows and all; default: where they are installed
  --no-compare      does not
  --batch N, --size N   a smaller reference network
  --json            one JSON object a line on standard output; everything else goes to standard error
  --save            also writes benchmarks/results/<date>-<machine>.json
  --list            names what there is`;

class Refusal extends Error {}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        filter: { type: 'string' },
        device: { type: 'string', default: 'cpu' },
        threads: { type: 'string' },
        repeats: { type: 'string' },
        isa: { type: 'string', default: 'native' },
        compare: { type: 'boolean' },
        batch: { type: 'string' },
        size: { type: 'string' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    } as const);
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Refusal(`--${name} is ${text}; expected a positive integer`);
  return value;
}

/** Every *.bench file beside this one, and the ceilings. */
async function benchmarks(): Promise<Benchmark[]> {
  const folder = dirname(fileURLToPath(import.meta.url));
  const files = [
    'ceiling.js',
    ...readdirSync(folder)
      .filter((name) => name.endsWith('.bench.js'))
      .sort(),
  ];
  const found: Benchmark[] = [];
  for (const file of files) found.push(await defaultOf<Benchmark>(join(folder, file)));
  return found;
}

function choose(all: readonly Benchmark[], lists: ReadonlyMap<Benchmark, readonly Entry[]>, names: readonly string[], filter: string | undefined): Entry[] {
  const known = all.flatMap((benchmark) => lists.get(benchmark)!.map((entry) => ({ entry, keys: [benchmark.name, entry.name, ...entry.groups] })));
  const has = (keys: readonly string[], part: string) => keys.some((key) => key.toLowerCase().includes(part.toLowerCase()));
  const chosen = new Set<Entry>();
  for (const name of names) {
    const exact = known.filter(({ keys }) => keys.includes(name));
    const found = exact.length ? exact : known.filter(({ entry }) => has([entry.name], name));
    if (!found.length) throw new Refusal(`there is no benchmark ${name}; expected one of those that --list names`);
    for (const { entry } of found) chosen.add(entry);
  }
  const left = known.filter(({ entry, keys }) => (!names.length || chosen.has(entry)) && (filter === undefined || has(keys, filter)));
  if (!left.length) throw new Refusal(`none of the chosen benchmarks contains ${filter}; expected a part of a name that --list gives`);
  return left.map(({ entry }) => entry);
}

const git = (...args: string[]): string | null => {
  try {
    return execFileSync('git', args, { cwd: packageRoot(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};

/** Writes what was measured, under what circumstances, to a file that did not exist. */
function save(rows: readonly Row[], ceilings: Ceilings | undefined, loadBefore: number[], failures: readonly string[]): string {
  const model = cpus()[0]?.model ?? 'unknown';
  const machine = `${model} ${cpus().length} cores`;
  const slug = machine
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const folder = join(packageRoot(), 'benchmarks/results');
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const stem = join(folder, `${date.slice(0, 10)}-${slug}`);
  let file = `${stem}.json`;
  for (let n = 2; existsSync(file); n++) file = `${stem}-${n}.json`;
  const status = git('status', '--porcelain', '--untracked-files=no');
  const record = {
    revision: git('rev-parse', 'HEAD'),
    changedSince: status === null ? null : status !== '',
    date,
    arguments: process.argv.slice(2),
    machine: {
      processor: model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${release()}`,
      node: process.versions.node,
    },
    loadAverage: { before: loadBefore, after: loadavg() },
    build: build(),
    ceilings: ceilings ? { gflops: ceilings.gflops, gbps: ceilings.gbps } : null,
    failures,
  };
  const body = JSON.stringify(record, null, 2).slice(0, -2);
  writeFileSync(file, `${body},\n  "rows": [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]\n}\n`, { flag: 'wx' });
  return file;
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function main(): Promise<number> {
  const { values, positionals } = options();
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.isa !== 'native' && values.isa !== 'avx2') throw new Refusal(`--isa is ${values.isa}; expected native or avx2`);
  if (values.isa === 'avx2' && process.env.BLEMISH_ISA !== 'avx2') {
    // Libraries read these when they are loaded, so a process of its own is needed.
    const env = { ...process.env, BLEMISH_ISA: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2', DNNL_MAX_CPU_ISA: 'AVX2' };
    return spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env }).status ?? 1;
  }
  const all = await benchmarks();
  const lists = new Map<Benchmark, readonly Entry[]>();
  for (const benchmark of all) lists.set(benchmark, await benchmark.entries());
  if (values.list) {
    for (const benchmark of all) {
      const names = lists.get(benchmark)!.map((entry) => entry.name);
      console.log(`${benchmark.name}: ${benchmark.about}${names.length > 1 ? `\n  ${names.join(' ')}` : ''}`);
    }
    return 0;
  }
  const chosen = choose(all, lists, positionals, values.filter);
  const threads = whole('threads', values.threads);
  if (threads) setThreads(threads);
  const { isa, onednn, onednnIsa, ...rest } = build();
  const load = loadavg();
  say(`${isa}, oneDNN ${onednn} (${onednnIsa}), ${threads ?? rest.threads} threads, load average ${load.map((x) => x.toFixed(1)).join(' ')}`);

  const failures: string[] = [];
  let ceilings: Promise<Ceilings> | undefined;
  const context: Context = {
    device: values.device,
    threads: values.device === 'cpu' ? (threads ?? rest.threads) : null,
    repeats: whole('repeats', values.repeats),
    isa: values.isa,
    compare: values.compare,
    batch: whole('batch', values.batch),
    size: whole('size', values.size),
    ceilings() {
      ceilings ??= measureCeilings(context);
      return ceilings;
    },
    say,
    fail(text) {
      failures.push(text);
      say(`FAILED ${text}`);
    },
  };
  const rows: Row[] = [];
  for (const entry of chosen) {
    try {
      for await (const row of entry.run(context)) {
        rows.push(row);
        if (values.json) console.log(JSON.stringify(row));
      }
    } catch (error) {
      context.fail(`${entry.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (!values.json) console.log(table(rows));
  const measured = await ceilings;
  if (measured)
    say(`ceilings of this run: ${measured.gflops.toFixed(0)} GFLOP/s, ${measured.gbps.toFixed(1)} GB/s; load average now ${loadavg()[0].toFixed(1)}`);
  if (values.save) say(`written: ${save(rows, measured, load, failures)}`);
  if (failures.length) say(`${failures.length} failed`);
  return failures.length ? 1 : 0;
}

// Without `await`, which CommonJS, the form in which the package delivers it, has at no top level.
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    say(`bench: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  },
);
