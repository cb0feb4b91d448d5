// What is to be reproduced, from the words that were typed: a set, a method with its settings, how long it learns, which classes and seeds.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extents, type FlagValues, number, quiet, settingsOf, text, texts, toggle, whole, word } from '../src/cli/flags.ts';
import { BlemishError, must } from '../src/errors.ts';
import { type HyperValue, resolveHypers } from '../src/hyper.ts';
import { methods } from '../src/methods/index.ts';
import type { AnyMethod } from '../src/methods/method.ts';
import { versions } from '../src/scoring/versions.ts';
import type { FitOptions } from '../src/training/fit.ts';
import { type ClassSet, chosenClasses, openClasses } from './classes.ts';
import type { Identity } from './journal.ts';

/** Words with commas. */
export const list = (syntax: string, meaning: string) => ({
  syntax,
  meaning,
  fallback: undefined as readonly string[] | undefined,
  parse: (given: string) => given.split(',').map((one) => one.trim()),
});

export const taskFlags = {
  set: texts('--set <key=value>', "one of the method's hyper-parameters; may stand several times"),
  size: extents('--size <pixels>', "extents of the network's input (default: those of the pictures, rounded up to what the method can halve)"),
  channels: word('--channels <n>', ['1', '3'], undefined, 'grey or colour (default: as the pictures are)'),
  minutes: number('--minutes <n>', 0.001, 1e5, undefined, 'how long each training learns; depends on the pace of the machine (default 3)'),
  steps: whole('--steps <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'how many steps each training takes, instead of a time: the same bits every time'),
  epochs: number('--epochs <n>', 0.001, 1e6, undefined, 'how often each training sees every picture, instead of a time'),
  batch: whole('--batch <n>', 1, 4096, 64, 'pictures that one step learns from'),
  classes: list('--classes <list>', 'classes that are normal in turn, by number or name, with commas (default: all)'),
  seeds: list('--seeds <list>', 'seeds, with commas (default 1,2,3)'),
  limitTrain: whole('--limit-train <n>', 1, Number.MAX_SAFE_INTEGER, undefined, 'learns from the first so many pictures of each class (default: all)'),
  labels: word('--labels <which>', ['coarse', 'fine'], 'coarse', 'which labels of CIFAR-100 are the classes: its 20 super-classes or its 100 classes'),
  weights: text('--weights <path>', 'pretrained weights, for methods whose features come from a network'),
  json: toggle('--json', 'prints one object of JSON instead of the table'),
  quiet,
} as const;

export interface Task {
  readonly set: ClassSet;
  readonly method: AnyMethod;
  /** Every hyper-parameter of the method. */
  readonly hyper: Readonly<Record<string, HyperValue>>;
  readonly fit: Pick<FitOptions, 'size' | 'channels' | 'batchSize' | 'budget' | 'steps' | 'epochs' | 'weights'>;
  readonly limitTrain: number | null;
  /** Everything that results depend on but class and seed. */
  readonly identity: Identity;
}

/** Which cells of the table are wanted. */
export interface Cells {
  readonly classes: readonly number[];
  readonly seeds: readonly number[];
}

type Flags = FlagValues<typeof taskFlags>;

/** The method of a name. Throws ARGUMENT_INVALID where there is none. */
export function methodNamed(name: string): AnyMethod {
  must(Object.hasOwn(methods, name), `there is no method ${JSON.stringify(name)}; expected ${Object.keys(methods).join(', ')}`);
  return methods[name];
}

/** Seeds as they were typed. Throws ARGUMENT_INVALID for what is no seed, and for one given twice. */
export function chosenSeeds(asked: readonly string[] | undefined): number[] {
  if (!asked) return [1, 2, 3];
  const seeds = asked.map((one) => {
    must(/^\d+$/.test(one) && Number.isSafeInteger(Number(one)), `--seeds has ${JSON.stringify(one)}; expected whole numbers with commas, such as 1,2,3`);
    return Number(one);
  });
  must(new Set(seeds).size === seeds.length, `--seeds is ${asked.join(',')}; expected each seed once`);
  return seeds;
}

/** How long each training learns; a method that looks at every picture once takes as long as it takes. */
function limitOf(method: AnyMethod, { minutes, steps, epochs }: Flags): Pick<FitOptions, 'budget' | 'steps' | 'epochs'> {
  const given = Object.entries({ minutes, steps, epochs }).filter(([, value]) => value !== undefined);
  must(given.length <= 1, `${given.map(([name]) => `--${name}`).join(' and ')} were given; expected one of them`);
  if (method.learn.learns === 'onePass') {
    must(!given.length, `${method.name} looks at every picture once; expected no --${given[0]?.[0]}`);
    return {};
  }
  if (steps !== undefined) return { steps };
  return epochs !== undefined ? { epochs } : { budget: 60 * (minutes ?? 3) };
}

/** Throws ARGUMENT_INVALID for what cannot be; rejects as `openClasses`, and with the system's error where weights cannot be read. */
export async function openTask(place: string, name: string, flags: Flags): Promise<{ task: Task; cells: Cells }> {
  const method = methodNamed(name);
  settingsOf(name, method.hyper, flags.set);
  const limit = limitOf(method, flags);
  const seeds = chosenSeeds(flags.seeds);
  const set = await openClasses(place, flags.labels);
  const cells = { classes: chosenClasses(set, flags.classes), seeds };
  const size = flags.size ?? ([set.height, set.width] as const);
  const channels = flags.channels === undefined ? set.channels : (Number(flags.channels) as 1 | 3);
  const task = await withSettings(
    { set, method, fit: { size, channels, batchSize: flags.batch, weights: flags.weights, ...limit }, limitTrain: flags.limitTrain ?? null },
    flags.set,
  );
  return { task, cells };
}

/** The task with these settings of its method, as `key=value`. */
export async function withSettings({ set, method, fit, limitTrain }: Omit<Task, 'hyper' | 'identity'>, pairs: readonly string[]): Promise<Task> {
  const hyper = resolveHypers(method.name, method.hyper, settingsOf(method.name, method.hyper, pairs)) as Record<string, HyperValue>;
  const wanted = method.weightsWanted?.(hyper as never) ?? null;
  if (wanted && !fit.weights) throw new BlemishError('WEIGHTS_MISSING', `${method.name}: ${wanted}; expected --weights`);
  const { weights, ...learning } = fit;
  const identity = {
    format: 'blemish one-class 1',
    set: set.name,
    layout: set.layout,
    classes: set.classes,
    tests: set.tests,
    method: method.name,
    hyper,
    ...learning,
    weights:
      weights === undefined
        ? null
        : createHash('sha256')
            .update(await readFile(weights))
            .digest('hex'),
    limitTrain,
    versions: versions(),
  };
  return { set, method, hyper, fit, limitTrain, identity };
}

const digitsOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
const called = ({ set, method }: Task): string => `${set.name}-${method.name}`.replace(/[^\w.-]+/g, '_');

/** A name for the file of a task's results: what it is of, and a few digits that other settings do not share. */
export const journalName = (task: Task): string => `one-class-${called(task)}-${digitsOf(task.identity)}.jsonl`;

/** The same for rows against each other, without an ending. */
export const ablationName = (task: Task, rows: readonly string[]): string => `ablation-${called(task)}-${digitsOf([task.identity, rows])}`;
