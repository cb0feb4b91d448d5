// What a training needs to go on where it was killed: weights, optimiser, averages, and where it stood.
import { BlemishError } from '../errors.ts';
import type { ExponentialMovingAverage } from '../nn/optim/index.ts';
import type { AnyOptimizer } from '../nn/optim/optimizer.ts';
import { readSafetensors, writeSafetensors } from '../nn/safetensors.ts';
import { type ArrayEntry, readTensors, type State, writeTensors } from '../nn/state.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { HistoryState, MonitorPoint, ValidationPoint } from './events.ts';

/** Where a training stood; plain data. */
export interface Standing {
  /** What must agree for the training to go on: method, hyper-parameters, input, seed, pictures, limit. */
  readonly identity: string;
  readonly step: number;
  readonly seconds: number;
  readonly phase: number;
  /** Steps done within the phase. */
  readonly phaseStep: number;
  /** Batches that its steps have seen. */
  readonly batches: number;
  readonly history: HistoryState;
  /** What was watched besides; none in checkpoints of versions before that. */
  readonly monitors?: HistoryState<MonitorPoint>;
  readonly validation: readonly ValidationPoint[];
}

/** The tensors that training changes. */
export interface Trained {
  readonly model: ReadonlyMap<string, Tensor>;
  /** By their players; that of a phase without players under ''. */
  readonly optimizers: ReadonlyMap<string, Pick<AnyOptimizer, 'state' | 'loadState'>>;
  readonly average: ExponentialMovingAverage | null;
}

const format = 'blemish checkpoint 1';

const prefixed = (prefix: string, state: ReadonlyMap<string, ArrayEntry>): [string, ArrayEntry][] =>
  [...state].map(([name, entry]) => [`${prefix}.${name}`, entry]);
const under = (prefix: string, state: ReadonlyMap<string, ArrayEntry>): State =>
  new Map([...state].flatMap(([name, entry]) => (name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), entry] as const] : [])));

const optimizerOf = (player: string) => (player === '' ? 'optimizer' : `optimizer.${player}`);

/** Writes a checkpoint; an older one is replaced only by a complete one. All reads are queued before this first waits. */
export async function saveCheckpoint(path: string, { model, optimizers, average }: Trained, standing: Standing): Promise<void> {
  const parts: (readonly [string, State | Promise<State>])[] = [
    ['model', readTensors(model)],
    ...[...optimizers].map(([player, optimizer]) => [optimizerOf(player), optimizer.state()] as const),
    ['average', average?.state() ?? new Map<string, ArrayEntry>()],
  ];
  const states = await Promise.all(parts.map(([, state]) => state));
  const state: State = new Map(parts.flatMap(([prefix], i) => prefixed(prefix, states[i])));
  const metadata = new Map([
    ['format', format],
    ['standing', JSON.stringify(standing)],
  ]);
  await writeSafetensors(path, state, { metadata });
}

export interface Checkpoint {
  readonly standing: Standing;
  /** Puts everything back; throws STATE_INVALID where it does not fit. */
  restore(trained: Trained): void;
}

/**
 * Reads a checkpoint; null where there is none. Throws STATE_INVALID where the file is no checkpoint, or one of a training with other
 * settings or pictures.
 */
export async function loadCheckpoint(path: string, identity: string): Promise<Checkpoint | null> {
  let file: Awaited<ReturnType<typeof readSafetensors>>;
  try {
    file = await readSafetensors(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { state, metadata } = file;
  if (metadata.get('format') !== format) throw invalid(path, `its format is ${JSON.stringify(metadata.get('format') ?? null)}`, JSON.stringify(format));
  const standing = parsed(path, metadata.get('standing') ?? '');
  if (standing.identity !== identity)
    throw invalid(path, `it belongs to another training: ${difference(standing.identity, identity)}`, 'the same settings and pictures');
  return {
    standing,
    restore({ model, optimizers, average }) {
      writeTensors(path, model, under('model', state));
      for (const [player, optimizer] of optimizers) optimizer.loadState(under(optimizerOf(player), state));
      average?.loadState(under('average', state));
    },
  };
}

const invalid = (path: string, wrong: string, expected: string) => new BlemishError('STATE_INVALID', `checkpoint ${path}: ${wrong}; expected ${expected}`);

function parsed(path: string, text: string): Standing {
  try {
    const parsed = JSON.parse(text) as Standing;
    // Of trainings whose every step was one batch it was not written.
    const standing: Standing = { ...parsed, batches: parsed.batches ?? parsed.step };
    const counts = [standing.step, standing.phase, standing.phaseStep, standing.batches];
    if (typeof standing.identity === 'string' && counts.every((n) => Number.isSafeInteger(n) && n >= 0) && standing.seconds >= 0 && standing.history?.points)
      return standing;
  } catch {}
  throw invalid(path, 'where it stood cannot be read', 'what an earlier training wrote');
}

/** Which of the settings differ, by name. */
function difference(theirs: string, ours: string): string {
  try {
    const [a, b] = [theirs, ours].map((text) => JSON.parse(text) as Record<string, unknown>);
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
    return names.map((name) => `${name} was ${JSON.stringify(a[name])} and is ${JSON.stringify(b[name])}`).join(', ');
  } catch {
    return 'its settings cannot be read';
  }
}
