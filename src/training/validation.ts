// How a network in training finds made defects in normal pictures that it does not learn from.
import { noGrad } from '../autograd/tape.ts';
import type { PictureStore } from '../data/store.ts';
import type { AnyMethod, TrainingBatch } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import { ranking } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
import { tensor } from '../tensor/tensor.ts';
import type { ValidationPoint } from './events.ts';

export interface ValidationOptions {
  readonly method: AnyMethod;
  readonly model: AnyModule;
  // biome-ignore lint/suspicious/noExplicitAny: hyper-parameters are the method's own
  readonly hyper: any;
  readonly store: PictureStore;
  readonly batchSize: number;
  readonly random: Random;
}

/** Scores of one batch: of the pictures as they are, of the same ones spoilt, and the spoilt ones' maps with their true masks. */
interface Judged {
  readonly clean: Float32Array;
  readonly spoilt: Float32Array;
  readonly maps: Float32Array;
  readonly masks: Float32Array;
}

/** A function that judges the model as it is then; the made defects are the same every time. */
export function validationOf(options: ValidationOptions): (step: number, seconds: number) => Promise<ValidationPoint> {
  const { store, batchSize } = options;
  return async (step, seconds) => {
    const image: [number[], number[]] = [[], []];
    const pixel: [Float32Array[], Float32Array[]] = [[], []];
    for (let first = 0; first < store.size; first += batchSize) {
      const indices = Array.from({ length: Math.min(batchSize, store.size - first) }, (_, i) => first + i);
      const { clean, spoilt, maps, masks } = await judge(options, indices);
      const pixels = maps.length / indices.length;
      indices.forEach((_, n) => {
        const mask = masks.subarray(n * pixels, (n + 1) * pixels);
        // A picture that chance left alone is no defect.
        image[0].push(clean[n]);
        image[mask.some((m) => m > 0) ? 1 : 0].push(spoilt[n]);
        const map = maps.subarray(n * pixels, (n + 1) * pixels);
        for (const spoiled of [0, 1]) pixel[spoiled].push(map.filter((_, p) => (mask[p] > 0 ? 1 : 0) === spoiled));
      });
    }
    const [images, all] = [await ranked(image.map((list) => Float32Array.from(list))), await ranked(pixel.map(joined))];
    return { step, seconds, imageAuroc: images.auroc, pixelAuroc: all.auroc, pixelAp: all.averagePrecision };
  };
}

async function judge({ method, model, hyper, store, random }: ValidationOptions, indices: readonly number[]): Promise<Judged> {
  const images = await store.batch(indices);
  const donors = await store.batch(indices.map((i) => (i + 1) % store.size));
  const { learn } = method;
  const results = scope(() =>
    noGrad(() => {
      if (learn.learns !== 'gradient') return [];
      const batch: TrainingBatch = { images, donors, random: random.split(indices[0]), progress: 1 };
      const corrupted = learn.corrupt(batch, hyper);
      const [before, after] = [images, corrupted.image].map((x) => {
        const { map, image = method.imageScore(map, hyper) } = method.score(model, x, hyper);
        return { map, image };
      });
      return [before.image, after.image, after.map, corrupted.mask];
    }),
  );
  images.dispose();
  donors.dispose();
  const reads = results.map((one) => one.read() as Promise<Float32Array>);
  for (const one of results) one.dispose();
  const [clean, spoilt, maps, masks] = await Promise.all(reads);
  return { clean, spoilt, maps, masks };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Of scores of normal and of abnormal things; NaN where a class is missing. */
async function ranked([negatives, positives]: readonly Float32Array[]): Promise<{ auroc: number; averagePrecision: number }> {
  const results = scope(() => ranking(tensor(positives), tensor(negatives)));
  const reads = results.map((one) => one.read());
  for (const one of results) one.dispose();
  const [[auroc], [averagePrecision]] = await Promise.all(reads);
  return { auroc, averagePrecision };
}
