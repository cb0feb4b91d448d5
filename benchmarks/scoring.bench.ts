// Scoring pictures with the reference autoencoder: the network alone and together, and the whole way from pixels to maps beside it.
import { performance } from 'node:perf_hooks';
import { Detector, type Pictures, Random, type RawPicture, type ScoreOptions, type Tensor } from '../src/index.ts';
import { defineMethod } from '../src/methods/method.ts';
import { fuse, type Sequential } from '../src/nn/index.ts';
import { mean, mul, sub } from '../src/ops/index.ts';
import { maxScore } from '../src/scoring/image-score.ts';
import type { Benchmark, Context } from './benchmark.ts';
import { normal } from './random.ts';
import { buildNetwork, forwardOnce } from './reference-autoencoder/network.ts';
import { type Row, rowOf } from './rows.ts';
import { entry as files } from './scoring/files.ts';
import { summary, time } from './timing.ts';

const name = 'scoring';

const method = defineMethod({
  name: 'reference-autoencoder',
  paper: 'none',
  family: 'reconstruction',
  needsWeights: false,
  multipleOf: () => 16,
  hyper: {},
  build: () => buildNetwork(1),
  learn: { learns: 'onePass', observe: () => {}, finish: () => {} },
  score: (model: Sequential, images) => {
    const away = sub(forwardOnce(model, images), images);
    return { map: mean(mul(away, away), 1, { keepDims: true }) };
  },
  imageScore: maxScore,
});

/** Milliseconds a picture of a pass of some through the folded network. */
async function passes(context: Context, images: Tensor, size: number): Promise<Row> {
  const count = images.shape[0];
  const model = fuse(buildNetwork(1));
  const timing = await time(() => maxScore(method.score(model, images, {}).map), { device: 'cpu', repeats: context.repeats ?? 3, sampleMs: 1 });
  model.dispose();
  return rowFor(context, `network alone, ${count} together, 3x${size}x${size}`, {
    ms: timing.ms / count,
    spread: timing.spread,
    minMs: timing.minMs / count,
  });
}

/** The same for `score`, from pixels in memory. */
async function scored(context: Context, detector: Detector, pictures: readonly RawPicture[], title: string, options: ScoreOptions): Promise<Row> {
  const run = async (sources: Pictures) => {
    for await (const { error } of detector.score(sources, options)) if (error) context.fail(`${name}: ${error.message}`);
  };
  const count = 4 * pictures.length;
  const samples: number[] = [];
  for (let i = 0; i < (context.repeats ?? 3); i++) {
    const begun = performance.now();
    await run(many(pictures, count));
    samples.push((performance.now() - begun) / count);
  }
  return rowFor(context, title, summary(samples));
}

const many = (pictures: readonly RawPicture[], count: number): RawPicture[] => Array.from({ length: count }, (_, i) => pictures[i % pictures.length]);

function rowFor({ device, threads, say }: Context, title: string, timing: { ms: number; spread: number; minMs: number }): Row {
  const row = rowOf({ name, case: title, device, threads, timing }, { picturesPerSecond: Math.round(10_000 / timing.ms) / 10 });
  say(`${title}: ${row.ms} ms a picture`);
  return row;
}

async function* run(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  const batch = context.batch ?? 8;
  for (const size of context.size ? [context.size] : [256, 64]) {
    for (const count of [1, batch]) {
      const images = normal([count, 3, size, size], 7, 'cpu');
      yield await passes(context, images, size);
      images.dispose();
    }
    const random = new Random(3);
    const extents = { width: size, height: size, channels: 3 };
    const pictures = Array.from({ length: 8 }, () => ({ data: Uint8Array.from({ length: 3 * size * size }, () => random.integer(256)), ...extents }));
    const input = { height: size, width: size, channels: 3, fit: 'stretch' } as const;
    const detector = Detector.from({ method, hyper: {}, input, model: buildNetwork(1), provenance: {} });
    const what = `3x${size}x${size}`;
    yield await scored(context, detector, pictures, `score, batches of 1, ${what}`, { batchSize: 1 });
    // As many as it takes to find out whether batches are sound.
    for await (const { error } of detector.score(many(pictures, 18 * batch), { batchSize: batch })) if (error) context.fail(`${name}: ${error.message}`);
    yield await scored(context, detector, pictures, `score, batches of ${batch}, ${what}`, { batchSize: batch });
    yield await scored(context, detector, pictures, `score, batches of ${batch}, no maps, ${what}`, { batchSize: batch, maps: false });
    detector.dispose();
  }
}

export default {
  name,
  about: 'pictures a second from pixels and from files to scores and maps, beside the network by itself, and beside its ONNX export in a plain script',
  entries: () => [{ name, groups: [], run }, files],
} satisfies Benchmark;
