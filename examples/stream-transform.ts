// A Transform of Node's streams: names of pictures in, one line of JSON for each out; as fast as both ends allow, and no faster.
//
//   find parts -name '*.png' | node dist/examples/stream-transform.js <model> > results.jsonl
import { createInterface } from 'node:readline';
import { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Detector, load, type PictureSource, type ScoreResult } from '../src/index.ts';

/**
 * A stream in object mode: whatever `score` takes is written to it, results are read from it in the same order. Pictures are read ahead
 * within bounds, back-pressure goes through, and destroying it, like an error on either side of a pipeline, ends the work at once.
 */
export function scoring(detector: Detector): Duplex {
  return Duplex.from(async function* (sources: AsyncIterable<PictureSource>): AsyncGenerator<ScoreResult> {
    yield* detector.score(sources, { maps: false });
  });
}

const [path] = process.argv.slice(2);
if (!path) throw new Error('a model is needed, and names of pictures on standard input');
const detector = await load(path);
try {
  await pipeline(
    Readable.from(createInterface({ input: process.stdin })),
    scoring(detector),
    async function* (results: AsyncIterable<ScoreResult>) {
      for await (const { map: _, ...result } of results as AsyncIterable<ScoreResult & { map?: unknown }>) yield `${JSON.stringify(result)}\n`;
    },
    process.stdout,
  );
} finally {
  detector.dispose();
}
