// Creates worker threads, several at a time, and terminates each in the middle of its computation. Prints how many.
//
//   node terminate.mjs COUNT AT_A_TIME
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const [count, width] = process.argv.slice(2).map(Number);
  let started = 0;
  let terminated = 0;
  const failures = [];
  const lane = async () => {
    while (started < count) {
      const index = started++;
      const worker = new Worker(new URL(import.meta.url));
      worker.on('error', (error) => failures.push(String(error)));
      await new Promise((resolve) => worker.once('message', resolve));
      // From at once to deep inside the work, in a way that does not depend on luck.
      await new Promise((resolve) => setTimeout(resolve, (index * 7) % 25));
      await worker.terminate();
      terminated++;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  // The process is whole if it still computes.
  const { tensor, ops } = await import('../../../dist/src/index.js');
  const x = tensor([1, 2, 3]);
  const y = ops.mul(x, x);
  const numbers = Array.from(await y.read());
  x.dispose();
  y.dispose();
  console.log(JSON.stringify({ terminated, failures, numbers }));
} else {
  const { tensor, ops, scope } = await import('../../../dist/src/index.js');
  const x = tensor(new Float32Array(400_000).fill(1.0001));
  parentPort.postMessage('computing');
  for (let round = 0; ; round++) {
    scope(() => {
      let y = x;
      for (let i = 0; i < 20; i++) y = ops.mul(y, x);
      // Reads that wait are part of what a termination must survive.
      y.read().catch(() => {});
      if (round % 3 === 0) y.readSync();
    });
    if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
