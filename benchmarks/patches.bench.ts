// Patch features beside PyTorch, faiss and scikit-learn, on the same random numbers.
import { readFileSync, writeFileSync } from 'node:fs';
import { keep, ops, scope, sync, type Tensor, tensor } from '../src/index.ts';
import { fillOperand } from '../test/support/cases.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { type Operand, peerRows } from './peer-rows.ts';
import { type Row, rounded, rowOf, type Work } from './rows.ts';
import { time } from './timing.ts';

const name = 'patches-peers';

interface Task {
  /** The peers' script knows it by these names. */
  modes: readonly (readonly [mode: string, peer: string, module: string])[];
  title: string;
  operands: () => Record<string, Operand>;
  run: (x: Record<string, Tensor>) => unknown;
  /** The number that the peers arrive at too. */
  value: (x: Record<string, Tensor>) => Tensor;
  tolerance: number;
  work: Work;
  /** Also measures the memory that one call takes on top of its operands. */
  memory?: boolean;
  repeats?: number;
}

const made = (shape: readonly number[], seed: number): Operand => ({ shape, data: Float32Array.from(fillOperand({ shape }, seed).data) });

/** Vectors of many numbers that vary along few directions, as features do. */
function features(rows: number, width: number, directions: number): Operand {
  const [a, b, noise] = [
    fillOperand({ shape: [rows, directions] }, 1).data,
    fillOperand({ shape: [directions, width] }, 2).data,
    fillOperand({ shape: [rows, width] }, 3).data,
  ];
  const data = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      let sum = 0.1 * noise[i * width + j];
      for (let k = 0; k < directions; k++) sum += a[i * directions + k] * b[k * width + j];
      data[i * width + j] = sum;
    }
  }
  return { shape: [rows, width], data };
}

function kCentre(x: Tensor, count: number): Tensor {
  const [rows, width] = x.shape;
  const [indices, radii, squares, seen] = [count, count, rows, rows].map((size, i) =>
    i % 3 ? tensor(new Float32Array(size)) : tensor(new Int32Array(size), [size], { dtype: 'i32' }),
  );
  ops.kCentreStep(x, indices, radii, squares, seen, ops.full([Math.ceil(count / 16), width, 16], 0), { from: 0, count });
  return indices;
}

const channels = 100;
/** Positive definite matrices and what makes them: lower triangular whitenings with strong diagonals, and wᵀ w. */
function whitenings(positions: number): { whitening: Operand; inverse: Operand } {
  const size = (channels * (channels + 1)) / 2;
  const uniform = fillOperand({ shape: [size], values: 'unit' }, 4).data;
  const whitening = new Float32Array(positions * size);
  const inverse = new Float32Array(positions * channels * channels);
  const w = new Float64Array(channels * channels);
  let at = 0;
  for (let c = 0; c < channels; c++)
    for (let r = c; r < channels; r++, at++) w[r * channels + c] = whitening[at] = r === c ? 1 + uniform[at] : (uniform[at] - 0.5) / 10;
  for (let i = 0; i < channels; i++) {
    for (let j = 0; j < channels; j++) {
      let sum = 0;
      for (let r = Math.max(i, j); r < channels; r++) sum += w[r * channels + i] * w[r * channels + j];
      inverse[i * channels + j] = sum;
    }
  }
  // The same at every position: what counts is that all are read.
  for (let p = 1; p < positions; p++) {
    whitening.copyWithin(p * size, 0, size);
    inverse.copyWithin(p * channels ** 2, 0, channels ** 2);
  }
  return { whitening: { shape: [positions, size], data: whitening }, inverse: { shape: [positions, channels, channels], data: inverse } };
}

const positions = 56 * 56;
const fit = (x: Tensor) => {
  const gaussians = new ops.PositionGaussians([channels, 56, 56]);
  gaussians.add(x);
  const fitted = gaussians.fit();
  gaussians.dispose();
  return fitted;
};

const mahalanobisOf = (pictures: number): Task => ({
  modes: [['mahalanobis', 'torch', 'torch']],
  title: `Mahalanobis map ${pictures}x100x56x56`,
  operands: () => ({ x: made([pictures, channels, 56, 56], 1), mean: made([positions, channels], 2), ...whitenings(positions) }),
  run: ({ x, mean, whitening }) => ops.mahalanobisMap(x, mean, whitening),
  value: ({ x, mean, whitening }) => ops.mean(ops.mahalanobisMap(x, mean, whitening)),
  tolerance: 1e-4,
  work: { flops: pictures * channels * (channels + 1) * positions, bytes: 4 * positions * ((channels * (channels + 1)) / 2 + pictures * channels) },
});

const tasks: Task[] = [
  {
    modes: [
      ['nearest', 'torch', 'torch'],
      ['nearest-faiss', 'faiss', 'faiss'],
      ['nearest-sklearn', 'scikit-learn', 'sklearn'],
    ],
    title: '9 nearest of 16384x1536 for 784',
    operands: () => ({ x: made([784, 1536], 1), bank: made([16384, 1536], 2) }),
    run: ({ x, bank }) => ops.nearest(x, bank, { k: 9 }),
    value: ({ x, bank }) => ops.mean(ops.nearest(x, bank, { k: 9 }).distances),
    tolerance: 1e-4,
    work: { flops: 2 * 784 * 16384 * 1536 },
    memory: true,
  },
  ...(['normal', 'along 10 directions'] as const).map(
    (kind): Task => ({
      modes: [['k-centre', 'torch', 'torch']],
      title: `k-centre 20000x128, 2000 picks, ${kind}`,
      operands: () => ({ x: kind === 'normal' ? made([20000, 128], 1) : features(20000, 128, 10) }),
      run: ({ x }) => kCentre(x, 2000),
      value: ({ x }) => ops.mean(ops.toFloat(kCentre(x, 2000))),
      tolerance: 1e-6,
      work: {},
      repeats: 3,
    }),
  ),
  {
    modes: [['position-gaussians', 'torch', 'torch']],
    title: 'Gaussians of 56x56 positions, 64 pictures of 100 channels',
    operands: () => ({ x: made([64, channels, 56, 56], 1) }),
    run: ({ x }) => fit(x),
    value: ({ x }) => {
      const { mean, whitening } = fit(x);
      return ops.mean(ops.mahalanobisMap(ops.slice(x, [0, 0, 0, 0], [1, channels, 56, 56]), mean, whitening));
    },
    tolerance: 1e-4,
    work: {},
    repeats: 5,
  },
  mahalanobisOf(1),
  mahalanobisOf(8),
  {
    modes: [['pca', 'scikit-learn', 'sklearn']],
    title: 'principal components of 8192x512',
    operands: () => ({ x: made([8192, 512], 1) }),
    run: ({ x }) => components(x),
    value: ({ x }) => ops.affine(ops.mean(ops.slice(ops.toFloat(components(x)), [0, 0], [1, 100])), { scale: 1 / 8191 }),
    tolerance: 1e-4,
    work: {},
    repeats: 5,
  },
  {
    modes: [['unfold', 'torch', 'torch']],
    title: 'unfold 8x64x56x56 by 3x3',
    operands: () => ({ x: made([8, 64, 56, 56], 1) }),
    run: ({ x }) => ops.unfold2d(x, 3, { padding: 1 }),
    value: ({ x }) => ops.mean(ops.abs(ops.unfold2d(x, 3, { padding: 1 }))),
    tolerance: 1e-5,
    work: { bytes: 4 * 10 * 8 * 64 * 56 * 56 },
  },
];

/** What `Pca` does, up to where it would wait for numbers. */
function components(x: Tensor): Tensor {
  const width = x.shape[1];
  const zeros = (size: number) => tensor(new Float64Array(size), [1, size], { dtype: 'f64' });
  const [mean, scatter] = [zeros(width), zeros((width * (width + 1)) / 2)];
  ops.positionMomentsStep(ops.reshape(x, [...x.shape, 1, 1]), mean, scatter, null, null);
  return ops.symmetricEigen(ops.symmetricFromTriangle(scatter))[0];
}

const resident = (key: string): number => Number(new RegExp(`${key}:\\s*(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;

/** Resident memory that the first call takes on top of what is there, in MiB; null where the kernel keeps no such account. */
async function peakOf(work: () => unknown, device: string): Promise<number | null> {
  try {
    await sync(device);
    const before = resident('VmRSS');
    writeFileSync('/proc/self/clear_refs', '5');
    scope(() => {
      work();
    });
    await sync(device);
    return rounded(resident('VmHWM') - before);
  } catch {
    return null;
  }
}

async function* measure(context: Context, task: Task): AsyncIterable<Row> {
  const { device, threads } = context;
  const operands = task.operands();
  const tensors = Object.fromEntries(Object.entries(operands).map(([key, { data, shape }]) => [key, keep(tensor(data, shape, { device }))]));
  try {
    const extras = task.memory ? { peakExtraMb: await peakOf(() => task.run(tensors), device) } : {};
    const timing = await time(() => task.run(tensors), { device, repeats: context.repeats ?? task.repeats ?? 9 });
    const value = scope(() => task.value(tensors).readSync()[0]);
    const ceilings = task.work.flops || task.work.bytes ? await context.ceilings() : undefined;
    const ours = rowOf({ name, case: `${task.title}, blemish`, device, threads, timing, work: task.work, ceilings }, extras);
    context.say(`${ours.case}: ${ours.ms} ms`);
    yield ours;
    if (context.compare === false) return;
    const { whitening, ...theirs } = operands;
    const asked = { ...context, repeats: context.repeats ?? task.repeats ?? 9 };
    for (const [mode, ...peer] of task.modes)
      yield* peerRows(asked, { name, title: task.title, script: 'patches.py', mode, peer, operands: theirs, ours, value, tolerance: task.tolerance });
  } finally {
    for (const x of Object.values(tensors)) x.dispose();
  }
}

async function* run(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  for (const task of tasks) yield* measure(context, task);
}

export default {
  name,
  about: 'nearest vectors, coresets, Gaussians, components and unfolding beside PyTorch, faiss and scikit-learn where they are installed',
  entries: () => [{ name, groups: [], run }],
} satisfies Benchmark;
