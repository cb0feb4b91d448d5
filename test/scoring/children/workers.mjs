// Worker threads with detectors of their own: some score to the end, others are terminated while they score. Prints what came out.
//
//   node workers.mjs MODEL COUNT TERMINATED
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const { load, memory } = await import('../../../dist/src/index.js');
const { toyMethod, toyPicture, toyPictures } = await import('../../../dist/test/support/toy-method.js');

async function scores(path, count) {
  const detector = await load(path, { method: toyMethod });
  const list = [];
  for await (const { score } of detector.score(toyPictures(count, 700))) list.push(score);
  detector.dispose();
  return { list, liveTensors: memory().liveTensors };
}

if (isMainThread) {
  const [path, count, terminated] = process.argv.slice(2);
  const start = (endless) => new Worker(new URL(import.meta.url), { workerData: { path, count: Number(count), endless } });
  const ends = [0, 1].map(
    () =>
      new Promise((resolve, reject) => {
        const worker = start(false);
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
  );
  const failures = [];
  for (let i = 0; i < Number(terminated); i++) {
    const worker = start(true);
    worker.on('error', (error) => failures.push(String(error)));
    await new Promise((resolve) => worker.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, (7 * i) % 25));
    await worker.terminate();
  }
  console.log(JSON.stringify({ workers: await Promise.all(ends), main: await scores(path, Number(count)), failures }));
} else if (workerData.endless) {
  const detector = await load(workerData.path, { method: toyMethod });
  const endless = (function* () {
    for (let i = 0; ; i++) yield toyPicture(i % 40);
  })();
  let told = false;
  for await (const _ of detector.score(endless)) {
    if (!told) parentPort.postMessage('scoring');
    told = true;
  }
} else {
  parentPort.postMessage(await scores(workerData.path, workerData.count));
}
