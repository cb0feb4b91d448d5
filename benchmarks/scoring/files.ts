// Scoring from JPEG files, end to end, beside its parts and beside the same model exported to ONNX and run by a plain script.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageRoot } from '../../bindings/native.ts';
import { type Hypers, resolveHypers } from '../../src/hyper.ts';
import { Detector, methods, Random } from '../../src/index.ts';
import type { Context } from '../benchmark.ts';
import { makePictures } from '../pictures.ts';
import { type Row, rounded, rowOf } from '../rows.ts';

const name = 'scoring-files';

/** What a process of its own prints. */
interface Measured {
  readonly mode: string;
  readonly skipped?: string;
  readonly picturesPerSecond?: number;
  readonly cpuMs?: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly peakRssMb: number;
}

async function measured(script: string, args: readonly string[], threads: number): Promise<Measured> {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { env, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Measured;
}

/** A detector of ssae with its defaults and the weights it begins with: the time does not depend on what it has learnt. */
async function writeModels(folder: string, size: number, batch: number): Promise<{ model: string; onnx: (count: number) => string }> {
  const method = methods.ssae;
  const input = { height: size, width: size, channels: 3, fit: 'stretch' } as const;
  const hyper = resolveHypers(method.name, method.hyper as Hypers);
  using detector = Detector.from({ method, hyper: {}, input, model: method.build(hyper, { ...input, random: new Random(1) }), provenance: {} });
  const model = join(folder, 'model.blemish');
  const onnx = (count: number) => join(folder, `model-${count}.onnx`);
  for (const count of [1, batch]) await writeFile(onnx(count), await detector.toOnnx({ batchSize: count }));
  await detector.save(model);
  return { model, onnx };
}

export async function* run(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  const [size, batch, threads, seconds] = [context.size ?? 256, context.batch ?? 8, context.threads ?? 1, 4 * (context.repeats ?? 3)];
  const folder = await mkdtemp(join(tmpdir(), 'blemish-scoring-'));
  try {
    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    await makePictures(pictures, 16, 1024);
    const { model, onnx } = await writeModels(folder, size, batch);
    const own = fileURLToPath(new URL('process.js', import.meta.url));
    const peer = join(packageRoot(), 'benchmarks/compare/onnxruntime-scoring.mjs');
    const common = ['--batch', String(batch), '--seconds', String(seconds)];
    const row = (title: string, found: Measured, extras: Record<string, unknown> = {}): Row => {
      const ms = found.p50 ?? 1000 / (found.picturesPerSecond as number);
      const { picturesPerSecond, cpuMs, p50, p95, p99, peakRssMb } = found;
      context.say(`${title}: ${rounded(ms)} ms a picture, ${peakRssMb} MB`);
      const told = { picturesPerSecond, cpuMs, p50, p95, p99 };
      const given = Object.fromEntries(Object.entries(told).flatMap(([key, value]) => (value === undefined ? [] : [[key, rounded(value)]])));
      return rowOf({ name, case: title, device: 'cpu', threads, timing: { ms, spread: 0, minMs: ms } }, { ...given, peakRssMb, ...extras });
    };
    const ours = async (mode: string) => measured(own, [mode, model, pictures, ...common], threads);
    const [read, compute, files, maps] = [await ours('read'), await ours('compute'), await ours('files'), await ours('maps')];
    yield row('read alone: from file to input', read);
    yield row('compute alone: pixels at the input’s extents', compute);
    const slower = Math.min(read.picturesPerSecond!, compute.picturesPerSecond!);
    const shares = { ofSlower: rounded(files.picturesPerSecond! / slower), ofBothCpu: rounded((read.cpuMs! + compute.cpuMs!) / files.cpuMs!) };
    yield row('end to end, scores', files, shares);
    yield row('end to end, scores, maps and regions', maps);
    yield row('one picture at a time, from file', await ours('latency'));
    yield row('one picture at a time, from pixels', await ours('latency-pixels'));
    if (context.compare === false) return;
    for (const mode of ['loop', 'batches', 'whole', 'latency']) {
      const args = [mode, onnx(mode === 'latency' ? 1 : batch), pictures, '--threads', String(threads), '--seconds', String(seconds)];
      const theirs = await measured(peer, args, threads);
      if (theirs.skipped) return context.say(`${name}: ${theirs.skipped}`);
      const title = `sharp and onnxruntime-node, ${mode}`;
      const times =
        mode === 'latency'
          ? {}
          : { oursTimesAsFast: rounded(files.picturesPerSecond! / theirs.picturesPerSecond!), oursTimesAsFastByCpu: rounded(theirs.cpuMs! / files.cpuMs!) };
      yield row(title, theirs, times);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const entry = { name, groups: ['scoring'], run };
