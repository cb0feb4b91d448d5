// Two worker threads compute at once, each with numbers of its own; prints what each of them got.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const results = await Promise.all(
    [3, 5].map(
      (factor) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: factor });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  console.log(JSON.stringify(results));
} else {
  const { tensor, ops, scope, memory, sync } = await import('../../../dist/src/index.js');
  const factor = workerData;
  const begun = Date.now();
  let wrong = 0;
  for (let round = 0; round < 200; round++) {
    const y = scope(() => {
      const x = tensor(Float32Array.from({ length: 50_000 }, (_, i) => (i % 100) * factor));
      return ops.add(ops.mul(x, x), x);
    });
    const numbers = await y.read();
    for (let i = 0; i < numbers.length; i++) if (numbers[i] !== ((i % 100) * factor) ** 2 + (i % 100) * factor) wrong++;
    y.dispose();
  }
  await sync();
  parentPort.postMessage({ factor, wrong, live: memory().liveTensors, begun, ended: Date.now() });
}
