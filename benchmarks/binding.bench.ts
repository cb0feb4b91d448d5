// What crossing the border costs: one operation on tiny tensors, without its arithmetic and without waiting for it.
import { performance } from 'node:perf_hooks';
import { freeHandles, prepareOp, run } from '../bindings/call.ts';
import { sharedInputs, sharedOutputs } from '../bindings/native.ts';
import { keep, noGrad, ops, record, scope, sync, type Tensor } from '../src/index.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { normal } from './random.ts';
import { type Row, rowOf } from './rows.ts';
import { quantile, summary } from './timing.ts';

/** What the package promises of a whole operation, as `in scope` and `recorded` measure it. */
const promiseNs = 1000;
const callsPerBatch = 256;
const batches = 300;
// The first calls of a process run in the interpreter.
const warmBatches = 100;

interface Way {
  title: string;
  /** Runs one batch of `callsPerBatch` operations, and whatever ends their life. */
  batch: () => void;
}

function ways(a: Tensor, b: Tensor, picture: Tensor): Way[] {
  const mul = prepareOp('mul');
  const handle = [0];
  const times = (body: () => void) => () => {
    for (let i = 0; i < callsPerBatch; i++) body();
  };
  return [
    {
      title: 'raw run and free, no tensor',
      batch: times(() => {
        sharedInputs[0] = a.handle;
        sharedInputs[1] = b.handle;
        run(mul, 2, undefined);
        handle[0] = sharedOutputs[1];
        freeHandles(handle);
      }),
    },
    {
      title: 'in scope: operation, tensor, scope, free',
      batch: () => scope(() => noGrad(times(() => void ops.mul(a, b)))),
    },
    {
      title: 'in scope, with attributes',
      batch: () => scope(() => noGrad(times(() => void ops.pad(picture, { before: [0, 0, 1, 1], after: [0, 0, 1, 1] })))),
    },
    {
      title: 'recorded: the same on a tape',
      batch: () => {
        scope(() => {
          record(
            times(() => void ops.mul(a, b)),
            { watch: [a, b] },
          ).dispose();
        });
      },
    },
  ];
}

async function* measure({ device, threads, say, repeats }: Context): AsyncIterable<Row> {
  const own = [normal([4], 1, device), normal([4], 2, device), normal([1, 1, 2, 2], 3, device)].map((x) => keep(x));
  try {
    const [a, b, picture] = own;
    for (const { title, batch } of ways(a, b, picture)) {
      const samples: number[] = [];
      for (let i = -warmBatches; i < (repeats ?? 1) * batches; i++) {
        const start = performance.now();
        batch();
        const ms = (performance.now() - start) / callsPerBatch;
        if (i >= 0) samples.push(ms);
        // Drained between batches: a queue that grows would be measured with them.
        await sync(device);
      }
      const timing = summary(samples);
      const promised = title.startsWith('raw') || title.includes('attributes') ? {} : { promiseNs, promiseKept: timing.ms * 1e6 < promiseNs };
      const row = rowOf(
        { name: 'binding', case: title, device, threads, timing },
        { ns: Math.round(timing.ms * 1e6), tenthBestNs: Math.round(quantile(samples, 0.1) * 1e6), ...promised },
      );
      say(`binding: ${title}: ${row.ns} ns`);
      yield row;
    }
  } finally {
    for (const x of own) x.dispose();
  }
}

export default {
  name: 'binding',
  about: 'cost of one operation between TypeScript and native code',
  entries: () => [{ name: 'binding', groups: [], run: measure }],
} satisfies Benchmark;
