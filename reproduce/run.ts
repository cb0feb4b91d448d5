// One class: learnt with one seed and judged on all test pictures; and what needs no learning at all.

import type { Category, Sample } from '../src/data/sample.ts';
import { BlemishError } from '../src/errors.ts';
import { nearest } from '../src/kernels/index.ts';
import { ranking } from '../src/ops/index.ts';
import type { Detector } from '../src/scoring/detector.ts';
import { readPicture } from '../src/tensor/pictures.ts';
import { scope } from '../src/tensor/scope.ts';
import { tensor } from '../src/tensor/tensor.ts';
import { fit } from '../src/training/fit.ts';
import type { Learnt } from '../src/training/gradient-fit.ts';
import type { BaselineRecord, RunRecord } from './journal.ts';
import type { Task } from './task.ts';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Where a killed training leaves what it has learnt, and goes on from. */
  readonly checkpoint: string;
  /** How far it is, 0 … 1, in words. */
  readonly onProgress: (share: number, text: string) => void;
}

/** Pictures that go through the network together while it is judged. */
const scoredTogether = 64;
// Of a run's time, as the bar has it.
const learning = 0.9;

/** Learns one class and judges it. Rejects as `fit` does, with the first code of a picture that could not be scored, and when it is aborted. */
export async function runClass(task: Task, category: Category, index: number, seed: number, options: RunOptions): Promise<RunRecord> {
  const { signal, onProgress, checkpoint } = options;
  const normals = category.train.slice(0, task.limitTrain ?? undefined);
  const detector = await fit(task.method, normals, {
    ...task.fit,
    hyper: task.hyper,
    seed,
    // Nothing is chosen by held-out pictures here, so all are learnt from.
    validationShare: 0,
    checkpoint,
    resume: true,
    signal,
    onProgress(event) {
      if (event.kind === 'step') onProgress(learning * event.share, `step ${event.step}/${event.steps}  loss ${event.loss.toPrecision(4)}`);
      else if (event.kind === 'reading') onProgress(0, `${event.done}/${event.total} pictures read`);
      else if (event.kind === 'settling') onProgress(learning, `settling ${event.done}/${event.total}`);
    },
  });
  try {
    const begun = performance.now();
    const scores = await scoresOf(detector, category.test, signal, (done) =>
      onProgress(learning + ((1 - learning) * done) / category.test.length, `${done}/${category.test.length} judged`),
    );
    const scoreSeconds = (performance.now() - begun) / 1000;
    const { steps, seconds, images, history, monitors } = detector.provenance.training as unknown as Learnt & { readonly images: number };
    return {
      kind: 'run',
      class: task.set.classes[index],
      seed,
      train: images,
      ...(await judged(category.test, scores)),
      steps,
      trainSeconds: rounded(seconds),
      scoreSeconds: rounded(scoreSeconds),
      terms: finalNumbers({ history, monitors }),
    };
  } finally {
    detector.dispose();
  }
}

const rounded = (seconds: number): number => Math.round(1000 * seconds) / 1000;

/** Raw image scores in the order of the pictures; no map leaves the device. */
async function scoresOf(detector: Detector, samples: readonly Sample[], signal: AbortSignal, seen: (done: number) => void): Promise<Float32Array> {
  const scores = new Float32Array(samples.length);
  let done = 0;
  for await (const result of detector.score(samples, { maps: false, batchSize: scoredTogether, signal })) {
    // A table on fewer pictures than it says would be worse than none.
    if (result.error) throw new BlemishError(result.error.code, result.error.message);
    scores[done++] = result.score;
    if (done % 500 === 0) seen(done);
  }
  return scores;
}

interface Counted {
  readonly normal: number;
  readonly abnormal: number;
  readonly auroc: number;
  readonly averagePrecision: number;
}

/** Exact, with midranks for ties. */
export async function judged(samples: readonly Pick<Sample, 'label'>[], scores: Float32Array): Promise<Counted> {
  const [normal, abnormal] = [0, 1].map((label) => scores.filter((_, i) => samples[i].label === label));
  const results = scope(() => ranking(tensor(abnormal), tensor(normal)));
  const reads = results.map((one) => one.read());
  for (const one of results) one.dispose();
  const [[auroc], [averagePrecision]] = await Promise.all(reads);
  return { normal: normal.length, abnormal: abnormal.length, auroc, averagePrecision };
}

type Named = Readonly<Record<string, number>>;

/**
 * Means over the last tenth of a training: terms of the loss by their names, and what the method watched besides as `watched.<name>`, where it
 * could be had. Of methods that learn in one pass there is nothing.
 */
export function finalNumbers({
  history,
  monitors,
}: {
  readonly history: readonly { readonly terms: Named }[];
  readonly monitors: readonly { readonly values: Named }[];
}): Record<string, number> {
  const watched = lastMeans(monitors.map(({ values }) => values));
  return { ...lastMeans(history.map(({ terms }) => terms)), ...Object.fromEntries(Object.entries(watched).map(([name, mean]) => [`watched.${name}`, mean])) };
}

function lastMeans(points: readonly Named[]): Record<string, number> {
  const last = points.slice(-Math.max(1, Math.ceil(points.length / 10)));
  const known = new Map<string, number[]>();
  for (const point of last) {
    for (const [name, value] of Object.entries(point)) if (Number.isFinite(value)) known.set(name, [...(known.get(name) ?? []), value]);
  }
  return Object.fromEntries([...known].map(([name, values]) => [name, values.reduce((a, b) => a + b, 0) / values.length]));
}

/**
 * AUROC of distances on raw pixels: to the mean of the training pictures, and to the nearest of them. At the pictures' own extents, which
 * all have in common, where the baselines of an evaluation shrink pictures of any.
 */
export async function baselineOf(task: Task, category: Category, index: number, signal: AbortSignal): Promise<BaselineRecord> {
  const bank = await pixelsOf(category.train.slice(0, task.limitTrain ?? undefined));
  const queries = await pixelsOf(category.test);
  const width = bank.shape[1];
  const mean = new Float64Array(width);
  for (let i = 0; i < bank.data.length; i++) mean[i % width] += bank.data[i] / bank.shape[0];
  const apart = Float32Array.from({ length: queries.shape[0] }, (_, row) => {
    let sum = 0;
    for (let i = 0, at = row * width; i < width; i++, at++) sum += (queries.data[at] - mean[i]) ** 2;
    return sum;
  });
  const near = await nearest(queries, bank, { k: 1, signal });
  const auroc: Record<string, number> = {};
  auroc['distance to the mean picture'] = (await judged(category.test, apart)).auroc;
  auroc['nearest training picture'] = (await judged(category.test, near.distances.data as Float32Array)).auroc;
  return { kind: 'baseline', class: task.set.classes[index], auroc };
}

async function pixelsOf(samples: readonly Sample[]): Promise<{ data: Float32Array; shape: [number, number] }> {
  let all: Float32Array | null = null;
  let width = 0;
  for (const [i, { source }] of samples.entries()) {
    const { data } = await readPicture(source);
    width ||= data.length;
    all ??= new Float32Array(samples.length * width);
    for (let p = 0; p < width; p++) all[i * width + p] = data[p] / 255;
  }
  return { data: all as Float32Array, shape: [samples.length, width] };
}
