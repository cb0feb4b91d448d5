// Resident memory while many small pictures are scored, from the bytes of PNG files to rows of a Parquet file and maps in a result.
//
//   node memory.js COUNT
//
// Tells progress on standard error. Prints one JSON object: pictures a second, and resident megabytes after the first thousand pictures, at most until half of them were
// done, and at most from then on: equal where nothing stays behind.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Hypers, resolveHypers } from '../../src/hyper.ts';
import { Detector, encodePng, memory, methods, Random, ResultFile } from '../../src/index.ts';

const count = Number(process.argv[2]);
const [height, width] = [32, 32];
const input = { height, width, channels: 3, fit: 'stretch' } as const;
const method = methods.ssae;
const hyper = { width: 4, levels: 1, blocks: 1, reach: 0 };
const model = method.build(resolveHypers(method.name, method.hyper as Hypers, hyper), { ...input, random: new Random(1) });
const detector = Detector.from({ method, hyper, input, model, provenance: {} });
detector.pixelThreshold = 0.05;

const random = new Random(2);
const files = await Promise.all(
  Array.from({ length: 50 }, () => encodePng({ data: Uint8Array.from({ length: 3 * height * width }, () => random.integer(256)), shape: [height, width, 3] })),
);
function* pictures(): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield files[i % files.length];
}

const folder = mkdtempSync(join(tmpdir(), 'blemish-memory-'));
const megabytes = (): number => Math.round(process.memoryUsage.rss() / 2 ** 16) / 16;
const begun = performance.now();
let [done, failed, first, earlier, later] = [0, 0, 0, 0, 0];
try {
  const rows = await ResultFile.create(join(folder, 'rows.parquet'), { model: await detector.id() });
  for await (const result of detector.score(pictures())) {
    await rows.write(result);
    if (result.error) failed++;
    if (++done % 250) continue;
    const now = megabytes();
    if (done === 1000) first = now;
    if (done % 1000 === 0) process.stderr.write(`${done} pictures, ${now} MB\n`);
    if (done >= 1000 && done <= count / 2) earlier = Math.max(earlier, now);
    else if (done > count / 2) later = Math.max(later, now);
  }
  await rows.finish();
} finally {
  rmSync(folder, { recursive: true });
}
const picturesPerSecond = Math.round((1000 * done) / (performance.now() - begun));
detector.dispose();
console.log(
  JSON.stringify({ pictures: done, failed, picturesPerSecond, firstMb: first, earlierMb: earlier, laterMb: later, liveTensors: memory().liveTensors }),
);
