// Error maps and filters beside scikit-image, scipy and PyTorch, on the same random pictures.
import { keep, nn, ops, record, scope, type Tensor, tensor } from '../src/index.ts';
import { fillOperand } from '../test/support/cases.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { peerRows } from './peer-rows.ts';
import { type Row, rowOf } from './rows.ts';
import { time } from './timing.ts';

const name = 'error-maps-peers';

interface Task {
  /** The peer's script knows it by this name. */
  mode: string;
  /** The peer, and the Python module that it is. */
  peer: readonly [name: string, module: string];
  title: string;
  shape: readonly number[];
  run: (x: Tensor, y: Tensor) => unknown;
  /** The number that the peers arrive at too. */
  value: (x: Tensor, y: Tensor) => Tensor;
  /** By how much the two may differ, relatively. */
  tolerance: number;
}

const one = [1, 1, 512, 512];
const batch = [8, 3, 256, 256];
const average = (x: Tensor) => ops.mean(ops.abs(x));
const tasks: Task[] = [
  {
    mode: 'ssim-map',
    peer: ['scikit-image', 'skimage'],
    title: 'SSIM map 512x512, uniform 7x7',
    shape: one,
    run: (x, y) => ops.ssimMap(x, y, { preset: 'skimage', range: 1 }),
    value: (x, y) => ops.mean(ops.ssim(x, y, { preset: 'skimage', range: 1 })),
    tolerance: 1e-4,
  },
  {
    mode: 'ms-ssim',
    peer: ['torch', 'torch'],
    title: 'MS-SSIM 8x3x256x256',
    shape: batch,
    run: (x, y) => ops.msSsim(x, y, { preset: 'pytorch-msssim', range: 1 }),
    value: (x, y) => ops.mean(ops.msSsim(x, y, { preset: 'pytorch-msssim', range: 1 })),
    tolerance: 1e-4,
  },
  {
    mode: 'ssim-loss',
    peer: ['torch', 'torch'],
    title: 'SSIM loss 8x3x256x256 and its gradient',
    shape: batch,
    run: (x, y) => record(() => nn.ssimLoss(x, y), { watch: [x] }).backward(),
    value: (x, y) => nn.ssimLoss(x, y),
    tolerance: 1e-5,
  },
  {
    mode: 'gaussian',
    peer: ['scipy', 'scipy'],
    title: 'Gaussian filter 512x512, sigma 4',
    shape: one,
    run: (x) => ops.gaussianBlur(x, 4),
    value: (x) => average(ops.gaussianBlur(x, 4)),
    tolerance: 1e-5,
  },
  {
    mode: 'box',
    peer: ['scipy', 'scipy'],
    title: 'mean filter 512x512, 21x21',
    shape: one,
    run: (x) => ops.boxFilter(x, 21, { border: 'replicate' }),
    value: (x) => average(ops.boxFilter(x, 21, { border: 'replicate' })),
    tolerance: 1e-5,
  },
  {
    mode: 'median',
    peer: ['scipy', 'scipy'],
    title: 'median filter 512x512, 5x5',
    shape: one,
    run: (x) => ops.medianFilter(x, 5),
    value: (x) => average(ops.medianFilter(x, 5)),
    tolerance: 1e-5,
  },
];

/** A picture with structure, and the same with noise: of two random pictures all similarities would be 0. */
function pictures(shape: readonly number[]): [Float32Array, Float32Array] {
  const noise = fillOperand({ shape, values: 'unit' }, 1).data;
  const other = fillOperand({ shape, values: 'unit' }, 2).data;
  const width = shape[3];
  const x = Float32Array.from(noise, (u, i) => 0.7 * (0.5 + 0.5 * Math.sin((i % width) / 7) * Math.cos(Math.floor(i / width) / 11)) + 0.3 * u);
  return [x, Float32Array.from(other, (u, i) => 0.8 * x[i] + 0.2 * u)];
}

async function* measure(context: Context, task: Task): AsyncIterable<Row> {
  const { device, threads } = context;
  const numbers = pictures(task.shape);
  const [x, y] = numbers.map((data) => keep(tensor(data, task.shape, { device })));
  try {
    const timing = await time(() => task.run(x, y), { device, repeats: context.repeats ?? 9 });
    const value = scope(() => task.value(x, y).readSync()[0]);
    const ours = rowOf({ name, case: `${task.title}, blemish`, device, threads, timing });
    context.say(`${ours.case}: ${ours.ms} ms`);
    yield ours;
    const [x1, y1] = numbers.map((data) => ({ data, shape: task.shape }));
    if (context.compare !== false) yield* peerRows(context, { ...task, name, script: 'error_maps.py', operands: { x: x1, y: y1 }, ours, value });
  } finally {
    x.dispose();
    y.dispose();
  }
}

async function* run(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  for (const task of tasks) yield* measure(context, task);
}

export default {
  name,
  about: 'error maps and filters beside scikit-image, scipy and PyTorch where they are installed',
  entries: () => [{ name, groups: [], run }],
} satisfies Benchmark;
