// Pictures per second from files to tensors: decoding alone, the whole way, and batches out of memory.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import sharp from 'sharp';
import { inFlight } from '../src/data/in-flight.ts';
import { type InputSpec, toInput } from '../src/data/input.ts';
import type { Sample } from '../src/data/sample.ts';
import { PictureStore } from '../src/data/store.ts';
import { sync } from '../src/index.ts';
import { readPicture } from '../src/tensor/pictures.ts';
import { scope } from '../src/tensor/scope.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { makePictures } from './pictures.ts';
import { type Row, rounded, rowOf } from './rows.ts';
import { summary } from './timing.ts';

const pictures = 24;
const atATime = 4;
const batch = 8;

async function drain(results: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of results);
}

async function* measure(context: Context): AsyncIterable<Row> {
  const { device, threads, say } = context;
  const side = context.size ?? 1024;
  const spec: InputSpec = { height: 256, width: 256, channels: 3, fit: 'stretch' };
  const folder = await mkdtemp(join(tmpdir(), 'blemish-loading-'));
  try {
    const paths = await makePictures(folder, pictures, side);
    const samples = paths.map((source): Sample => ({ name: source, source, label: 0, kind: 'good', mask: null }));
    const decoded = await readPicture(paths[0]);
    using store = await PictureStore.open(samples, spec);
    const orders = Array.from({ length: pictures / batch }, (_, i) => Array.from({ length: batch }, (__, k) => i * batch + k));
    const raw = (path: string) => sharp(path).autoOrient().removeAlpha().raw().toBuffer();
    const ways: [title: string, run: () => Promise<void>][] = [
      ['libvips alone', () => drain(inFlight(paths, atATime, raw))],
      ['readPicture', () => drain(inFlight(paths, atATime, (path) => readPicture(path)))],
      [
        'to the input, decoded already',
        async () => {
          for (let i = 0; i < pictures; i++) scope(() => void toInput(decoded, spec));
          await sync(device);
        },
      ],
      ['from file to memory', async () => (await PictureStore.open(samples, spec)).dispose()],
      [
        `from memory to batches of ${batch}`,
        async () => {
          for (const indices of orders) (await store.batch(indices)).dispose();
          await sync(device);
        },
      ],
    ];
    let decoder = 0;
    for (const [title, run] of ways) {
      const times: number[] = [];
      for (let i = -1; i < (context.repeats ?? 7); i++) {
        const start = performance.now();
        await run();
        if (i >= 0) times.push((performance.now() - start) / pictures);
      }
      const timing = summary(times);
      if (title === 'libvips alone') decoder = timing.ms;
      const extras = { picturesPerSecond: rounded(1000 / timing.ms), decodersTimes: rounded(timing.ms / decoder) };
      const row = rowOf({ name: 'loading', case: `${title}, ${side}x${side} JPEG to ${spec.height}x${spec.width}`, device, threads, timing }, extras);
      say(`loading: ${title}: ${row.picturesPerSecond} pictures a second`);
      yield row;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export default {
  name: 'loading',
  about: 'pictures per second from files to tensors, beside what the decoder alone takes',
  entries: () => [{ name: 'loading', groups: ['data'], run: measure }],
} satisfies Benchmark;
