// What a benchmark file offers to the runner: entries that can be chosen by name, each yielding rows.
import type { Ceilings, Row } from './rows.ts';

export interface Context {
  device: string;
  /** Null off the CPU. */
  threads: number | null;
  /** Undefined: each benchmark's own default. */
  repeats?: number;
  /** What the libraries were held to. */
  isa: 'native' | 'avx2';
  /** Whether to measure other libraries beside ours; undefined: where they are installed. */
  compare?: boolean;
  /** A smaller workload, for trying things out: batch and side of the pictures. */
  batch?: number;
  size?: number;
  /** Measured once per run, when first asked for. */
  ceilings(): Promise<Ceilings>;
  /** Progress and remarks; never a figure. */
  say(text: string): void;
  /** Counts as a failure of the run; the rest still runs. */
  fail(text: string): void;
}

export interface Entry {
  name: string;
  /** Further names under which a filter finds it. */
  groups: readonly string[];
  run(context: Context): AsyncIterable<Row>;
}

export interface Benchmark {
  name: string;
  /** One sentence for `--list`. */
  about: string;
  entries(): Promise<Entry[]> | Entry[];
}
