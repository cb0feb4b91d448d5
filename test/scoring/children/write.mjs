// Writes a model file over and over until it is killed: the threshold in place, or the whole file. Says when it has begun.
//
//   node write.mjs MODEL threshold|save
import { load, setThreshold } from '../../../dist/src/index.js';
import { toyMethod } from '../../../dist/test/support/toy-method.js';

const [path, what] = process.argv.slice(2);
const detector = await load(path, { method: toyMethod });
for (let i = 0; ; i++) {
  const threshold = i % 2 ? 1 / 3 : -1.2345678901234568e-300;
  if (what === 'threshold') await setThreshold(path, threshold);
  else {
    detector.threshold = threshold;
    await detector.save(path);
  }
  if (i === 0) console.log('writing');
}
