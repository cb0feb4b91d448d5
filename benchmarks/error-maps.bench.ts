// Error maps and filters beside scikit-image, scipy and PyTorch, on the same random pictures.
import { nn, ops, record, type Tensor } from '../src/index.ts';
import { fillOperand } from '../test/support/cases.ts';
import { type Operand, type PairTask, pairBenchmark } from './peer-rows.ts';

type Task = Omit<PairTask, 'operands'> & { shape: readonly number[] };

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
function pictures(shape: readonly number[]): { x: Operand; y: Operand } {
  const noise = fillOperand({ shape, values: 'unit' }, 1).data;
  const other = fillOperand({ shape, values: 'unit' }, 2).data;
  const width = shape[3];
  const x = Float32Array.from(noise, (u, i) => 0.7 * (0.5 + 0.5 * Math.sin((i % width) / 7) * Math.cos(Math.floor(i / width) / 11)) + 0.3 * u);
  return { x: { data: x, shape }, y: { data: Float32Array.from(other, (u, i) => 0.8 * x[i] + 0.2 * u), shape } };
}

export default pairBenchmark(
  'error-maps-peers',
  'error maps and filters beside scikit-image, scipy and PyTorch where they are installed',
  'error_maps.py',
  tasks.map((task) => ({ ...task, operands: () => pictures(task.shape) })),
);
