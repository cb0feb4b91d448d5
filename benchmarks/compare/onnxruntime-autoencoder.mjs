// The reference autoencoder's forward pass in ONNX Runtime (onnxruntime-node, CPU).
//
//   node onnxruntime-autoencoder.mjs [--batch 8] [--size 256] [--threads 2] [--isa native|avx2]
//        [--warmup 3] [--repeats 15] [--seed 1] [--ops] [--dump DIR]
//
// The graph holds convolutions and batch normalisations as a trained model would; folding
// them, and everything else, is left to ONNX Runtime's optimiser at its highest level.
// Prints one JSON object per row. --ops also prints the operators of the optimised graph;
// --dump writes weights, input and output for `reference_autoencoder.py check`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const peer = 'onnxruntime-node';
const mode = 'infer';

const { values: options } = parseArgs({
  options: {
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '256' },
    threads: { type: 'string', default: '2' },
    isa: { type: 'string', default: 'native' },
    warmup: { type: 'string', default: '3' },
    repeats: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    ops: { type: 'boolean', default: false },
    dump: { type: 'string' },
  },
});
const whole = (name) => {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number above zero`);
  return value;
};
const batch = whole('batch');
const size = whole('size');
const threads = whole('threads');
const repeats = whole('repeats');
if (size % 8 !== 0) throw new Error('--size must be divisible by 8');
if (options.isa !== 'native' && options.isa !== 'avx2') throw new Error('--isa must be native or avx2');

const print = (row) => console.log(JSON.stringify(row));
function skip(reason) {
  print({ peer, mode, isa: options.isa, skipped: reason });
  process.exit(0);
}

let ort;
let writer;
let version;
try {
  const require = createRequire(import.meta.url);
  version = require('onnxruntime-node/package.json').version;
  if (options.isa === 'native') {
    ort = require('onnxruntime-node');
  } else {
    const copy = join(here, '.ort-avx2', 'onnxruntime-node');
    if (!existsSync(copy)) {
      skip('ONNX Runtime has no switch that limits its kernels to AVX2; for a patched copy run: node benchmarks/compare/onnxruntime-avx2.mjs');
    }
    ort = require(copy);
  }
  writer = await import('./onnx-writer.mjs');
} catch (error) {
  const [line] = String(error.message).split('\n');
  skip(`onnxruntime-node or protobufjs cannot be loaded (${line}); install them with: bash benchmarks/compare/setup-peers.sh`);
}

/** A small seeded generator (mulberry32), uniform in [0, 1). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = generator(whole('seed'));
const uniform = (length, low, high) => Float32Array.from({ length }, () => low + (high - low) * random());

const graph = new writer.OnnxGraph('reference-autoencoder');
const tensors = []; // in the order of PyTorch's state dict
const scales = graph.tensor('scales', [4], Float32Array.of(1, 1, 2, 2));
let flops = 0;
let extent = size;
let value = 'input';
let layer = 0;

function tensor(name, dims, values) {
  tensors.push({ name, dims, values });
  return graph.tensor(name, dims, values);
}

function convolution(cin, cout, kernel, dilation, bias) {
  const pad = (kernel >> 1) * dilation;
  const fanIn = cin * kernel * kernel;
  const bound = Math.sqrt(6 / fanIn); // keeps the activations' variance through ReLU
  const inputs = [value, tensor(`conv${layer}.weight`, [cout, cin, kernel, kernel], uniform(cout * fanIn, -bound, bound))];
  if (bias) inputs.push(tensor(`conv${layer}.bias`, [cout], uniform(cout, -0.1, 0.1)));
  value = graph.add('Conv', inputs, {
    kernel_shape: [kernel, kernel],
    pads: [pad, pad, pad, pad],
    strides: [1, 1],
    dilations: [dilation, dilation],
  });
  flops += 2 * batch * extent * extent * cout * fanIn;
}

function block(cin, cout, kernel = 3, dilation = 1) {
  convolution(cin, cout, kernel, dilation, false);
  const norm = ['weight', 'bias', 'mean', 'var'];
  const range = { weight: [0.5, 1.5], bias: [-0.1, 0.1], mean: [-0.1, 0.1], var: [0.5, 1.5] };
  const inputs = norm.map((part) => tensor(`norm${layer}.${part}`, [cout], uniform(cout, ...range[part])));
  value = graph.add('BatchNormalization', [value, ...inputs], { epsilon: 1e-5 });
  value = graph.add('Relu', [value]);
  layer++;
}

function pool() {
  value = graph.add('MaxPool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
  extent /= 2;
}

function upsample() {
  value = graph.add('Resize', [value, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  extent *= 2;
}

block(3, 32, 5);
block(32, 32);
pool();
block(32, 64);
block(64, 64);
pool();
block(64, 128);
block(128, 128);
pool();
block(128, 256);
block(256, 256, 3, 2);
block(256, 256, 3, 4);
upsample();
block(256, 128);
block(128, 128);
upsample();
block(128, 64);
block(64, 64);
upsample();
block(64, 32);
block(32, 32);
convolution(32, 3, 1, 1, true);
graph.add('Sigmoid', [value], {}, 'output');

const dims = [batch, 3, size, size];
const image = uniform(batch * 3 * size * size, 0, 1);
const feeds = { input: new ort.Tensor('float32', image, dims) };
const model = graph.encode(['input', dims], ['output', dims]);
const sessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
};

if (options.ops) {
  const folder = mkdtempSync(join(tmpdir(), 'ort-'));
  const optimizedModelFilePath = join(folder, 'optimised.onnx');
  // A graph saved at this level only fits the machine that wrote it; ONNX Runtime warns of that.
  const session = await ort.InferenceSession.create(model, { ...sessionOptions, optimizedModelFilePath, logSeverityLevel: 3 });
  await session.release();
  console.error(`as written:   ${JSON.stringify(writer.countOperators(model))}`);
  console.error(`as optimised: ${JSON.stringify(writer.countOperators(readFileSync(optimizedModelFilePath)))}`);
  rmSync(folder, { recursive: true });
}

const session = await ort.InferenceSession.create(model, sessionOptions);
let result;
for (let i = 0; i < whole('warmup'); i++) result = await session.run(feeds);

if (options.dump) {
  mkdirSync(options.dump, { recursive: true });
  const all = [...tensors, { name: 'input', dims, values: image }, { name: 'output', dims, values: result.output.data }];
  let offset = 0;
  const entries = all.map((t) => {
    const entry = { name: t.name, dims: t.dims, offset, length: t.values.length };
    offset += t.values.length;
    return entry;
  });
  const bytes = all.map((t) => Buffer.from(t.values.buffer, t.values.byteOffset, t.values.byteLength));
  writeFileSync(join(options.dump, 'tensors.bin'), Buffer.concat(bytes));
  writeFileSync(join(options.dump, 'manifest.json'), JSON.stringify({ tensors: entries }));
}

const before = process.resourceUsage();
const times = [];
for (let i = 0; i < repeats; i++) {
  const start = process.hrtime.bigint();
  result = await session.run(feeds);
  times.push(Number(process.hrtime.bigint() - start) / 1e6);
}
const after = process.resourceUsage();

times.sort((a, b) => a - b);
const quantile = (q) => {
  const at = q * (times.length - 1);
  const low = Math.floor(at);
  return times[low] + (times[Math.min(low + 1, times.length - 1)] - times[low]) * (at - low);
};
const median = quantile(0.5);
const round = (number, digits) => Number(number.toFixed(digits));
const system = after.systemCPUTime - before.systemCPUTime;
const user = after.userCPUTime - before.userCPUTime;
print({
  peer,
  version,
  mode,
  threads,
  isa: options.isa,
  ms: round(median, 2),
  spread: round((quantile(0.75) - quantile(0.25)) / median, 4), // interquartile range over median
  gflops: round(flops / median / 1e6, 1),
  peakRssMb: round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024, 1),
  repeats,
  minMs: round(times[0], 2),
  faults: Math.round((after.minorPageFault - before.minorPageFault) / repeats),
  systemShare: round(system / (system + user || 1), 3),
});
await session.release();
