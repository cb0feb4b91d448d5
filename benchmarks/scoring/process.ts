// One way of scoring in a process of its own, so that its peak memory is that way's alone.
//
//   node process.js files|maps|read|compute|latency|latency-pixels MODEL FOLDER [--batch 8] [--seconds 8]
//
// Prints one JSON object: pictures a second after a warm-up, processor time for each, highest resident memory, and for latencies their percentiles.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { inFlight } from '../../src/data/in-flight.ts';
import { toInput } from '../../src/data/input.ts';
import { Detector, type Pictures, type RawPicture, readPicture, type ScoreOptions, scope, sync } from '../../src/index.ts';
import { quantile } from '../timing.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { batch: { type: 'string', default: '8' }, seconds: { type: 'string', default: '8' } },
});
const [mode, model, folder] = positionals;
const batchSize = Number(values.batch);
const milliseconds = 1000 * Number(values.seconds);
const roundLength = 48;
const paths = readdirSync(folder).map((name) => join(folder, name));

const detector = await Detector.load(model);

interface Rate {
  readonly pictures: number;
  readonly picturesPerSecond: number;
  /** Processor time a picture, all threads together, in the best of the rounds: what others do on the machine hardly shows in it. */
  readonly cpuMs: number;
}

/** Over and over for the time that was asked for, after a fifth of it that does not count. */
async function rate(round: () => Promise<number>): Promise<Rate> {
  const warm = performance.now() + milliseconds / 5;
  while (performance.now() < warm) await round();
  const begun = performance.now();
  let pictures = 0;
  let cpuMs = Number.POSITIVE_INFINITY;
  while (performance.now() < begun + milliseconds) {
    const before = process.cpuUsage();
    const count = await round();
    const { user, system } = process.cpuUsage(before);
    cpuMs = Math.min(cpuMs, (user + system) / 1000 / count);
    pictures += count;
  }
  return { pictures, picturesPerSecond: (1000 * pictures) / (performance.now() - begun), cpuMs };
}

async function scoreAll(sources: Pictures, options: ScoreOptions): Promise<number> {
  let done = 0;
  for await (const { error } of detector.score(sources, { batchSize, ...options })) {
    if (error) throw new Error(error.message);
    done++;
  }
  return done;
}

/** Pixels at the network's extents: nothing is left to do but to compute. */
async function small(): Promise<RawPicture[]> {
  const { height, width, channels } = detector.input;
  const list: RawPicture[] = [];
  for (const path of paths.slice(0, 8)) {
    const picture = await readPicture(path);
    const data = scope(() => ({ reading: toInput(picture, detector.input).x.read() })).reading;
    const planes = await data;
    const pixels = Uint8Array.from({ length: height * width * channels }, (_, i) =>
      Math.round(255 * planes[(i % channels) * height * width + Math.floor(i / channels)]),
    );
    list.push({ data: pixels, width, height, channels });
  }
  return list;
}

const many = <T>(list: readonly T[], count: number): T[] => Array.from({ length: count }, (_, i) => list[i % list.length]);

async function read(): Promise<number> {
  const inputs = inFlight(many(paths, roundLength), Math.min(8, paths.length), async (path) => {
    const picture = await readPicture(path);
    scope(() => void toInput(picture, detector.input));
  });
  let done = 0;
  for await (const _ of inputs) done++;
  await sync();
  return done;
}

async function latency(sources: readonly (string | RawPicture)[]): Promise<Record<string, number>> {
  const times: number[] = [];
  let before = process.cpuUsage();
  const begun = performance.now();
  for (let i = 0; performance.now() < begun + milliseconds || i < 50; i++) {
    const start = performance.now();
    await scoreAll(sources[i % sources.length], { batchSize: 1, maps: false });
    if (i >= 10) times.push(performance.now() - start);
    else before = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(before);
  return {
    pictures: times.length,
    cpuMs: (user + system) / 1000 / times.length,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
  };
}

const ways: Record<string, () => Promise<object>> = {
  files: () => rate(() => scoreAll(many(paths, roundLength), { maps: false })),
  maps: () => rate(() => scoreAll(many(paths, roundLength), {})),
  read: () => rate(read),
  async compute() {
    const pictures = many(await small(), roundLength);
    return rate(() => scoreAll(pictures, { maps: false }));
  },
  latency: () => latency(paths),
  'latency-pixels': async () => latency(await small()),
};
const result = await ways[mode]();
detector.dispose();
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(JSON.stringify({ mode, ...result, peakRssMb: peak && Math.round(Number(peak[1]) / 102.4) / 10 }));
