// From normal pictures to a fitted detector.
import { createHash } from 'node:crypto';
import { batches } from '../data/batches.ts';
import type { InputSpec } from '../data/input.ts';
import { openData } from '../data/layouts/index.ts';
import type { Sample } from '../data/sample.ts';
import { split } from '../data/split.ts';
import { type PictureFailure, PictureStore } from '../data/store.ts';
import { BlemishError, must } from '../errors.ts';
import { resolveHypers } from '../hyper.ts';
import { methods } from '../methods/index.ts';
import type { AnyMethod } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import { Detector } from '../scoring/detector.ts';
import { dropTrainingParts } from '../scoring/learnt.ts';
import { versions } from '../scoring/versions.ts';
import { readPicture } from '../tensor/pictures.ts';
import { Random } from '../tensor/random.ts';
import { type BudgetOptions, Clock, limitOf } from './budget.ts';
import { loadCheckpoint } from './checkpoint.ts';
import type { TrainingEvent } from './events.ts';
import { fitByGradient, type Learnt } from './gradient-fit.ts';
import { fitInOnePass, type Look, lookOnce } from './one-pass-fit.ts';
import { batchesPerStep } from './turns.ts';
import { validationOf } from './validation.ts';
import { weightsFor } from './weights.ts';

/** How a method learns. */
export interface FitOptions extends BudgetOptions {
  /** Hyper-parameters of the method that are not to have their defaults. */
  hyper?: Readonly<Record<string, unknown>>;
  /** Extents of the network's input in pixels; one number for a square. Default 256. Rounded up to what the network can halve. */
  size?: number | readonly [height: number, width: number];
  /** 1 grey, 3 colour. Default 3 where one of the first pictures has colour, else 1. */
  channels?: 1 | 3;
  /** 'stretch' fills the input, 'pad' keeps the picture's proportions. Default 'stretch'. */
  fit?: InputSpec['fit'];
  /** From which everything random follows. Default 0. */
  seed?: number;
  /** Pictures a step. Default 8. */
  batchSize?: number;
  /** Share of the normal pictures held out for validation with made defects, 0 … 0.5. Default 0.1, at most 32 pictures. */
  validationShare?: number;
  device?: 'auto' | 'cpu';
  /**
   * Path of pretrained weights, for methods whose features come from a network: a safetensors file, an ONNX file, or the file of a
   * detector with an encoder, as the method's settings ask. They become part of the detector.
   */
  weights?: string;
  /** Bytes of pictures to hold; what does not fit is decoded again in every epoch. */
  memoryLimit?: number;
  /** File that a killed training can go on from; written now and then, and at an abort. */
  checkpoint?: string;
  /** Seconds between two checkpoints; 0: after every step. Default 30. */
  checkpointSeconds?: number;
  /** Goes on from the checkpoint if there is one. Default false: it is overwritten. */
  resume?: boolean;
  /** Category of a data set that has several. */
  category?: string;
  /** Stops within a second, or at the end of the running step where a checkpoint is to be written; fit rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Is told how far it is. */
  onProgress?: (event: TrainingEvent) => void;
}

const mostValidated = 32;

/**
 * Learns what is normal from the training pictures of a data set or from samples, of which the normal ones are used.
 *
 * The same seed, pictures, settings and limit in steps or epochs give the same bits on the same machine, however often the training
 * was killed and resumed. A limit in time depends on the pace of the machine.
 *
 * Rejects with ARGUMENT_INVALID for what is out of range, WEIGHTS_MISSING where the method wants pretrained weights, DATA_UNUSABLE where
 * there is nothing to learn from, TRAINING_DIVERGED where the loss is no number any more, STATE_INVALID where a checkpoint is of another
 * training.
 */
export async function fit(method: string | AnyMethod, data: string | readonly Sample[], options: FitOptions = {}): Promise<Detector> {
  const chosen = typeof method === 'string' ? methodOf(method) : method;
  const seed = options.seed ?? 0;
  const batchSize = options.batchSize ?? 8;
  const share = options.validationShare ?? 0.1;
  must(Number.isSafeInteger(batchSize) && batchSize >= 1 && batchSize <= 4096, `fit: batchSize is ${batchSize}; expected a whole number, 1 … 4096`);
  must(share >= 0 && share <= 0.5, `fit: validationShare is ${share}; expected 0 … 0.5`);
  must(options.device === undefined || options.device === 'auto' || options.device === 'cpu', `fit: device is ${options.device}; expected auto or cpu`);
  must(!options.resume || options.checkpoint, 'fit: resume without checkpoint; expected the path of one');
  const hyper = resolveHypers(`fit ${chosen.name}`, chosen.hyper, options.hyper) as Record<string, never>;
  const random = new Random(seed);
  const weights = await weightsFor(chosen, hyper as never, options.weights);
  const signal = options.signal;
  signal?.throwIfAborted();
  const onProgress = options.onProgress ?? (() => {});
  const begun = performance.now();

  const normals = await normalSamples(data, options.category);
  const input = await inputOf(chosen, hyper, normals, options);
  const held = Math.min(share, mostValidated / normals.length);
  const { train, validation } = split(normals, chosen.learn.learns === 'gradient' ? held : 0, random.split('validation'));
  const seen = chosen.learn.learns === 'gradient' ? batchesPerStep(chosen.learn.phases, hyper) : 1;
  const limit = limitOf(options, train.length, batchSize * seen);
  const identity = JSON.stringify({ method: chosen.name, hyper, input, seed, batchSize, limit, validation: validation.length, pictures: fingerprint(normals) });
  const from = options.resume ? await loadCheckpoint(options.checkpoint as string, identity) : null;

  const reading = { signal, memoryLimit: options.memoryLimit };
  const total = train.length + validation.length;
  const store = await PictureStore.open(train, input, { ...reading, onProgress: ({ done }) => onProgress({ kind: 'reading', done, total }) });
  let checks: PictureStore | null = null;
  let unreadable: PictureFailure[] = [];
  const model: AnyModule = chosen.build(hyper, {
    channels: input.channels,
    height: input.height,
    width: input.width,
    random: random.split('weights'),
    weights,
  });
  try {
    if (validation.length) {
      const watched = { ...reading, onProgress: ({ done }: { done: number }) => onProgress({ kind: 'reading', done: train.length + done, total }) };
      checks = await PictureStore.open(validation, input, watched).catch((error: unknown) => {
        // Not one of the few held out can be read: there is still all the rest to learn from.
        if (!(error instanceof BlemishError) || error.code !== 'DATA_UNUSABLE') throw error;
        unreadable = validation.map(({ name }) => ({ name, code: error.code, message: error.message }));
        return null;
      });
    }
    const elapsed = (performance.now() - begun) / 1000;
    const clock = new Clock(limit, from ? from.standing : { step: 0, seconds: elapsed });
    const look: Omit<Look, 'learn'> = { model, hyper, store, batchSize, random: random.split('training'), signal };
    let learnt: Learnt;
    if (chosen.learn.learns === 'gradient') {
      const learn = chosen.learn;
      const settling = (kind: 'preparing' | 'settling') => (done: number, of: number) => onProgress({ kind, done, total: of });
      const prepare = from ? null : learn.prepare?.(hyper);
      if (prepare) await lookOnce({ ...look, learn: prepare }, settling('preparing'));
      const validate = checks && validationOf({ method: chosen, model, hyper, store: checks, batchSize, random: random.split('checks') });
      learnt = await fitByGradient({
        model,
        learn,
        hyper,
        random: look.random,
        clock,
        source: (from) =>
          batches(store, { batchSize, random: random.split('batches'), signal, state: { size: store.size, batchSize, delivered: from * batchSize } }),
        validate,
        checkpoint: options.checkpoint ? { path: options.checkpoint, identity, everySeconds: options.checkpointSeconds ?? 30 } : null,
        from,
        signal,
        onProgress,
      });
      const settle = learn.settle?.(hyper);
      if (settle) {
        await lookOnce({ ...look, learn: settle }, settling('settling'));
        // What stands at the end is the detector as it will score.
        if (validate) {
          const last = await validate(learnt.steps, learnt.seconds);
          onProgress({ kind: 'validation', ...last });
          learnt = { ...learnt, validation: [...learnt.validation.filter(({ step }) => step < learnt.steps), last] };
        }
      }
    } else {
      learnt = await fitInOnePass({ ...look, learn: chosen.learn }, clock, onProgress);
    }
    const failures = [...store.failures, ...(checks?.failures ?? []), ...unreadable];
    const images = store.size;
    dropTrainingParts(chosen, hyper, model);
    onProgress({ kind: 'done', steps: learnt.steps, seconds: learnt.seconds, images });
    return Detector.from({
      method: chosen,
      hyper,
      input,
      model,
      provenance: {
        seed,
        device: 'cpu',
        versions: versions(),
        training: { ...learnt, images, seed, batchSize, limit, validationImages: checks?.size ?? 0, failures },
      },
    });
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    store.dispose();
    checks?.dispose();
  }
}

/** @internal The method of a name; throws where there is none. */
export function methodOf(name: string): AnyMethod {
  if (!Object.hasOwn(methods, name)) {
    throw new BlemishError('ARGUMENT_INVALID', `fit: there is no method ${JSON.stringify(name)}; expected one of ${Object.keys(methods).join(', ')}`);
  }
  return methods[name];
}

/** @internal The normal ones of a data set's training pictures, or of samples; at least one. */
export async function normalSamples(data: string | readonly Sample[], category: string | undefined): Promise<readonly Sample[]> {
  const where = typeof data === 'string' ? data : 'the samples';
  let samples: readonly Sample[];
  if (typeof data === 'string') {
    const { categories } = await openData(data, { category });
    must(categories.length === 1, `fit: ${data} has ${categories.length} categories (${categories.map(({ name }) => name).join(', ')}); expected one: name it`);
    samples = categories[0].train;
  } else samples = data;
  const normals = samples.filter(({ label }) => label !== 1);
  if (!normals.length)
    throw new BlemishError('DATA_UNUSABLE', `fit: ${where}: there is no normal picture among ${samples.length}; expected at least one to learn from`);
  return normals;
}

// Of a large set the first pictures tell: colour is a property of the camera.
const lookedAt = 8;

async function inputOf(method: AnyMethod, hyper: unknown, samples: readonly Sample[], options: FitOptions): Promise<InputSpec> {
  const { size = 256, fit: how = 'stretch', channels } = options;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  for (const [name, extent] of [
    ['height', height],
    ['width', width],
  ] as const) {
    must(Number.isSafeInteger(extent) && extent >= 8 && extent <= 8192, `fit: ${name} is ${extent}; expected a whole number, 8 … 8192`);
  }
  const multiple = method.multipleOf(hyper as never);
  const up = (extent: number) => Math.ceil(extent / multiple) * multiple;
  return { height: up(height), width: up(width), channels: channels ?? (await channelsOf(samples)), fit: how };
}

/** 3 where one of the first readable pictures has colour. */
async function channelsOf(samples: readonly Sample[]): Promise<1 | 3> {
  for (const { source } of samples.slice(0, lookedAt)) {
    const picture = await readPicture(source).catch(() => null);
    if (picture && picture.channels >= 3) return 3;
  }
  return 1;
}

/** Names of the pictures in order, as one number. */
function fingerprint(samples: readonly Sample[]): string {
  const hash = createHash('sha256');
  for (const { name } of samples) hash.update(`${name}\n`);
  return hash.digest('hex').slice(0, 16);
}
