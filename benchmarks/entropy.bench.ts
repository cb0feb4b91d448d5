// Estimates of entropy beside scikit-image, scikit-learn and scipy, on the same random numbers.
import { keep, ops, scope, type Tensor, tensor } from '../src/index.ts';
import { fillOperand } from '../test/support/cases.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { peerRows } from './peer-rows.ts';
import { type Row, rowOf } from './rows.ts';
import { time } from './timing.ts';

const name = 'entropy-peers';

interface Operand {
  data: Float32Array;
  shape: readonly number[];
}

interface Task {
  /** The peers' script knows it by this name. */
  mode: string;
  /** The peer, and the Python module that it is. */
  peer: readonly [name: string, module: string];
  title: string;
  operands: () => { x: Operand; y?: Operand };
  /** What of x is handed over; default the numbers as they are. */
  dtype?: 'u8' | 'f64';
  /** The estimate that is timed; the mean of its numbers is what the peers arrive at too. */
  run: (x: Tensor, y: Tensor) => Tensor;
  tolerance: number;
}

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

async function* measure(context: Context, task: Task): AsyncIterable<Row> {
  const { device, threads } = context;
  const operands = task.operands();
  const upload = ({ data, shape }: Operand) => keep(tensor(data, shape, { device, dtype: task.dtype ?? 'f32' }));
  const [x, y] = [operands.x, operands.y ?? operands.x].map(upload);
  try {
    const timing = await time(() => task.run(x, y), { device, repeats: context.repeats ?? 9 });
    const numbers = scope(() => task.run(x, y).readSync());
    const value = Array.from(numbers).reduce((a, b) => a + b, 0) / numbers.length;
    const ours = rowOf({ name, case: `${task.title}, blemish`, device, threads, timing });
    context.say(`${ours.case}: ${ours.ms} ms`);
    yield ours;
    const given: Record<string, Operand> = operands.y ? { x: operands.x, y: operands.y } : { x: operands.x };
    if (context.compare !== false) yield* peerRows(context, { ...task, name, script: 'entropy.py', operands: given, ours, value });
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
  about: 'estimates of entropy beside scikit-image, scikit-learn and scipy where they are installed',
  entries: () => [{ name, groups: [], run }],
} satisfies Benchmark;
