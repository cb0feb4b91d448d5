// More normal pictures for a detector that learns in one pass.
import type { Sample } from '../data/sample.ts';
import { type PictureFailure, PictureStore } from '../data/store.ts';
import { must } from '../errors.ts';
import { Detector } from '../scoring/detector.ts';
import { learntNetwork } from '../scoring/learnt.ts';
import { Random } from '../tensor/random.ts';
import { Clock } from './budget.ts';
import type { TrainingEvent } from './events.ts';
import { normalSamples } from './fit.ts';
import { fitInOnePass } from './one-pass-fit.ts';

/** How a detector is shown more pictures. */
export interface UpdateOptions {
  /** From which everything random follows. Default 0. */
  seed?: number;
  /** Pictures a step. Default 8. */
  batchSize?: number;
  /** Bytes of pictures to hold; what does not fit is decoded again. */
  memoryLimit?: number;
  /** Category of a data set that has several. */
  category?: string;
  /** Stops at the end of the running step; update rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Is told how far it is. */
  onProgress?: (event: TrainingEvent) => void;
}

/** What is kept of an update, in the detector's provenance under `updates`. */
export interface UpdateRecord {
  readonly images: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly seconds: number;
  readonly failures: readonly PictureFailure[];
}

/**
 * A detector that knows these normal pictures besides those that the given one has learnt from: its bank, its Gaussians, its components
 * go on from where they stood, in the same memory. The given detector stays as it is, so that it can score until the new one takes over.
 * The new one has no thresholds: calibrate it, with pictures that neither has learnt from.
 *
 * Rejects with ARGUMENT_INVALID where the detector's method learns by gradient steps, and otherwise as `fit`.
 */
export async function update(detector: Detector, data: string | readonly Sample[], options: UpdateOptions = {}): Promise<Detector> {
  const { method, hyper, input, provenance } = detector;
  const { seed = 0, batchSize = 8, memoryLimit, category, signal, onProgress = () => {} } = options;
  const { learn } = method;
  must(learn.learns === 'onePass', `update: ${method.name} learns by gradient steps; expected a method that learns in one pass`);
  must(Number.isSafeInteger(batchSize) && batchSize >= 1 && batchSize <= 4096, `update: batchSize is ${batchSize}; expected a whole number, 1 … 4096`);
  signal?.throwIfAborted();
  const random = new Random(seed);
  const normals = await normalSamples(data, category);
  const learnt = await detector.state();
  const store = await PictureStore.open(normals, input, {
    signal,
    memoryLimit,
    onProgress: ({ done }) => onProgress({ kind: 'reading', done, total: normals.length }),
  });
  const model = learntNetwork(method, hyper, input, learnt);
  try {
    const clock = new Clock({ steps: Number.POSITIVE_INFINITY });
    const { steps, seconds } = await fitInOnePass({ model, learn, hyper, store, batchSize, random: random.split('training'), signal }, clock, onProgress);
    const images = store.size;
    onProgress({ kind: 'done', steps, seconds, images });
    const earlier = Array.isArray(provenance.updates) ? provenance.updates : [];
    const record: UpdateRecord = { images, seed, batchSize, steps, seconds, failures: store.failures };
    const updates = [...earlier, record];
    return Detector.from({ method, hyper, input, model, provenance: { ...provenance, updates } });
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    store.dispose();
  }
}
