// Makes and disposes tensors many times and prints the resident memory along the way. Run with --expose-gc.
//
//   node --expose-gc memory.mjs CYCLES
import { memory, ops, scope, sync, tensor } from '../../../dist/src/index.js';

const cycles = Number(process.argv[2]);
const data = new Float32Array(30_000).fill(0.5);

async function run(count) {
  for (let i = 0; i < count; i++) {
    scope(() => {
      const x = tensor(data.subarray(0, 1 + ((i * 7919) % data.length)));
      const y = ops.mul(ops.add(x, x), x);
      ops.neg(y);
    });
    const z = tensor(data.subarray(0, 100));
    if (i % 10 === 0) await z.read();
    z.dispose();
    if (i % 200 === 0) await sync();
  }
  await sync();
  // Twice, with a turn of the loop between: buffers of reads are let go of by finalizers.
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().rss;
}

await run(cycles / 5);
const resident = [];
for (let part = 0; part < 5; part++) resident.push(await run(cycles / 5));
console.log(JSON.stringify({ resident, memory: memory() }));
