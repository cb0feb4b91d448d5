// Metrics of a test set of maps, from the first update to the number, beside scikit-learn on the same numbers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { metrics, Random, sync } from '../src/index.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { runPython } from './compare/peers.ts';
import { type Row, rounded, rowOf } from './rows.ts';
import { summary } from './timing.ts';

const name = 'metrics';
const maps = 100;
const side = 256;
const pixels = side * side;

/** Half of the maps have a defect: a disk, 3 % of the pixels, whose scores are larger on the whole. */
function testSet(): metrics.PixelSample[] {
  const random = new Random(1);
  const disk = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) disk[i] = Math.hypot((i % side) - 100, Math.floor(i / side) - 140) < 25 ? 255 : 0;
  return Array.from({ length: maps }, (_, n) => {
    const abnormal = n % 2 === 1;
    const map = Float32Array.from({ length: pixels }, (_, i) => random.normal() + (abnormal && disk[i] ? 1 : 0));
    return { map, width: side, height: side, mask: abnormal ? { data: disk, width: side, height: side } : null };
  });
}

async function timed(repeats: number, work: () => Promise<unknown>) {
  const samples: number[] = [];
  for (let i = -2; i < repeats; i++) {
    await sync();
    const start = performance.now();
    await work();
    if (i >= 0) samples.push(performance.now() - start);
  }
  return summary(samples);
}

/** What the package promises of each, in milliseconds on two cores. */
const promised: Readonly<Record<string, number>> = { auroc: 150, aupro: 150, aupimo: 100 };

async function* ours(context: Context, set: readonly metrics.PixelSample[]): AsyncIterable<Row> {
  const { device, threads, say } = context;
  const repeats = context.repeats ?? 9;
  const row = (title: string, timing: Awaited<ReturnType<typeof timed>>, extras: Record<string, unknown> = {}) => {
    const made = rowOf({ name, case: title, device, threads, timing }, extras);
    say(`${made.case}: ${made.ms} ms`);
    return made;
  };
  const title = `of ${maps} maps ${side}x${side}`;
  for (const key of ['auroc', 'ap', 'aupro', 'aupimo'] as const) {
    let value: number | null = null;
    const timing = await timed(repeats, async () => {
      const metric = metrics[key === 'ap' ? 'averagePrecision' : key].pixel();
      metric.update(set);
      value = await metric.value();
      metric.dispose();
    });
    yield row(`pixel ${key} ${title}`, timing, { value, ...(promised[key] ? { promisedMs: promised[key], promiseKept: timing.ms < promised[key] } : {}) });
  }
  {
    const record = new metrics.PixelRecord();
    record.update(set);
    for (const key of ['auroc', 'averagePrecision', 'aupro', 'aupimo'] as const) {
      const metric = metrics[key].pixel(record);
      const timing = await timed(Math.min(repeats, 5), () => metric.interval({ random: new Random(2) }));
      yield row(`interval of pixel ${metric.name} ${title}, 1000 resamples`, timing);
    }
    record.dispose();
  }
  const record = new metrics.ImageRecord();
  const random = new Random(3);
  for (let i = 0; i < 500; i++) record.update({ score: random.normal() + (i % 2), label: i % 2 === 1 ? 1 : 0 });
  const timing = await timed(repeats, () => metrics.imageIntervals(record, { random: new Random(2) }));
  yield row('intervals of image auroc, ap and f1Max of 500 pictures, 1000 resamples', timing);
}

async function* peers(context: Context, set: readonly metrics.PixelSample[], rows: readonly Row[]): AsyncIterable<Row> {
  if (context.compare === false) return;
  const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
  try {
    writeFileSync(join(folder, 'scores.f32'), Buffer.concat(set.map(({ map }) => Buffer.from(map.buffer))));
    writeFileSync(join(folder, 'masks.u8'), Buffer.concat(set.map(({ mask }) => Buffer.from((mask?.data as Uint8Array) ?? new Uint8Array(pixels)))));
    for (const peer of await runPython('scikit-learn', 'sklearn', 'sklearn_metrics.py', ['--from', folder])) {
      if ('skipped' in peer) {
        context.say(`${peer.peer}: skipped: ${peer.skipped}`);
        continue;
      }
      const own = rows.find((row) => row.case.startsWith(`pixel ${peer.mode} `))!;
      const value = (peer as unknown as { value: number }).value;
      const row = {
        ...own,
        case: `${own.case}, ${peer.peer} ${peer.version}`,
        threads: peer.threads,
        ms: rounded(peer.ms),
        spread: rounded(peer.spread),
        minMs: peer.minMs,
        value,
        promisedMs: null,
        promiseKept: null,
        oursTimesAsFast: rounded(peer.ms / own.ms!),
        difference: Math.abs(value - (own.value as number)),
      };
      context.say(`${row.case}: ${row.ms} ms; blemish is ${row.oursTimesAsFast} times as fast`);
      if (!(row.difference < 1e-9)) context.fail(`${name}: ${row.case} is ${value}, ours ${own.value}; expected them equal to 1e-9`);
      yield row;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* run(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  const set = testSet();
  const rows: Row[] = [];
  for await (const row of ours(context, set)) {
    rows.push(row);
    yield row;
  }
  yield* peers(context, set, rows);
}

export default {
  name,
  about: 'pixel-level metrics of a test set and their intervals, beside scikit-learn where it is installed',
  entries: () => [{ name, groups: [], run }],
} satisfies Benchmark;
