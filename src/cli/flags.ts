// Flags: how each is written, what it may be, what stands in its place; those of a method come from its hyper-parameters.
import { BlemishError, must } from '../errors.ts';
import { type Hypers, type HyperValue, parseHyper, rangeOf } from '../hyper.ts';
import { columns } from './text.ts';

export interface Flag<T = unknown> {
  /** As help writes it: `-o, --out <path>`. */
  readonly syntax: string;
  /** A phrase without a full stop. */
  readonly meaning: string;
  /** From the text that was typed; throws ARGUMENT_INVALID. Absent: the flag takes no text, and is true where it stands. */
  readonly parse?: (text: string) => T;
  /** May stand several times; the values come as a list. */
  readonly many?: boolean;
  readonly required?: boolean;
  readonly fallback: T;
}

export type FlagValues<F extends Readonly<Record<string, Flag>>> = { readonly [K in keyof F]: F[K]['fallback'] };

/** The long name with its dashes: what messages call it. */
export const nameOf = (flag: Flag): string => /--[\w-]+/.exec(flag.syntax)?.[0] ?? flag.syntax;

/** On where it stands, else off. */
export const toggle = (syntax: string, meaning: string): Flag<boolean> => ({ syntax, meaning, fallback: false });

export const quiet = toggle('-q, --quiet', 'no progress and no remarks; trouble is still told');

/** Any text that is not empty. */
export function text(syntax: string, meaning: string): Flag<string | undefined> {
  const flag: Flag<string | undefined> = { syntax, meaning, fallback: undefined, parse: (given) => filled(flag, given) };
  return flag;
}

/** Text that must be given. */
export function requiredText(syntax: string, meaning: string): Flag<string> {
  const flag: Flag<string> = { syntax, meaning, fallback: '', required: true, parse: (given) => filled(flag, given) };
  return flag;
}

/** Text that may be given several times. */
export const texts = (syntax: string, meaning: string): Flag<readonly string[]> => {
  const flag: Flag<readonly string[]> = { syntax, meaning, fallback: [], many: true, parse: (given) => [filled(flag, given)] };
  return flag;
};

function filled(flag: Flag, given: string): string {
  must(given !== '', `${nameOf(flag)} is empty; expected some text`);
  return given;
}

/** A whole number from min to max. */
export function whole<const T extends number | undefined>(syntax: string, min: number, max: number, fallback: T, meaning: string): Flag<number | T> {
  return numeric(syntax, min, max, fallback, meaning, true);
}

/** A number from min to max, both included. */
export function number<const T extends number | undefined>(syntax: string, min: number, max: number, fallback: T, meaning: string): Flag<number | T> {
  return numeric(syntax, min, max, fallback, meaning, false);
}

function numeric<T extends number | undefined>(syntax: string, min: number, max: number, fallback: T, meaning: string, integers: boolean): Flag<number | T> {
  const flag: Flag<number | T> = {
    syntax,
    meaning: fallback === undefined ? meaning : `${meaning} (default ${fallback})`,
    fallback,
    parse(given) {
      const value = given.trim() === '' ? Number.NaN : Number(given);
      const fits = value >= min && value <= max && (!integers || Number.isSafeInteger(value));
      must(fits, `${nameOf(flag)} is ${given}; expected ${rangeText(min, max, integers)}`);
      return value;
    },
  };
  return flag;
}

function rangeText(min: number, max: number, integers: boolean): string {
  const kind = integers ? 'a whole number' : 'a number';
  if (min === -Infinity && max === Infinity) return kind;
  return max >= Number.MAX_SAFE_INTEGER ? `${kind}, ${min} or more` : `${kind} from ${min} to ${max}`;
}

/** One of some words. */
export function word<const W extends string, const T extends W | undefined>(syntax: string, words: readonly W[], fallback: T, meaning: string): Flag<W | T> {
  const flag: Flag<W | T> = {
    syntax,
    meaning: `${meaning}${words.length > 1 ? `: ${words.join(' or ')}` : ''}${fallback === undefined ? '' : ` (default ${fallback})`}`,
    fallback,
    parse(given) {
      must((words as readonly string[]).includes(given), `${nameOf(flag)} is ${given}; expected ${words.join(' or ')}`);
      return given as W;
    },
  };
  return flag;
}

/** Extents of the network's input: `256` or `256x320`, height first. */
export function extents(syntax: string, meaning: string): Flag<number | readonly [height: number, width: number] | undefined> {
  const flag: Flag<number | readonly [number, number] | undefined> = {
    syntax,
    meaning,
    fallback: undefined,
    parse(given) {
      const [, first, second] = /^(\d{1,5})(?:[x×](\d{1,5}))?$/i.exec(given.trim()) ?? [];
      must(first !== undefined && Number(first) > 0 && second !== '0', `${nameOf(flag)} is ${given}; expected 256, or 256x320 for height and width`);
      return second === undefined ? Number(first) : [Number(first), Number(second)];
    },
  };
  return flag;
}

/** `key=value` pairs by key, checked against what a method declares. Throws ARGUMENT_INVALID. */
export function settingsOf(where: string, declared: Hypers, pairs: readonly string[]): Record<string, HyperValue> {
  const values: Record<string, HyperValue> = {};
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    if (cut < 1) throw new BlemishError('ARGUMENT_INVALID', `${where}: --set is ${pair}; expected key=value`);
    const key = pair.slice(0, cut).trim();
    must(!Object.hasOwn(values, key), `${where}: --set gives ${key} twice; expected it once`);
    values[key] = parseHyper(where, declared, key, pair.slice(cut + 1).trim());
  }
  return values;
}

/** The lines of help about declared hyper-parameters. */
export function settingsHelp(method: string, declared: Hypers): string {
  const rows = Object.entries(declared).map(([name, hyper]) => [`  ${name}=${hyper.fallback}`, `${hyper.meaning}: ${rangeOf(hyper)}`]);
  return rows.length ? `Hyper-parameters of ${method}, with their defaults (--set key=value):\n${columns(rows)}` : `${method} has no hyper-parameters.`;
}
