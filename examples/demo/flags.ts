// The demo's flags: what they are called, what they may be, and what stands in their place.
import { parseArgs } from 'node:util';

export interface Flags {
  readonly seconds: number;
  readonly steps: number;
  readonly seed: number;
  readonly size: number;
  readonly out: string;
  /** Good pictures to learn from. */
  readonly pictures: number;
  /** Pictures held out, of good and of defective ones each. */
  readonly heldOut: number;
  /** Pictures in a step. */
  readonly batch: number;
}

export class UsageError extends Error {}

export const usage = `npm run demo -- [flags]

  --seconds N   train for at most N seconds (default 60)
  --steps N     train for at most N steps (default 600)
  --seed N      another seed, other pictures and weights; the same seed on the same machine gives
                the same losses to the last bit (default 1)
  --size N      pictures of N by N pixels, a multiple of 8 from 32 to 256 (default 64)
  --out DIR     where the pictures go (default out/demo)
  --quick       a few seconds: 120 steps, fewer pictures, of 32 by 32 pixels
  --help        this text`;

/** Null where help is asked for. Throws UsageError. */
export function parseFlags(args: readonly string[]): Flags | null {
  let given: ReturnType<typeof read>;
  try {
    given = read(args);
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
  if (given.help) return null;
  const quick = given.quick ?? false;
  const size = whole('size', given.size, quick ? 32 : 64, 32, 256);
  if (size % 8 !== 0) throw new UsageError(`--size is ${size}; expected a multiple of 8`);
  return {
    seconds: whole('seconds', given.seconds, 60, 1, 86_400),
    steps: whole('steps', given.steps, quick ? 120 : 600, 1, 1_000_000),
    seed: whole('seed', given.seed, 1, 0, Number.MAX_SAFE_INTEGER),
    size,
    out: given.out ?? 'out/demo',
    pictures: quick ? 128 : 320,
    heldOut: quick ? 16 : 64,
    batch: 16,
  };
}

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  return parseArgs({ args: [...args], options: { seconds: text, steps: text, seed: text, size: text, out: text, quick: flag, help: flag } }).values;
}

function whole(name: string, given: string | undefined, fallback: number, least: number, most: number): number {
  if (given === undefined) return fallback;
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UsageError(`--${name} is ${given}; expected a whole number from ${least} to ${most}`);
  return value;
}
