// The shortest whole program: scores what it is given with a model that was saved, and ends with 1 where something is anomalous.
//
//   node dist/examples/score-folder.js <model> <pictures…>
import { load } from '../src/index.ts';

const [path, ...places] = process.argv.slice(2);
if (!places.length) throw new Error('a model and pictures are needed: paths, folders or patterns');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const detector = await load(path);
try {
  for await (const result of detector.score(places, { signal: stop.signal, maps: false })) {
    if (result.error) console.error(`${result.name}: ${result.error.message}`);
    else console.log(`${result.name}\t${result.score}\t${result.anomalous ? 'anomalous' : 'normal'}`);
    if (!result.error && result.anomalous) process.exitCode = 1;
  }
} finally {
  detector.dispose();
}
