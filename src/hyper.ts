// Declared hyper-parameters: kind, range, default and meaning in one line; checks, flags and documentation are made from it.
import { BlemishError, must } from './errors.ts';

interface Declared<K extends string, T> {
  readonly kind: K;
  readonly fallback: T;
  /** What it does, with its unit and source; a phrase without a full stop. */
  readonly meaning: string;
}
/** A whole number within a range. */
export interface IntegerHyper extends Declared<'integer', number> {
  readonly min: number;
  readonly max: number;
}
/** A number within a range. */
export interface RealHyper extends Declared<'real', number> {
  readonly min: number;
  readonly max: number;
}
/** One of several words. */
export interface ChoiceHyper<W extends string = string> extends Declared<'choice', W> {
  readonly words: readonly W[];
}
/** True or false. */
export interface ToggleHyper extends Declared<'toggle', boolean> {}

/** A declared hyper-parameter. */
export type Hyper = IntegerHyper | RealHyper | ChoiceHyper | ToggleHyper;
/** Declarations by name. */
export type Hypers = Readonly<Record<string, Hyper>>;
/** What a hyper-parameter may be set to. */
export type HyperValue = number | string | boolean;
/** The values of declarations. */
export type ValuesOf<H extends Hypers> = { readonly [K in keyof H]: H[K] extends ChoiceHyper<infer W> ? W : H[K] extends ToggleHyper ? boolean : number };
/** What a caller may give: some of the values. */
export type Given<H extends Hypers> = { readonly [K in keyof H]?: ValuesOf<H>[K] };

/** A whole number from min to max. */
export function integer(min: number, max: number, fallback: number, meaning: string): IntegerHyper {
  must(Number.isSafeInteger(fallback) && fallback >= min && fallback <= max, `integer: default ${fallback} of '${meaning}'; expected ${min} … ${max}`);
  return { kind: 'integer', min, max, fallback, meaning };
}

/** A number from min to max, both included. */
export function real(min: number, max: number, fallback: number, meaning: string): RealHyper {
  must(fallback >= min && fallback <= max, `real: default ${fallback} of '${meaning}'; expected ${min} … ${max}`);
  return { kind: 'real', min, max, fallback, meaning };
}

/** One of some words; the first is the default. */
export function choice<const W extends string>(words: readonly W[], meaning: string): ChoiceHyper<W> {
  must(words.length > 0, `choice: no word for '${meaning}'; expected at least one`);
  return { kind: 'choice', words, fallback: words[0], meaning };
}

/** Yes or no. */
export const toggle = (fallback: boolean, meaning: string): ToggleHyper => ({ kind: 'toggle', fallback, meaning });

/** The values a declaration takes, for messages and documentation. */
export function rangeOf(hyper: Hyper): string {
  if (hyper.kind === 'choice') return hyper.words.join(' | ');
  if (hyper.kind === 'toggle') return 'true | false';
  return `${hyper.kind === 'integer' ? 'a whole number ' : ''}${hyper.min} … ${hyper.max}`;
}

function fits(hyper: Hyper, value: unknown): boolean {
  if (hyper.kind === 'choice') return hyper.words.includes(value as string);
  if (hyper.kind === 'toggle') return typeof value === 'boolean';
  return typeof value === 'number' && value >= hyper.min && value <= hyper.max && (hyper.kind === 'real' || Number.isSafeInteger(value));
}

/** All values: those given, checked, and defaults for the rest. Throws ARGUMENT_INVALID for unknown names and values out of range. */
export function resolveHypers<H extends Hypers>(where: string, declared: H, given: Readonly<Record<string, unknown>> = {}): ValuesOf<H> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) {
      const known = Object.keys(declared);
      throw new BlemishError('ARGUMENT_INVALID', `${where}: there is no ${name}; expected ${known.length ? `one of ${known.join(', ')}` : 'nothing to set'}`);
    }
  }
  const values: Record<string, HyperValue> = {};
  for (const [name, hyper] of Object.entries(declared)) {
    const value = given[name] ?? hyper.fallback;
    must(fits(hyper, value), `${where}: ${name} is ${JSON.stringify(value)}; expected ${rangeOf(hyper)}`);
    values[name] = value as HyperValue;
  }
  return values as ValuesOf<H>;
}

/** A value from text, as it stands on a command line: `width=32`. Throws ARGUMENT_INVALID where the text is none of its kind. */
export function parseHyper(where: string, declared: Hypers, name: string, text: string): HyperValue {
  const hyper = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (!hyper) throw new BlemishError('ARGUMENT_INVALID', `${where}: there is no ${name}; expected one of ${Object.keys(declared).join(', ')}`);
  const value =
    hyper.kind === 'choice'
      ? text
      : hyper.kind === 'toggle'
        ? ({ true: true, false: false } as Record<string, boolean>)[text]
        : text.trim() === ''
          ? Number.NaN
          : Number(text);
  must(fits(hyper, value), `${where}: ${name} is ${JSON.stringify(text)}; expected ${rangeOf(hyper)}`);
  return value as HyperValue;
}
