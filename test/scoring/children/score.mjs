// Loads a toy detector from a file and scores pictures with it; prints the bits, and what is alive at the end.
//
//   node score.mjs MODEL COUNT [BATCH]
import { createHash } from 'node:crypto';
import { load, memory } from '../../../dist/src/index.js';
import { toyMethod, toyPictures } from '../../../dist/test/support/toy-method.js';

const [path, count, batch] = process.argv.slice(2);
const results = [];
const detector = await load(path, { method: toyMethod });
for await (const { score, pValue, anomalous, map } of detector.score(toyPictures(Number(count), 700), { batchSize: Number(batch ?? 8) })) {
  results.push({ score, pValue, anomalous, map: createHash('sha256').update(map).digest('hex') });
}
detector.dispose();
const { liveTensors, liveBytes } = memory();
console.log(JSON.stringify({ results, liveTensors, liveBytes }));
