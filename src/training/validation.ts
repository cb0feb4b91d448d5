// How a network in training finds made defects in normal pictures that it does not learn from.
import { noGrad } from '../autograd/tape.ts';
import type { PictureStore } from '../data/store.ts';
import type { AnyMethod, TrainingBatch } from '../methods/method.ts';
import { Auroc } from '../metrics/auroc.ts';
import { AveragePrecision } from '../metrics/average-precision.ts';
import type { AnyModule } from '../nn/module.ts';
import type { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
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

/** A function that judges the model as it is then; the made defects are the same every time. */
export function validationOf({
  method,
  model,
  hyper,
  store,
  batchSize,
  random,
}: ValidationOptions): (step: number, seconds: number) => Promise<ValidationPoint> {
  const { learn } = method;
  return async (step, seconds) => {
    const image = new Auroc();
    const [pixelAuroc, pixelAp] = [new Auroc(), new AveragePrecision()];
    for (let first = 0; first < store.size; first += batchSize) {
      const indices = Array.from({ length: Math.min(batchSize, store.size - first) }, (_, i) => first + i);
      const images = await store.batch(indices);
      const donors = await store.batch(indices.map((i) => (i + 1) % store.size));
      const results = scope(() =>
        noGrad(() => {
          const batch: TrainingBatch = { images, donors, random: random.split(first), progress: 1 };
          if (learn.learns !== 'gradient') return [];
          const corrupted = learn.corrupt(batch, hyper);
          const [before, after] = [images, corrupted.image].map((x) => method.score(model, x, hyper).map);
          return [method.imageScore(before, hyper), method.imageScore(after, hyper), after, corrupted.mask];
        }),
      );
      images.dispose();
      donors.dispose();
      const read = results.map((one) => one.read() as Promise<Float32Array>);
      for (const one of results) one.dispose();
      const [clean, spoilt, maps, masks] = await Promise.all(read);
      const pixels = maps.length / indices.length;
      indices.forEach((_, n) => {
        const [map, mask] = [maps, masks].map((all) => all.subarray(n * pixels, (n + 1) * pixels));
        // A picture that chance left alone is no defect.
        const defect = mask.some((m) => m > 0);
        image.update([clean[n]], [0]);
        image.update([spoilt[n]], [defect ? 1 : 0]);
        const labels = Uint8Array.from(mask, (m) => (m > 0 ? 1 : 0));
        pixelAuroc.update(map, labels);
        pixelAp.update(map, labels);
      });
    }
    return { step, seconds, imageAuroc: image.value() ?? Number.NaN, pixelAuroc: pixelAuroc.value() ?? Number.NaN, pixelAp: pixelAp.value() ?? Number.NaN };
  };
}
