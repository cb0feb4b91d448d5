// A pool of worker threads, each with a detector and a world of its own; pictures reach them through shared memory, without a copy.
//
//   node dist/examples/worker-pool.js <model> <workers> <pictures…>
//
// One detector already uses all cores for one picture. A pool pays where pictures are small, or where the main thread must stay free.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { load, type RawPicture, readPicture, setThreads } from '../src/index.ts';

type Task = { readonly id: number; readonly picture: RawPicture };
type Answer = { readonly id: number; readonly score?: number; readonly error?: string };

if (isMainThread) {
  const [path, workers, ...pictures] = process.argv.slice(2);
  if (!pictures.length || !(Number(workers) >= 1)) throw new Error('a model, a number of workers and pictures are needed');
  const waiting = pictures.map((name, id) => ({ name, id }));
  const threads = Math.max(1, Math.floor(availableParallelism() / Number(workers)));
  const lane = async () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { path, threads } });
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { name, id } = next;
        const answer = new Promise<Answer>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
        worker.postMessage({ id, picture: shared(await readPicture(name)) } satisfies Task);
        const { score, error } = await answer;
        worker.removeAllListeners('error');
        console.log(`${name}\t${error ?? score}`);
      }
    } finally {
      // At any moment: a worker that is terminated while it computes harms nobody.
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Number(workers) }, lane));
} else {
  const { path, threads } = workerData as { path: string; threads: number };
  setThreads(threads);
  const detector = await load(path);
  parentPort?.on('message', async ({ id, picture }: Task) => {
    for await (const result of detector.score(picture, { maps: false })) {
      const answer: Answer = result.error ? { id, error: result.error.message } : { id, score: result.score };
      parentPort?.postMessage(answer);
    }
  });
}

/** The picture in memory that threads share: what is posted is where it lies, and the detector reads it there. */
function shared(picture: RawPicture): RawPicture {
  const { data } = picture;
  const memory = new SharedArrayBuffer(data.byteLength);
  new Uint8Array(memory).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return { ...picture, data: data instanceof Uint16Array ? new Uint16Array(memory) : new Uint8Array(memory) };
}
