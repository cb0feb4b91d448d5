// Learning by gradient steps: phases, schedules, averages, checkpoints, and what stops it.
import { noGrad } from '../autograd/tape.ts';
import { BlemishError } from '../errors.ts';
import type { AnyPhase, GradientLearning } from '../methods/method.ts';
import type { AnyModule } from '../nn/module.ts';
import { ExponentialMovingAverage } from '../nn/optim/index.ts';
import { tensorsOf } from '../nn/state.ts';
import { reshape } from '../ops/index.ts';
import type { Random } from '../tensor/random.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { untilAborted } from '../tensor/waiting.ts';
import type { Clock } from './budget.ts';
import { type Checkpoint, type Standing, saveCheckpoint, type Trained } from './checkpoint.ts';
import { explainDivergence } from './divergence.ts';
import { History, type HistoryPoint, MonitorHistory, type MonitorPoint, type TrainingEvent, type ValidationPoint } from './events.ts';
import { batchesOfStep, Table, termsOf } from './turns.ts';

// biome-ignore lint/suspicious/noExplicitAny: hyper-parameters are the method's own
type Values = any;

interface Pictures {
  readonly images: Tensor;
  readonly donors: Tensor;
}
/** Where batches come from, without end; that of the number given first. */
export type Source = (from: number) => AsyncIterator<Pictures>;

export interface GradientFit {
  readonly model: AnyModule;
  readonly learn: GradientLearning<AnyModule, Values>;
  readonly hyper: Values;
  readonly source: Source;
  readonly random: Random;
  readonly clock: Clock;
  readonly validate: ((step: number, seconds: number) => Promise<ValidationPoint>) | null;
  readonly checkpoint: { readonly path: string; readonly identity: string; readonly everySeconds: number } | null;
  readonly from: Checkpoint | null;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (event: TrainingEvent) => void;
}

export interface Learnt {
  readonly steps: number;
  readonly seconds: number;
  readonly history: readonly HistoryPoint[];
  readonly validation: readonly ValidationPoint[];
  /** What the method has watched besides its loss; empty where it watches nothing. */
  readonly monitors: readonly MonitorPoint[];
}

/** Parts of the whole that the phases have, and where each begins: 0 … 1. */
function spans(phases: readonly AnyPhase<AnyModule, Values>[]): { begin: number; end: number }[] {
  const total = phases.reduce((sum, phase) => sum + (phase.share ?? 1), 0);
  let at = 0;
  return phases.map((phase, i) => {
    const begin = at;
    at = i === phases.length - 1 ? 1 : at + (phase.share ?? 1) / total;
    return { begin, end: at };
  });
}

// Schedules are functions of the step among so many; the share that is done is cut this finely for them.
const fineness = 100_000;
const validations = 10;
/** Steps from one look at what a method watches to the next: a look costs about a third of a step. */
const monitorEvery = 10;

/** Trains a model in place; at the end it holds the averaged weights. */
export async function fitByGradient(run: GradientFit): Promise<Learnt> {
  const { model, clock, learn } = run;
  const history = new History(run.from?.standing.history);
  const monitors = new MonitorHistory(run.from?.standing.monitors);
  const validation: ValidationPoint[] = [...(run.from?.standing.validation ?? [])];
  const parts = spans(learn.phases);
  const tensors = tensorsOf(model);
  const decay = learn.average?.(run.hyper) ?? 0;
  const average = decay > 0 ? new ExponentialMovingAverage(tensors, { decay, warmUp: true }) : null;
  const augmented = (images: Tensor, random: Random) => learn.augment?.(images, run.hyper, random) ?? reshape(images, images.shape);
  const clip = learn.clip ?? 0;
  let batches = run.from?.standing.batches ?? 0;
  const source = run.source(batches);
  let validated = Math.floor(clock.share * validations);
  try {
    model.train();
    for (let index = run.from?.standing.phase ?? 0; index < learn.phases.length; index++) {
      const phase = learn.phases[index];
      const table = new Table(phase, model, run.hyper);
      const seen = batchesOfStep(phase, run.hyper);
      const trained: Trained = { model: tensors, optimizers: table.optimizers, average };
      let phaseStep = 0;
      if (run.from?.standing.phase === index) {
        run.from.restore(trained);
        phaseStep = run.from.standing.phaseStep;
      }
      const schedule = phase.schedule(run.hyper);
      const standing = (): Standing => ({
        identity: run.checkpoint?.identity ?? '',
        step: clock.step,
        seconds: clock.seconds,
        phase: index,
        phaseStep,
        batches,
        history: history.state,
        monitors: monitors.state,
        validation,
      });
      const save = async () => {
        if (!run.checkpoint) return;
        await saveCheckpoint(run.checkpoint.path, trained, standing());
        run.onProgress({ kind: 'checkpoint', step: clock.step, path: run.checkpoint.path });
      };
      let saved = performance.now();
      try {
        const { begin, end } = parts[index];
        // A phase that comes when time is up still takes one step: a network that never trained helps nobody.
        while (clock.share < end || phaseStep === 0) {
          if (run.signal?.aborted) {
            await save();
            throw run.signal.reason;
          }
          const progress = Math.min(1, Math.max(0, (clock.share - begin) / (end - begin)));
          const factor = schedule(Math.min(fineness - 1, Math.floor(progress * fineness)), fineness);
          const pictures = await drawn(source, seen);
          const random = run.random.split('step').split(clock.step);
          let names: readonly string[] = [];
          const watches = phase.monitor && clock.step % monitorEvery === 0 ? phase.monitor : null;
          const { read, watched } = scope(() => {
            const given = pictures.map(({ images, donors }, n) => {
              const chance = n === 0 ? random : random.split('batch').split(n);
              return { images: augmented(images, chance.split('images')), donors: augmented(donors, chance.split('donors')), progress };
            });
            const played = table.play({ batches: given, random: random.split('losses'), factor, clip });
            average?.update();
            names = played.names;
            // Read before anything that may fail is queued behind it.
            const read = played.values.read() as Promise<Float32Array>;
            const look = { ...given[0], random: random.split('monitor') };
            return { read, watched: watches && watch(model, () => watches(model, look, run.hyper)) };
          });
          disposeAll(pictures);
          // Where a checkpoint is to be written, the step is waited for; else an abort need not wait for it.
          const whole = Promise.all([read, watched]);
          const [numbers, noticed] = await (run.checkpoint ? whole : untilAborted(whole, run.signal));
          phaseStep++;
          clock.step++;
          batches += seen;
          const terms = termsOf(names, numbers);
          const loss = Object.values(terms).reduce((a, b) => a + b, 0);
          if (!Number.isFinite(loss)) throw await explainDivergence(clock.step, terms, tensors);
          const { react } = phase;
          if (react) scope(() => react(model, terms, run.hyper, random.split('react')));
          const point = { step: clock.step, seconds: clock.seconds, loss, terms, rate: factor };
          history.add(point);
          run.onProgress({ kind: 'step', phase: phase.name, steps: clock.steps, share: clock.share, ...point });
          if (noticed) {
            const watchedAt = { step: clock.step, seconds: clock.seconds, values: noticed };
            monitors.add(watchedAt);
            run.onProgress({ kind: 'monitor', phase: phase.name, ...watchedAt });
          }
          if (run.validate && clock.share >= (validated + 1) / validations) {
            validated = Math.floor(clock.share * validations);
            validation.push(await averaged(average, model, () => run.validate!(clock.step, clock.seconds)));
            run.onProgress({ kind: 'validation', ...validation[validation.length - 1] });
          }
          if (run.checkpoint && performance.now() - saved >= 1000 * run.checkpoint.everySeconds) {
            await save();
            saved = performance.now();
          }
        }
      } finally {
        table.dispose();
      }
    }
    average?.apply();
    model.eval();
    return { steps: clock.step, seconds: clock.seconds, history: history.points, validation, monitors: monitors.points };
  } finally {
    await source.return?.();
    average?.dispose();
  }
}

async function drawn(source: AsyncIterator<Pictures>, count: number): Promise<readonly Pictures[]> {
  const pictures: Pictures[] = [];
  try {
    while (pictures.length < count) pictures.push((await source.next()).value as Pictures);
    return pictures;
  } catch (error) {
    disposeAll(pictures);
    throw error;
  }
}

function disposeAll(pictures: readonly Pictures[]): void {
  for (const { images, donors } of pictures) {
    images.dispose();
    donors.dispose();
  }
}

const failed = (error: unknown) => error instanceof BlemishError && error.code === 'NUMERICAL_FAILURE';

/** Numbers that a method watches, from the model in inference mode: the reads are queued at once; what fails for its numbers is NaN. */
async function watch(model: AnyModule, look: () => Readonly<Record<string, Tensor>>): Promise<Record<string, number>> {
  let reads: [string, Promise<number>][] = [];
  const known = (error: unknown) => {
    if (!failed(error)) throw error;
    return Number.NaN;
  };
  model.eval();
  try {
    reads = Object.entries(noGrad(look)).map(([name, value]) => [name, value.item().catch(known)]);
  } catch (error) {
    // Where work is done in place, a failure comes up at the call.
    known(error);
  } finally {
    model.train();
  }
  return Object.fromEntries(await Promise.all(reads.map(async ([name, value]) => [name, await value] as const)));
}

/** Runs `body` with the averages in the model, which is in inference mode meanwhile. */
async function averaged<R>(average: ExponentialMovingAverage | null, model: AnyModule, body: () => Promise<R>): Promise<R> {
  average?.apply();
  model.eval();
  try {
    return await body();
  } finally {
    average?.restore();
    model.train();
  }
}
