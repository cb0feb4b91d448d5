// The reference autoencoder: a training step and inference of ours, beside PyTorch and ONNX Runtime in the same run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Context } from './benchmark.ts';
import { checkWithTorch, type MeasuredRow, runPeers } from './compare/peers.ts';
import { arithmetic } from './reference-autoencoder/layer-list.ts';
import { type Row, rounded, rowOf } from './rows.ts';

const name = 'reference-autoencoder';
/** What the package promises of the event loop while it trains. */
const promisedDelayMs = 20;
/** Agreement of one forward pass with PyTorch, by relative norm; of the losses of training steps, which drift apart. */
const forwardLimit = 1e-5;
const lossLimit = 1e-3;

type Mode = 'train' | 'infer';

interface Own {
  mode: string;
  isa: string;
  threads: number;
  ms: number;
  spread: number;
  minMs: number;
  faults: number;
  systemShare: number;
  peakRssMb: number | null;
  loopDelayP99Ms?: number;
  loopDelayMaxMs?: number;
  firstLoss?: number;
  lastLoss?: number;
}

/** Runs a mode in a process of its own; what it prints last is the result. */
function inProcess<R>(args: readonly string[]): Promise<R> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'reference-autoencoder/process.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(stdout.trim().split('\n').pop()!) as R);
      else reject(new Error(`${args[0]} ended with ${code ?? signal}`));
    });
  });
}

interface Workload {
  batch: number;
  size: number;
}

async function own(context: Context, mode: Mode, { batch, size }: Workload): Promise<Row> {
  const { device, threads, repeats } = context;
  const args = [mode, '--batch', `${batch}`, '--size', `${size}`, '--repeats', `${repeats ?? (mode === 'train' ? 7 : 15)}`];
  if (threads) args.push('--threads', `${threads}`);
  const { mode: _, ms, spread, minMs, isa, threads: used, ...rest } = await inProcess<Own>(args);
  const nominal = arithmetic('nominal', mode, batch, size);
  const done = arithmetic('done', mode, batch, size);
  const ceilings = await context.ceilings();
  const row = rowOf({ name, case: titleOf(mode, batch, size, 'blemish'), device, threads: used, timing: { ms, spread, minMs }, work: { flops: nominal } });
  // The rate counts the network as written, so that it compares with the peers'; the share counts what was done.
  row.ceilingShare = rounded(done / ms / 1e6 / ceilings.gflops);
  Object.assign(row, { gflopsDone: rounded(done / ms / 1e6), gflopNominal: rounded(nominal / 1e9), gflopDone: rounded(done / 1e9), isa, ...rest });
  if (rest.loopDelayP99Ms !== undefined) {
    row.promiseKept = rest.loopDelayP99Ms < promisedDelayMs;
    if (!(rest.lastLoss! < rest.firstLoss!)) context.fail(`${name}: the loss went from ${rest.firstLoss} to ${rest.lastLoss}; expected it to fall`);
  }
  context.say(`${row.case}: ${row.ms} ms, ${row.gflops} GFLOP/s nominal, ${rest.peakRssMb} MB`);
  return row;
}

const titleOf = (mode: Mode, batch: number, size: number, who: string) => `${mode} ${batch}x3x${size}x${size}, ${who}`;

/** The peers' rows of one mode, each with how many times faster ours was. */
async function* peers(context: Context, mode: Mode, { batch, size }: Workload, ours: Row): AsyncIterable<Row> {
  if (context.compare === false) return;
  const threads = ours.threads ?? 2;
  const variants = ['--channels-last', '--keep-heap'];
  const rows = await runPeers(mode, { isa: context.isa, threads, batch, size, variants, ...(context.repeats ? { repeats: context.repeats } : {}) });
  const { gflops: ceiling } = await context.ceilings();
  for (const row of rows) {
    if ('skipped' in row) {
      context.say(`${row.peer} ${row.mode ?? mode}: skipped: ${row.skipped}`);
      if (context.compare) yield { ...empty, case: titleOf(mode, batch, size, `${row.peer} ${row.mode ?? mode}`), device: 'cpu', skipped: row.skipped };
      continue;
    }
    const faster = rounded(row.ms / ours.ms!);
    const who = peerName(row, mode);
    context.say(`${mode}: ${row.ms} ms by ${who}; blemish takes ${ours.ms} ms and is ${faster.toFixed(2)} times as fast`);
    yield {
      ...empty,
      case: titleOf(mode, batch, size, who),
      threads: row.threads,
      ms: row.ms,
      spread: row.spread,
      gflops: row.gflops,
      ceilingShare: rounded(row.gflops / ceiling),
      minMs: row.minMs,
      oursTimesAsFast: faster,
      official: row.mode === mode,
      isa: row.isa,
      faults: row.faults,
      systemShare: row.systemShare,
      peakRssMb: row.peakRssMb,
    };
  }
}

const empty: Row = { name, case: '', device: 'cpu', threads: null, ms: null, spread: null, gflops: null, gbps: null, ceilingShare: null };

function peerName(row: MeasuredRow, mode: Mode): string {
  const form = row.mode.slice(mode.length).replace(/^\+/, '').replaceAll('+', ' ');
  return [row.peer, row.version, row.peer === 'torch' ? 'eager' : '', form].filter(Boolean).join(' ');
}

/** The same weights and picture here and in PyTorch: the output in inference, and the losses of three training steps. */
async function* agreement(context: Context): AsyncIterable<Row> {
  if (context.compare === false) return;
  const folder = mkdtempSync(join(tmpdir(), 'autoencoder-'));
  try {
    await inProcess(['export', '--batch', '2', '--size', '64', '--out', folder]);
    const { losses } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { losses: number[] };
    const theirs = await checkWithTorch(folder);
    if ('skipped' in theirs) return context.say(`agreement with PyTorch: skipped: ${theirs.skipped}`);
    const lossErrors = losses.map((loss, i) => Math.abs(loss - theirs.losses[i]) / Math.abs(theirs.losses[i]));
    const agrees = theirs.relativeError < forwardLimit && lossErrors[0] < forwardLimit && lossErrors.every((error) => error < lossLimit);
    const row = {
      ...empty,
      case: `agreement with torch ${theirs.version}`,
      relativeError: rounded(theirs.relativeError),
      lossErrors: lossErrors.map(rounded),
      agrees,
    };
    context.say(`${row.case}: output differs by ${row.relativeError}, losses of three steps by ${row.lossErrors.join(' ')} (relative)`);
    if (!agrees) context.fail(`${name}: ${row.case}: expected output and first loss within ${forwardLimit}, further losses within ${lossLimit}`);
    yield row;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* run(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  const workload = { batch: context.batch ?? 8, size: context.size ?? 256 };
  for (const mode of ['train', 'infer'] as const) {
    const ours = await own(context, mode, workload);
    yield ours;
    yield* peers(context, mode, workload, ours);
  }
  yield* agreement(context);
}

export default {
  name,
  about: 'a training step and inference of one network, beside PyTorch and ONNX Runtime where they are installed',
  entries: () => [{ name, groups: [], run }],
} satisfies Benchmark;
