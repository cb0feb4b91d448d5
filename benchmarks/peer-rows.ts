// Rows of peers beside one of ours: the same numbers handed over in files, their results held against ours, ratios told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep, scope, type Tensor, tensor } from '../src/index.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { runPython, type SkippedRow } from './compare/peers.ts';
import { type Row, rounded, rowOf } from './rows.ts';
import { time } from './timing.ts';

/** Numbers that are handed to peers as they are. */
export interface Operand {
  data: Float32Array;
  shape: readonly number[];
}

export interface PeerTask {
  /** The benchmark's name. */
  name: string;
  title: string;
  /** A Python script of `compare`, and by what name it knows the task. */
  script: string;
  mode: string;
  /** The peer, and the Python module that has to be there. */
  peer: readonly [name: string, module: string];
  /** Numbers by name: written as `<name>.f32`, and their extents into `shape.json`. */
  operands: Record<string, Operand>;
  ours: Row;
  /** What ours arrived at, and by how much a peer may differ from it, relatively. */
  value: number;
  tolerance: number;
}

interface Theirs {
  peer: string;
  version: string;
  mode: string;
  threads: number;
  ms: number;
  spread: number;
  minMs: number;
  value: number;
  [extra: string]: unknown;
}

const known = ['peer', 'version', 'mode', 'threads', 'ms', 'spread', 'minMs', 'value', 'repeats'];

export async function* peerRows(context: Context, task: PeerTask): AsyncIterable<Row> {
  const { name, title, mode, ours, value, tolerance } = task;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    const shapes: Record<string, readonly number[]> = {};
    for (const [operand, { data, shape }] of Object.entries(task.operands)) {
      writeFileSync(join(folder, `${operand}.f32`), data);
      shapes[operand] = shape;
    }
    writeFileSync(join(folder, 'shape.json'), JSON.stringify(shapes));
    const args = [mode, '--from', folder, '--threads', `${context.threads ?? 2}`, '--repeats', `${context.repeats ?? 9}`];
    for (const row of (await runPython(...task.peer, task.script, args)) as (Theirs | SkippedRow)[]) {
      if ('skipped' in row) {
        context.say(`${title}: ${row.peer} skipped: ${row.skipped}`);
        continue;
      }
      const theirs = row as Theirs;
      const faster = rounded(theirs.ms / ours.ms!);
      const difference = Math.abs(value - theirs.value) / Math.abs(theirs.value);
      if (!(difference < tolerance))
        context.fail(`${name}: ${title} came to ${value}, by ${theirs.peer} to ${theirs.value}; expected them within ${tolerance}`);
      const who = [theirs.peer, theirs.version, theirs.mode.slice(mode.length).trim()].filter(Boolean).join(' ');
      context.say(`${title}: ${rounded(theirs.ms)} ms by ${who}; blemish takes ${ours.ms} ms and is ${faster.toFixed(1)} times as fast`);
      const { ms, spread, minMs } = theirs;
      const extras = Object.fromEntries(Object.entries(theirs).filter(([key]) => !known.includes(key)));
      const about = { name, case: `${title}, ${who}`, device: 'cpu', threads: theirs.threads, timing: { ms, spread, minMs } };
      yield { ...rowOf(about), ...extras, oursTimesAsFast: faster, difference: rounded(difference) };
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A computation of one or two operands with one peer. */
export interface PairTask extends Pick<PeerTask, 'mode' | 'peer' | 'title' | 'tolerance'> {
  operands: () => { x: Operand; y?: Operand };
  /** What of them is handed over; default f32. */
  dtype?: 'u8' | 'f64';
  /** What is timed; without y, x stands for it. */
  run: (x: Tensor, y: Tensor) => unknown;
  /** The mean of its numbers is what the peers arrive at too. */
  value: (x: Tensor, y: Tensor) => Tensor;
}

async function* besidePeer(context: Context, name: string, script: string, task: PairTask): AsyncIterable<Row> {
  const { device, threads } = context;
  const operands = task.operands();
  const upload = ({ data, shape }: Operand) => keep(tensor(data, shape, { device, dtype: task.dtype ?? 'f32' }));
  const [x, y] = [operands.x, operands.y ?? operands.x].map(upload);
  try {
    const timing = await time(() => task.run(x, y), { device, repeats: context.repeats ?? 9 });
    const numbers = scope(() => Array.from(task.value(x, y).readSync()));
    const value = numbers.reduce((a, b) => a + b, 0) / numbers.length;
    const ours = rowOf({ name, case: `${task.title}, blemish`, device, threads, timing });
    context.say(`${ours.case}: ${ours.ms} ms`);
    yield ours;
    const given: Record<string, Operand> = operands.y ? { x: operands.x, y: operands.y } : { x: operands.x };
    if (context.compare !== false) yield* peerRows(context, { ...task, name, script, operands: given, ours, value });
  } finally {
    x.dispose();
    y.dispose();
  }
}

/** A benchmark of such tasks; `script` is a Python script of `compare` that knows them. */
export function pairBenchmark(name: string, about: string, script: string, tasks: readonly PairTask[]): Benchmark {
  async function* run(context: Context): AsyncIterable<Row> {
    if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
    for (const task of tasks) yield* besidePeer(context, name, script, task);
  }
  return { name, about, entries: () => [{ name, groups: [], run }] };
}
