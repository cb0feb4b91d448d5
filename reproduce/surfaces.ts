// Methods against each other on sets of surfaces: every cell is a set, a row of settings and a seed, learnt, judged and kept in a file.
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { settingsOf } from '../src/cli/flags.ts';
import { openData } from '../src/data/layouts/index.ts';
import type { Category } from '../src/data/sample.ts';
import { BlemishError, must } from '../src/errors.ts';
import { evaluate } from '../src/evaluation/evaluate.ts';
import type { Estimate } from '../src/evaluation/evaluation.ts';
import { type HyperValue, resolveHypers } from '../src/hyper.ts';
import type { AnyMethod } from '../src/methods/method.ts';
import { versions } from '../src/scoring/versions.ts';
import { type FitOptions, fit } from '../src/training/fit.ts';
import { methodNamed } from './task.ts';

/** A set of surfaces and the extents at which it is learnt. */
export interface SurfaceSet {
  readonly name: string;
  readonly category: Category;
  readonly size: number | readonly [height: number, width: number];
}

/** A method with settings. */
export interface SurfaceRow {
  /** As it was typed: `method` or `method:key=value,…`. */
  readonly name: string;
  readonly method: AnyMethod;
  readonly hyper: Readonly<Record<string, HyperValue>>;
}

export type Limit = Pick<FitOptions, 'budget' | 'steps' | 'epochs'>;

/** What all cells have in common. */
export interface SurfaceOptions {
  readonly limit: Limit;
  readonly batch: number;
  /** Where cells and checkpoints lie. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, text: string) => void;
}

/** What is measured; null where a set does not have it. */
export const measures = ['image', 'equalised', 'pixel', 'ap', 'aupro'] as const;
export type Measure = (typeof measures)[number];
export const headings: Readonly<Record<Measure, string>> = {
  image: 'image AUROC',
  equalised: 'image AUROC, equal brightness',
  pixel: 'pixel AUROC',
  ap: 'pixel AP',
  aupro: 'AUPRO',
};

/** One set learnt by one row with one seed, and judged on all test pictures; numbers within 0 … 1. */
export interface SurfaceCell {
  readonly set: string;
  readonly row: string;
  readonly seed: number;
  readonly found: Readonly<Record<Measure, number | null>>;
  /** The best image AUROC of what needs no learning, and its name. */
  readonly baseline: { readonly name: string; readonly auroc: number } | null;
  readonly steps: number;
  readonly trainSeconds: number;
  readonly scoreSeconds: number;
}

/** Opens `path` or `path@256` or `path@128x320`, below the root. Rejects with ARGUMENT_INVALID, and as `openData`. */
export async function openSurface(root: string, text: string, fallback: SurfaceSet['size']): Promise<SurfaceSet> {
  const [, path, height, width] = /^([^@]+?)(?:@(\d+)(?:x(\d+))?)?$/.exec(text) ?? [];
  must(path !== undefined, `--sets has ${JSON.stringify(text)}; expected the path of a set, or with extents, such as mvtec/leather@256 or ball_screw@128x320`);
  const { categories } = await openData(join(root, path));
  must(categories.length === 1, `${path}: it holds ${categories.length} sets (${categories.map(({ name }) => name).join(', ')}); expected one`);
  const size = height === undefined ? fallback : width === undefined ? Number(height) : ([Number(height), Number(width)] as const);
  return { name: path, category: categories[0], size };
}

/** Throws ARGUMENT_INVALID for a method or settings that are not there, WEIGHTS_MISSING for a method that wants weights. */
export function rowNamed(text: string): SurfaceRow {
  const [name, ...rest] = text.split(':');
  const method = methodNamed(name);
  const pairs = rest
    .join(':')
    .split(',')
    .filter((pair) => pair.trim() !== '');
  const hyper = resolveHypers(text, method.hyper, settingsOf(text, method.hyper, pairs)) as Record<string, HyperValue>;
  const wanted = method.weightsWanted?.(hyper as never) ?? null;
  if (wanted) throw new BlemishError('WEIGHTS_MISSING', `${text}: ${wanted}; expected settings without weights`);
  return { name: text, method, hyper };
}

/** Everything that a cell depends on. */
function identityOf(set: SurfaceSet, { method, hyper }: SurfaceRow, seed: number, { limit, batch }: SurfaceOptions): object {
  const names = (list: Category['train']) =>
    createHash('sha256')
      .update(list.map(({ name }) => name).join('\n'))
      .digest('hex')
      .slice(0, 16);
  const { train, test } = set.category;
  // A method that looks at every picture once takes as long as it takes.
  const learning = method.learn.learns === 'gradient' ? { ...limit, batch } : {};
  return {
    format: 'blemish surfaces 1',
    set: set.name,
    train: names(train),
    test: names(test),
    size: set.size,
    method: method.name,
    hyper,
    ...learning,
    seed,
    versions: versions(),
  };
}

const numberOf = (estimate: Estimate | null | undefined): number | null => estimate?.value ?? null;

/** Learns and judges a cell, unless it stands in its file already; a training that was killed goes on from its checkpoint. */
export async function cellOf(set: SurfaceSet, row: SurfaceRow, seed: number, options: SurfaceOptions): Promise<SurfaceCell> {
  const identity = identityOf(set, row, seed, options);
  const digits = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  const stem = join(options.folder, `${basename(set.name)}-${row.method.name}-${seed}-${digits}`);
  const before = await cellIn(`${stem}.json`, identity);
  // The same settings may be written in several ways.
  if (before) return { ...before, row: row.name };
  const { limit, batch, signal, onProgress } = options;
  const checkpoint = `${stem}.checkpoint`;
  const gradient = row.method.learn.learns === 'gradient';
  const detector = await fit(row.method, set.category.train, {
    hyper: row.hyper,
    size: set.size,
    seed,
    batchSize: batch,
    validationShare: 0,
    signal,
    ...(gradient ? { ...limit, checkpoint, resume: true } : {}),
    onProgress: (event) => event.kind === 'step' && onProgress(0.9 * event.share, `step ${event.step}/${event.steps}`),
  });
  try {
    onProgress(0.9, 'judged');
    const { categories } = await evaluate(detector, set.category, { resamples: 0, signal });
    const [{ image, pixel, equalised, baselines, seconds }] = categories;
    const best = [...baselines].sort((a, b) => b.auroc.value - a.auroc.value)[0];
    const { steps, seconds: trainSeconds } = detector.provenance.training as { steps: number; seconds: number };
    const cell: SurfaceCell = {
      set: set.name,
      row: row.name,
      seed,
      found: {
        image: numberOf(image.auroc),
        equalised: numberOf(equalised?.image.auroc),
        pixel: numberOf(pixel?.auroc),
        ap: numberOf(pixel?.ap),
        aupro: numberOf(pixel?.aupro),
      },
      baseline: best ? { name: best.name, auroc: best.auroc.value } : null,
      steps,
      trainSeconds,
      scoreSeconds: seconds,
    };
    await writeFile(`${stem}.part`, `${JSON.stringify({ identity, cell }, null, 2)}\n`);
    await rename(`${stem}.part`, `${stem}.json`);
    await rm(checkpoint, { force: true });
    return cell;
  } finally {
    detector.dispose();
  }
}

/** What an earlier run left; null where it left nothing. Rejects with STATE_INVALID where the file is of something else. */
async function cellIn(path: string, identity: object): Promise<SurfaceCell | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as { identity: object; cell: SurfaceCell };
    if (JSON.stringify(value.identity) === JSON.stringify(identity) && measures.every((name) => name in value.cell.found)) return value.cell;
  } catch {}
  throw new BlemishError('STATE_INVALID', `${path}: it holds no result of these settings; expected what an earlier run wrote, or no file`);
}
