// One mode of the reference autoencoder in a process of its own, so that its peak memory is that mode's alone.
//
//   node process.js train|infer|export [--batch 8] [--size 256] [--threads N] [--warmup 2] [--repeats 7] [--out FOLDER]
//
// Prints one JSON object. `export` writes weights, a picture, the fused network's output for it and the losses of the
// next training steps, for `compare/reference_autoencoder.py check`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { build, keep, record, scope, setThreads, sync, type Tensor, tensor } from '../../src/index.ts';
import { fuse } from '../../src/nn/fold.ts';
import type { Sequential } from '../../src/nn/layers/index.ts';
import { l2 } from '../../src/nn/losses/index.ts';
import { Adam } from '../../src/nn/optim/index.ts';
import { loadModuleState, moduleState } from '../../src/nn/state.ts';
import { rounded } from '../rows.ts';
import { summary } from '../timing.ts';
import { buildNetwork, forwardOnce, stateInOrder } from './network.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '256' },
    threads: { type: 'string' },
    warmup: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const [batch, size, warmup, repeats, seed] = (['batch', 'size', 'warmup', 'repeats', 'seed'] as const).map((name) => Number(values[name]));
if (values.threads) setThreads(Number(values.threads));

/** Smooth coloured waves with noise on them, in 0 … 1: something to learn, and never zeros. */
function pictures(): Tensor {
  let state = seed >>> 0 || 1;
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const data = new Float32Array(batch * 3 * size * size);
  for (let n = 0, i = 0; n < batch; n++) {
    for (let c = 0; c < 3; c++) {
      const phase = 7 * noise();
      for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) data[i++] = 0.5 + 0.3 * Math.sin(phase + (x + (c + 1) * y) / 20) + 0.4 * (noise() - 0.5);
    }
  }
  return keep(tensor(data, [batch, 3, size, size]));
}

const peakRssMb = (): number | null => {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return found && Math.round(Number(found[1]) / 102.4) / 10;
};

interface Measurement {
  ms: number;
  spread: number;
  minMs: number;
  faults: number;
  systemShare: number;
  peakRssMb: number | null;
}

async function measure(step: () => Promise<unknown>, whenWarm: () => void = () => {}): Promise<Measurement> {
  for (let i = 0; i < warmup; i++) await step();
  whenWarm();
  const before = process.resourceUsage();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  const after = process.resourceUsage();
  const system = after.systemCPUTime - before.systemCPUTime;
  const user = after.userCPUTime - before.userCPUTime;
  const { ms, spread, minMs } = summary(times);
  return {
    ms: rounded(ms),
    spread: rounded(spread),
    minMs: rounded(minMs),
    faults: Math.round((after.minorPageFault - before.minorPageFault) / repeats),
    systemShare: rounded(system / (system + user || 1)),
    peakRssMb: peakRssMb(),
  };
}

/** Forward, backward, Adam; the loss is read in every step, as the peers read it. */
function stepper(network: Sequential, image: Tensor): () => Promise<number> {
  network.train();
  const optimizer = new Adam(network.namedParameters(), { rate: 1e-3 });
  return async () => {
    const loss = scope(() => {
      // The scope inside leaves to the tape what the way back needs, and frees the rest at once.
      const tape = record(() => scope(() => l2(network.forward(image), image)));
      optimizer.step(tape.backward());
      return tape.value;
    });
    const value = await loss.item();
    loss.dispose();
    return value;
  };
}

async function train(): Promise<object> {
  const step = stepper(buildNetwork(seed), pictures());
  const losses: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const result = await measure(
    async () => losses.push(await step()),
    () => delay.enable(),
  );
  delay.disable();
  // The histogram counts a timer's whole interval, so that an idle loop shows about 1 ms.
  const milliseconds = (nanoseconds: number) => rounded(nanoseconds / 1e6);
  return {
    ...result,
    loopDelayP99Ms: milliseconds(delay.percentile(99)),
    loopDelayMaxMs: milliseconds(delay.max),
    firstLoss: rounded(losses[0]),
    lastLoss: rounded(losses[losses.length - 1]),
  };
}

/** The result stays on the device, as the peers' does: what is waited for is that it is there. */
async function infer(): Promise<object> {
  const image = pictures();
  const network = fuse(buildNetwork(seed));
  return measure(async () => {
    const output = forwardOnce(network, image);
    await sync();
    output.dispose();
  });
}

async function exportNetwork(folder: string): Promise<object> {
  const image = pictures();
  const network = buildNetwork(seed);
  // Moves weights and running statistics off where they start.
  const before = stepper(network, image);
  for (let i = 0; i < 5; i++) await before();
  const all: { name: string; x: Tensor }[] = stateInOrder(network).map((x, i) => ({ name: `state${i}`, x }));
  // Fusing is for good, training goes on after it: a second network takes over the state.
  const fused = buildNetwork(seed);
  loadModuleState(fused, await moduleState(network));
  const output = forwardOnce(fuse(fused), image);
  all.push({ name: 'input', x: image }, { name: 'output', x: output });
  let offset = 0;
  const entries: object[] = [];
  const parts: Buffer[] = [];
  for (const { name, x } of all) {
    const numbers = await x.read();
    entries.push({ name, dims: x.shape, offset, length: numbers.length });
    parts.push(Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    offset += numbers.length;
  }
  const after = stepper(network, image);
  const losses = [await after(), await after(), await after()];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tensors.bin'), Buffer.concat(parts));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ tensors: entries, losses }));
  return { losses };
}

const [mode] = positionals;
const run = mode === 'train' ? train : mode === 'infer' ? infer : mode === 'export' && values.out ? () => exportNetwork(values.out!) : undefined;
if (!run) throw new Error(`mode is ${mode}; expected train, infer, or export with --out`);
const { isa, threads } = build();
console.log(JSON.stringify({ mode, isa, threads, ...(await run()) }));
