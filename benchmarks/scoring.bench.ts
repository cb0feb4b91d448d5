// Scoring pictures with the reference autoencoder: the network alone and together, and the whole way from pixels to maps beside it.
import { performance } from 'node:perf_hooks';
import { Detector, hyper, methods, type Pictures, Random, type RawPicture, type ScoreOptions, type Tensor } from '../src/index.ts';
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
  const model = fuse(buildNetwork(1));
  const row = await alone(context, images, `3x${size}x${size}`, () => maxScore(method.score(model, images, {}).map));
  model.dispose();
  return row;
}

async function alone(context: Context, images: Tensor, what: string, once: () => Tensor): Promise<Row> {
  const count = images.shape[0];
  const timing = await time(once, { device: 'cpu', repeats: context.repeats ?? 3, sampleMs: 1 });
  return rowFor(context, `network alone, ${count} together, ${what}`, {
    ms: timing.ms / count,
    spread: timing.spread,
    minMs: timing.minMs / count,
  });
}

/** The same for `score`, from pixels in memory. */
async function scored(context: Context, detector: Detector, pictures: readonly RawPicture[], title: string, options: ScoreOptions, rounds = 4): Promise<Row> {
  const run = async (sources: Pictures) => {
    for await (const { error } of detector.score(sources, options)) if (error) context.fail(`${name}: ${error.message}`);
  };
  const count = rounds * pictures.length;
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

/** Ten thousand pictures of 28 x 28, as the test sets of the MNIST family have: what is spent on each besides the network. */
async function* tiny(context: Context): AsyncIterable<Row> {
  if (context.device !== 'cpu') return context.say(`${name}: measured on the CPU only`);
  const { autoencoder } = methods;
  const random = new Random(3);
  const pictures = Array.from({ length: 10_000 }, () => ({
    data: Uint8Array.from({ length: 784 }, () => random.integer(256)),
    width: 28,
    height: 28,
    channels: 1,
  }));
  const batch = context.batch ?? 64;
  for (const width of [32, 4]) {
    const values = hyper.resolveHypers('autoencoder', autoencoder.hyper as hyper.Hypers, { width });
    const build = () => autoencoder.build(values, { channels: 1, height: 28, width: 28, random: new Random(1) });
    const images = normal([batch, 1, 28, 28], 7, 'cpu');
    const model = fuse(build().eval());
    const what = `1x28x28, autoencoder of width ${width}`;
    yield await alone(context, images, what, () => autoencoder.imageScore(autoencoder.score(model, images, values).map, values));
    model.dispose();
    images.dispose();
    const input = { height: 28, width: 28, channels: 1, fit: 'stretch' } as const;
    const detector = Detector.from({ method: autoencoder, hyper: values, input, model: build(), provenance: {} });
    const options = { batchSize: batch, maps: false };
    yield await scored({ ...context, repeats: 1 }, detector, pictures, `score, no maps, batches of ${batch}, the first 10,000, ${what}`, options, 1);
    yield await scored(context, detector, pictures, `score, no maps, batches of ${batch}, afterwards, ${what}`, options, 1);
    yield await scored(context, detector, pictures, `score, no maps, batches of 1, ${what}`, { ...options, batchSize: 1 }, 1);
    detector.dispose();
  }
}

export default {
  name,
  about: 'pictures a second from pixels and from files to scores and maps, beside the network by itself, and beside its ONNX export in a plain script',
  entries: () => [{ name, groups: [], run }, { name: 'scoring-tiny', groups: [], run: tiny }, files],
} satisfies Benchmark;
