// The same model from files by a straightforward script: sharp decodes and resizes, onnxruntime-node computes.
//
//   node onnxruntime-scoring.mjs loop|batches|whole|latency MODEL.onnx FOLDER [--batch 8] [--threads 1] [--seconds 8]
//
// `loop`: one picture after the other, as a first script has it. `batches`: a batch is decoded at once, then computed. `whole`: as `batches`,
// with the pictures decoded whole, as ours are, where sharp would decode a JPEG at a half or a quarter of its size. Prints one JSON object.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { batch: { type: 'string', default: '8' }, threads: { type: 'string', default: '1' }, seconds: { type: 'string', default: '8' } },
});
const [mode, model, folder] = positionals;
const milliseconds = 1000 * Number(values.seconds);

let ort;
try {
  ort = createRequire(import.meta.url)('onnxruntime-node');
} catch (error) {
  const [line] = String(error.message).split('\n');
  console.log(JSON.stringify({ mode, skipped: `onnxruntime-node cannot be loaded (${line}); install it with: bash benchmarks/compare/setup-peers.sh` }));
  process.exit(0);
}
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: Number(values.threads), interOpNumThreads: 1, graphOptimizationLevel: 'all' });
const [batch, channels, height, width] = session.inputMetadata[0].shape;
const paths = readdirSync(folder).map((name) => join(folder, name));

async function decoded(path) {
  if (mode !== 'whole') return sharp(path);
  // Decoded by a pipeline of its own: sharp then cannot decode at a smaller size.
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
}

async function planes(path, into, at) {
  const data = await (await decoded(path)).resize(width, height, { fit: 'fill', kernel: 'linear' }).removeAlpha().raw().toBuffer();
  const plane = height * width;
  for (let i = 0; i < plane; i++) for (let c = 0; c < channels; c++) into[at + c * plane + i] = data[i * channels + c] / 255;
}

async function score(list) {
  const input = new Float32Array(batch * channels * height * width);
  const size = channels * height * width;
  if (mode === 'batches' || mode === 'whole') await Promise.all(list.map((path, i) => planes(path, input, i * size)));
  else for (const [i, path] of list.entries()) await planes(path, input, i * size);
  const { score: scores } = await session.run({ images: new ort.Tensor('float32', input, [batch, channels, height, width]) }, ['score']);
  return scores.data;
}

const take = (i) => Array.from({ length: batch }, (_, k) => paths[(i * batch + k) % paths.length]);
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const times = [];
let pictures = 0;
let begun = 0;
let cpuMs = Number.POSITIVE_INFINITY;
const warm = performance.now() + milliseconds / 5;
for (let i = 0; ; i++) {
  const start = performance.now();
  if (start > warm) begun ||= start;
  if (begun && start > begun + milliseconds) break;
  const used = process.cpuUsage();
  await score(take(i));
  if (!begun) continue;
  const { user, system } = process.cpuUsage(used);
  cpuMs = Math.min(cpuMs, (user + system) / 1000 / batch);
  pictures += batch;
  times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
const seconds = (performance.now() - begun) / 1000;
const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(times, q));
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
const percentiles = mode === 'latency' ? { p50, p95, p99 } : {};
console.log(
  JSON.stringify({ mode, pictures, picturesPerSecond: pictures / seconds, cpuMs, ...percentiles, peakRssMb: Math.round(Number(peak[1]) / 102.4) / 10 }),
);
