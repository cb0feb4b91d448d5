// The clock of all benchmarks: enqueue, wait for the device, read the time; medians and spreads.
import { performance } from 'node:perf_hooks';
import { scope, sync } from '../src/index.ts';
import type { Timing } from './rows.ts';

/** A quantile with linear interpolation between the two nearest samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Median, interquartile range over it, and the least. */
export function summary(samples: readonly number[]): Timing {
  const middle = median(samples);
  return { ms: middle, spread: (quantile(samples, 0.75) - quantile(samples, 0.25)) / middle, minMs: Math.min(...samples) };
}

export interface TimeOptions {
  device: string;
  repeats: number;
  /** Calls are bundled until a sample takes about this long, so that waiting for the device costs no short call dear. */
  sampleMs?: number;
}

const mostCalls = 2000;

/**
 * Time of one call of `work`, which only enqueues; what it makes is freed after each call, so that memory is reused as in
 * a real program. Samples follow two calls that count for nothing.
 */
export async function time(work: () => unknown, { device, repeats, sampleMs = 40 }: TimeOptions): Promise<Timing> {
  const sample = async (calls: number): Promise<number> => {
    await sync(device);
    const start = performance.now();
    for (let i = 0; i < calls; i++) {
      scope(() => {
        work();
      });
    }
    await sync(device);
    return (performance.now() - start) / calls;
  };
  await sample(1);
  let calls = Math.ceil(sampleMs / Math.max(await sample(1), 1e-3));
  calls = Math.min(Math.max(calls, 1), mostCalls);
  // One sample of a short call says little of the rate at which many of them run.
  if (calls > 1) calls = Math.min(Math.max(Math.ceil(sampleMs / Math.max(await sample(calls), 1e-3)), 1), mostCalls);
  const samples: number[] = [];
  for (let i = 0; i < repeats; i++) samples.push(await sample(calls));
  return summary(samples);
}
