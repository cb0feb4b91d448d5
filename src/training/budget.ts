// How long training goes on: steps, epochs or time, and which share of it is done.
import { BlemishError, must } from '../errors.ts';

/** What a caller may say; at most one of them. */
export interface BudgetOptions {
  /** Time as text ('90s', '10m', '1.5h') or as seconds; reading the pictures and validation count. Default '10m'. */
  budget?: string | number;
  steps?: number;
  /** Times that every training picture is seen. */
  epochs?: number;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds of a text such as '90s', '10m' or '1.5h', or of a number of seconds. */
export function secondsOf(budget: string | number): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)\s*([smh])?$/.exec(String(budget).trim()) ?? [];
  const seconds = Number(digits) * units[unit];
  must(Number.isFinite(seconds) && seconds > 0, `budget: ${JSON.stringify(budget)} is no time; expected such as '90s', '10m', '1.5h' or a number of seconds`);
  return seconds;
}

/** A limit in steps or in seconds. */
export type Limit = { readonly steps: number } | { readonly seconds: number };

/** The limit that the options mean for a training set of `pictures`, so many of which a step sees in the mean. */
export function limitOf({ budget, steps, epochs }: BudgetOptions, pictures: number, picturesPerStep: number): Limit {
  const said = [budget, steps, epochs].filter((one) => one !== undefined).length;
  if (said > 1) throw new BlemishError('ARGUMENT_INVALID', 'fit: more than one of budget, steps and epochs were given; expected one of them');
  if (steps !== undefined) {
    must(Number.isSafeInteger(steps) && steps >= 1, `fit: steps is ${steps}; expected a whole number of at least 1`);
    return { steps };
  }
  if (epochs !== undefined) {
    must(Number.isFinite(epochs) && epochs > 0, `fit: epochs is ${epochs}; expected a number above 0`);
    return { steps: Math.max(1, Math.ceil((epochs * pictures) / picturesPerStep)) };
  }
  return { seconds: secondsOf(budget ?? '10m') };
}

/** How far a training is, for schedules, progress and its end. */
export class Clock {
  readonly limit: Limit;
  /** Steps done. */
  step: number;
  private readonly before: number;
  private readonly begun = performance.now();

  /** @param earlier steps and seconds of a training that goes on */
  constructor(limit: Limit, earlier: { step: number; seconds: number } = { step: 0, seconds: 0 }) {
    this.limit = limit;
    this.step = earlier.step;
    this.before = earlier.seconds;
  }

  /** Seconds so far, those before an interruption included. */
  get seconds(): number {
    return this.before + (performance.now() - this.begun) / 1000;
  }

  /** 0 … 1. Of a limit in steps it depends on the step alone, so that a training can be repeated bit for bit. */
  get share(): number {
    return Math.min(1, 'steps' in this.limit ? this.step / this.limit.steps : this.seconds / this.limit.seconds);
  }

  /** Steps in all: exact for a limit in steps, else what the pace so far leads to. */
  get steps(): number {
    if ('steps' in this.limit) return this.limit.steps;
    return this.step === 0 ? 0 : Math.max(this.step, Math.round((this.step * this.limit.seconds) / this.seconds));
  }
}
