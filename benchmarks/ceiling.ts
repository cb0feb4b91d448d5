// What the machine can do at most: how fast it copies, how fast it multiplies matrices. Measured on the spot.
import { keep, ops, scope, type Tensor } from '../src/index.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { normal } from './random.ts';
import { type Ceilings, type Row, rounded, rowOf } from './rows.ts';
import { time } from './timing.ts';

// Four times a large last-level cache on each side.
const copyBytes = 128 * 2 ** 20;
const order = 2048;

/** Measures both ceilings; the higher of two ways counts for each. */
export async function measureCeilings(context: Pick<Context, 'device' | 'threads' | 'say'>, repeats = 7): Promise<Ceilings> {
  const { device, threads, say } = context;
  const rows: Row[] = [];
  const add = async (title: string, work: { flops?: number; bytes?: number }, body: () => unknown) => {
    const row = rowOf({ name: 'ceiling', case: title, device, threads, timing: await time(body, { device, repeats }), work });
    rows.push(row);
    say(`ceiling: ${title}: ${row.gflops ? `${row.gflops.toFixed(0)} GFLOP/s` : `${row.gbps!.toFixed(1)} GB/s`}`);
  };
  const own: Tensor[] = [];
  const made = (x: Tensor): Tensor => {
    own.push(keep(x));
    return x;
  };
  try {
    const pixels = copyBytes / 4 / 64;
    const from = made(normal([1, 64, 1, pixels], 1, device));
    const to = made(normal([1, 64, 1, pixels], 2, device));
    // Reading and writing both count.
    await add('copy, 128 MiB in place', { bytes: 2 * copyBytes }, () => ops.copyStep(to, from));
    await add('copy, 128 MiB to a new tensor', { bytes: 2 * copyBytes }, () => ops.reorderLayout(from));
    for (const x of own.splice(0)) x.dispose();

    const flops = 2 * order ** 3;
    const scale = order ** -0.5;
    const a = made(normal([order, order], 3, device, scale));
    const b = made(normal([order, order], 4, device));
    await add(`matmul ${order}³`, { flops }, () => ops.matmul(a, b));
    scope(() => {
      const weight = made(ops.reshape(a, [order, order, 1, 1]));
      // Once through the convolution, so that its operand has the layout that convolutions leave.
      made(ops.conv2dPlain(ops.reshape(b, [1, order, 32, order / 32]), weight));
    });
    const [, , weight, image] = own;
    await add(`1x1 convolution as a product, ${order}³`, { flops }, () => ops.conv2dPlain(image, weight));
  } finally {
    for (const x of own) x.dispose();
  }
  const best = (key: 'gflops' | 'gbps') => Math.max(...rows.map((row) => row[key] ?? 0));
  const ceilings = { gflops: best('gflops'), gbps: best('gbps'), rows };
  for (const row of rows) row.ceilingShare = rounded(row.gflops ? row.gflops / ceilings.gflops : row.gbps! / ceilings.gbps);
  return ceilings;
}

export default {
  name: 'ceiling',
  about: 'copy bandwidth and matrix rate, against which every other row is held',
  entries: () => [
    {
      name: 'ceiling',
      groups: [],
      async *run(context) {
        yield* (await context.ceilings()).rows;
      },
    },
  ],
} satisfies Benchmark;
