// Estimates of entropy beside scikit-image, scikit-learn and scipy, on the same random numbers.
import { ops, type Tensor } from '../src/index.ts';
import { fillOperand } from '../test/support/cases.ts';
import { type Operand, type PairTask, pairBenchmark } from './peer-rows.ts';

/** The estimate that is timed is what the peers arrive at too. */
type Task = Omit<PairTask, 'run' | 'value'> & { run: (x: Tensor, y: Tensor) => Tensor };

const gaussian = (shape: readonly number[], seed: number): Operand => ({ shape, data: Float32Array.from(fillOperand({ shape }, seed).data) });

/** y shares half of its variance with x. */
function correlated(n: number): { x: Operand; y: Operand } {
  const [x, noise] = [gaussian([n, 1], 1), gaussian([n, 1], 2)];
  return { x, y: { shape: [n, 1], data: noise.data.map((value, i) => Math.SQRT1_2 * (value + x.data[i])) } };
}

const side = 512;
const noise = (): Operand => ({
  shape: [1, 1, side, side],
  data: Float32Array.from(fillOperand({ shape: [side * side], values: 'unit' }, 3).data, (u) => Math.floor(256 * u)),
});
/** Slow waves and a little noise: around a pixel few levels, as in pictures of parts. */
const smooth = (): Operand => ({
  shape: [1, 1, side, side],
  data: noise().data.map((u, i) => Math.floor(110 + 90 * Math.sin((i % side) / 23) * Math.cos(Math.floor(i / side) / 17) + u / 40)),
});

const scipy = ['scipy', 'scipy'] as const;
const sklearn = ['scikit-learn', 'sklearn'] as const;
const patches = {
  mode: 'patch-entropy',
  peer: ['scikit-image', 'skimage'],
  dtype: 'u8',
  run: (x) => ops.patchEntropyMap(x),
  tolerance: 1e-6,
} as const satisfies Partial<Task>;
const neighbours = { mode: 'knn-entropy', peer: scipy, run: (x) => ops.kozachenkoLeonenko(x), tolerance: 1e-9 } as const satisfies Partial<Task>;

const tasks: Task[] = [
  { ...patches, title: 'patch entropy 512x512, disk 5, noise', operands: () => ({ x: noise() }) },
  { ...patches, title: 'patch entropy 512x512, disk 5, smooth', operands: () => ({ x: smooth() }) },
  {
    mode: 'ksg',
    peer: sklearn,
    title: 'mutual information of 100,000 pairs, KSG 1',
    operands: () => correlated(100000),
    dtype: 'f64',
    run: (x, y) => ops.mutualInformation(x, y),
    tolerance: 1e-9,
  },
  { ...neighbours, title: 'Kozachenko-Leonenko 100,000x3', operands: () => ({ x: gaussian([100000, 3], 1) }) },
  { ...neighbours, title: 'Kozachenko-Leonenko 20,000x8', operands: () => ({ x: gaussian([20000, 8], 1) }) },
  { ...neighbours, title: 'Kozachenko-Leonenko 4000x128', operands: () => ({ x: gaussian([4000, 128], 1) }) },
  {
    mode: 'kernel-density',
    peer: scipy,
    title: 'kernel density entropy 4000x8',
    operands: () => ({ x: gaussian([4000, 8], 1) }),
    run: (x) => ops.kernelDensityEntropy(x, { estimator: 'resubstitution' }),
    tolerance: 1e-9,
  },
  {
    mode: 'ledoit-wolf',
    peer: sklearn,
    title: 'Gaussian entropy 10,000x128, Ledoit-Wolf',
    operands: () => ({ x: gaussian([10000, 128], 1) }),
    run: (x) => ops.gaussianEntropy(x, { estimator: 'ledoitWolf' }).entropy,
    tolerance: 1e-9,
  },
];

export default pairBenchmark(
  'entropy-peers',
  'estimates of entropy beside scikit-image, scikit-learn and scipy where they are installed',
  'entropy.py',
  tasks.map((task) => ({ ...task, value: task.run })),
);
