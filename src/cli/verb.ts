// The contract of a verb: what may be typed after it, declared as data, and what it then does.
import type { Console } from './console.ts';
import type { Flag, FlagValues } from './flags.ts';

/** A word of the command line that is no flag. */
export interface Operand {
  /** As help writes it, without brackets: `model`. */
  readonly name: string;
  /** A phrase without a full stop. */
  readonly meaning: string;
  readonly optional?: boolean;
  /** Takes all words that are left; only the last operand may. */
  readonly many?: boolean;
}

/** One use of a verb. */
export interface Call<F extends Readonly<Record<string, Flag>>> {
  /** One for each operand, in their order; the words of one with `many` come last, all of them. */
  readonly words: readonly string[];
  readonly flags: FlagValues<F>;
  /** What was typed, as a line that a shell takes. */
  readonly line: string;
  readonly console: Console;
  /** Aborted at the first interrupt: what runs ends cleanly and rejects. */
  readonly signal: AbortSignal;
}

export interface Verb<F extends Readonly<Record<string, Flag>> = Readonly<Record<string, Flag>>> {
  readonly name: string;
  /** For the list of verbs; a phrase without a full stop. */
  readonly summary: string;
  /** What `--help` adds to the summary, a line for each paragraph: what a reader must know before the first use. */
  readonly details?: string;
  readonly operands: readonly Operand[];
  readonly flags: F;
  /** Lines to copy. */
  readonly examples: readonly string[];
  /** What `--help` tells beyond that about the words already typed, such as the hyper-parameters of a method. */
  readonly more?: (words: readonly string[]) => Promise<string>;
  /** It runs until it is interrupted: that is its end, and its own exit code tells how it went. */
  readonly untilInterrupted?: boolean;
  /** Does it and gives the exit code. Whatever is large is imported in here, so that no other verb waits for it. */
  readonly run: (call: Call<F>) => Promise<number>;
}

/** Keeps the types of flags. */
export const defineVerb = <const F extends Readonly<Record<string, Flag>>>(verb: Verb<F>): Verb<F> => verb;

/** A verb of which nothing more is known. */
// biome-ignore lint/suspicious/noExplicitAny: the registry holds verbs of all types
export type AnyVerb = Verb<any>;

/** Exit codes, as the command line promises them. */
export const exits = { fine: 0, found: 1, usage: 2, environment: 3, internal: 70, interrupted: 130 } as const;
